"""Requests nobody would make on purpose, for every route of the site; reproducible from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask
from werkzeug.routing import Rule

from kg_web.openapi_parameters import QUERY

__all__ = ["Odd", "answers_badly", "odd_requests", "rules_by_kind"]

_ODD = (
    *("", " ", "0", "-1", "9" * 40, "null", "true", "nan", "inf", "1e999", "%", "%00", "\0", "\r\nX-Evil: 1", "\u202e"),
    *("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//", "/etc/passwd", "C:\\x", "file:///etc/passwd", "\\\\x\\y"),
    *(
        "<script>alert(1)</script>",
        '"><svg onload=alert(1)>',
        "javascript:alert(1)",
        "{{7*7}}",
        "${7*7}",
        "' OR 1=1 --",
    ),
    *("é", "\ud7ff", "\U0001f600" * 50, "a" * 5_000, "[]", "{}", '{"a":', "[[[[[[[[[[", "lg:x", "competence/ow-07"),
    *(
        "ow-07",
        "mi-ow",
        "ow-07,ow-06",
        "nl",
        "en",
        "xx",
        "Competence",
        "2026-11-26",
        "0.2.0",
        "0.0.0",
        "csv",
        "ttl",
        "%ff",
    ),
    *(
        "https://w3id.org/leergraaf/id/competence/ow-07",
        "http://[",
        "//evil.example/",
        "?x=1#y",
        "a/b/c",
        "*",
        "~",
        "+",
    ),
)
_NAMES = (
    "q",
    "lang",
    "format",
    "kind",
    "of",
    "by",
    "since",
    "limit",
    "page",
    "type",
    "query",
    "queries",
    "extend",
    "ids",
)
_HEADERS = {
    "Accept": ("*/*", "text/html", "application/json", "x", "text/turtle;q=0", "a/b;" * 300, "text/*;q=nan", ",,,;;"),
    "Accept-Language": ("nl", "xx;q=9", "*", "en;q=0,nl;q=-1", "\u00e9", "a" * 3_000),
    "Accept-Encoding": ("gzip", "zstd;q=x", "identity;q=0", "br;q=0.1,*;q=0", "\u00e9"),
    "If-None-Match": ("*", '"x"', 'W/"', "x" * 3_000, '"a","b",'),
    "If-Modified-Since": ("x", "Thu, 99 Foo 9999", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "Range": ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 500, "x=1", "bytes=99999999999999999999-"),
    "Origin": ("https://evil.example", "null", "x"),
    "Host": ("evil.example", "evil.example:99999", "[::1", "a b", "<script>", "127.0.0.1:80:80"),
    "X-Forwarded-For": ("1.2.3.4", "<script>"),
    "X-Forwarded-Host": ("evil.example",),
    "Prefer": ("wait=x", "wait=99999999999", "respond-async"),
    "Content-Type": ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"),
}
_VALUE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_CALM = {"segment": ("competence", "unit", "programme"), "lang": ("nl", "en"), "suffix": ("csv", "json", "ttl", "html")}


@dataclass(frozen=True, slots=True)
class Odd:
    """One request."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def rules_by_kind(app: Flask) -> dict[str, list[Rule]]:
    """Blueprint → its routes."""
    found: dict[str, list[Rule]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        found.setdefault(rule.endpoint.partition(".")[0], []).append(rule)
    return found


def odd_requests(rules: list[Rule], seed: int, number: int) -> Iterator[Odd]:
    """So many requests to these routes."""
    chance = random.Random(f"{seed} {rules[0].rule}")
    for _ in range(number):
        yield _request(chance.choice(rules), chance)


def _request(rule: Rule, chance: random.Random) -> Odd:
    def value(found: re.Match[str]) -> str:
        calm = _CALM.get(found[1])
        text = chance.choice(calm) if calm and chance.random() < 0.7 else _odd(chance)
        return quote(text.encode("utf-8", "surrogatepass"), safe="/%" if chance.random() < 0.3 else "")

    told = [name for name, _ in QUERY.get(rule.endpoint, ())] + [*_NAMES]
    fields = [(chance.choice(told), _odd(chance)) for _ in range(chance.choice((0, 1, 1, 2, 3, 8)))]
    query = urlencode(fields, errors="surrogatepass")
    if chance.random() < 0.1:
        query += chance.choice(("&&==", "%", "%zz", ";a=b", "&a" * 300, "?"))
    headers = {}
    for name in chance.sample(sorted(_HEADERS), chance.choice((0, 0, 1, 2, 3))):
        headers[name] = chance.choice(_HEADERS[name])
    methods = sorted(rule.methods or {"GET"})
    method = chance.choice(methods if chance.random() < 0.9 else ["PUT", "DELETE", "PATCH", "TRACE", "QUERY", "BREW"])
    body = b""
    if method in {"POST", "PUT", "PATCH", "QUERY"}:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        body = query.encode() if chance.random() < 0.6 else chance.randbytes(chance.choice((0, 1, 50, 3_000)))
        query = ""
    return Odd(method, _VALUE.sub(value, rule.rule), query, headers, body)


def _odd(chance: random.Random) -> str:
    if chance.random() < 0.85:
        return chance.choice(_ODD)
    return "".join(chr(chance.choice((chance.randrange(1, 128), chance.randrange(160, 0xD800)))) for _ in range(12))


def answers_badly(app: Flask, odd: Odd) -> str:
    """What is wrong with the answer to a request; empty when nothing is.

    Every answer is one of ours with its headers; a fault of the program (500), an answer that may be sniffed, and a
    header or an unescaped script that comes from the request are wrong.
    """
    answer = app.test_client().open(
        odd.path, method=odd.method, query_string=odd.query, headers=odd.headers, data=odd.body, buffered=True
    )
    try:
        status, headers, text = answer.status_code, answer.headers, answer.get_data()
    finally:
        answer.close()
    if status >= 500 and not (status == 503 and headers.get("Retry-After")):
        return f"{status}"
    if headers.get("X-Content-Type-Options") != "nosniff" and status != 499:
        return "it may be sniffed"
    if "X-Evil" in headers or any("\r" in value or "\n" in value for _, value in headers):
        return "a header from the request"
    if headers.get("Access-Control-Allow-Credentials") or headers.get("Access-Control-Allow-Origin") not in {None, "*"}:
        return "credentials for other sites"
    if answer.mimetype == "text/html" and (b"<script>alert(1)" in text or b"<svg onload" in text):
        return "a script from the request"
    if answer.mimetype == "text/html" and "default-src 'none'" not in headers.get("Content-Security-Policy", ""):
        return "a page without a policy"
    if b"root:x:0:0" in text:
        return "a file of the server"
    if "Host" not in odd.headers and urlsplit(headers.get("Location", "")).netloc not in {"", "localhost"}:
        return "sent on to where the request says"
    return ""

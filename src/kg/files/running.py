"""How a server is run: settings from the environment, because they belong to a machine and not to a graph."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import BadParameter

__all__ = ["MEANING", "Network", "Running", "read_running"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_YES, _NO = {"1", "yes", "true", "on"}, {"", "0", "no", "false", "off"}
_FORMS = ("text", "json")
_ADDRESSES = ("short", "full", "none")


@dataclass(frozen=True, slots=True)
class Running:
    """What the environment says of a server; MEANING tells what each setting is."""

    log: str = "text"
    log_requests: bool = False
    log_queries: bool = False
    log_addresses: str = "short"
    rate: float = 50.0
    burst: int = 500
    at_once: int = 8
    trusted_proxies: tuple[Network, ...] = ()
    metrics_for: tuple[Network, ...] = ()


MEANING: Mapping[str, str] = {
    "KG_LOG": "form of the log on standard error: text, or json (a record on each line)",
    "KG_LOG_REQUESTS": "1: a line for each request, without what was asked",
    "KG_LOG_QUERIES": "1: what was asked stands in that line as well; it may tell of a person",
    "KG_LOG_ADDRESSES": "addresses in the log: short (the network alone), full or none",
    "KG_RATE": "requests a second that one address may keep up; 0 is no limit",
    "KG_BURST": "requests one address may make at once",
    "KG_AT_ONCE": "requests of one address that are answered at the same time, in each site process; 0 is no limit",
    "KG_TRUSTED_PROXIES": "networks of proxies whose X-Forwarded-For is believed: 127.0.0.1, 10.0.0.0/8",
    "KG_METRICS_FOR": "networks that may read /metrics; empty: nobody",
}
"""Every setting of the environment, in English."""


def read_running(environment: Mapping[str, str] = os.environ) -> Running:
    """The settings in the environment, and the usual ones for the rest. Raises BadParameter for one that is wrong."""
    usual = Running()
    return Running(
        log=_one_of("KG_LOG", environment, _FORMS),
        log_requests=_claim("KG_LOG_REQUESTS", environment),
        log_queries=_claim("KG_LOG_QUERIES", environment),
        log_addresses=_one_of("KG_LOG_ADDRESSES", environment, _ADDRESSES),
        rate=_number("KG_RATE", environment, usual.rate),
        burst=max(1, int(_number("KG_BURST", environment, usual.burst))),
        at_once=int(_number("KG_AT_ONCE", environment, usual.at_once)),
        trusted_proxies=_networks("KG_TRUSTED_PROXIES", environment),
        metrics_for=_networks("KG_METRICS_FOR", environment),
    )


def _one_of(name: str, environment: Mapping[str, str], known: tuple[str, ...]) -> str:
    value = environment.get(name, "").strip().lower() or known[0]
    if value not in known:
        raise _wrong(name, value, ", ".join(known))
    return value


def _claim(name: str, environment: Mapping[str, str]) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in _YES | _NO:
        raise _wrong(name, value, "1, 0")
    return value in _YES


def _number(name: str, environment: Mapping[str, str], usual: float) -> float:
    value = environment.get(name, "").strip()
    try:
        number = float(value) if value else float(usual)
    except ValueError:
        raise _wrong(name, value, f"{usual:g}") from None
    if not 0 <= number < 1e9:
        raise _wrong(name, value, f"{usual:g}")
    return number


def _networks(name: str, environment: Mapping[str, str]) -> tuple[Network, ...]:
    found: list[Network] = []
    for part in environment.get(name, "").replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError:
            raise _wrong(name, part, "127.0.0.1, 10.0.0.0/8, ::1") from None
    return tuple(found)


def _wrong(name: str, value: str, known: str) -> BadParameter:
    return BadParameter(
        "The setting {name} of the environment cannot be {value!r}.",
        "It can be, for example: {known}.",
        name=name,
        value=value,
        known=known,
    )

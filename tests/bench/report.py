"""docs/performance.md and its plot, made of the last results of every part of the bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import peers
from places import ROOT, kept, median
from plot import plot

__all__ = ["write"]

_PAGE = ROOT / "docs" / "performance.md"
_PLOT = ROOT / "docs" / "performance-size.svg"
_AIM_MS = 10
_PARTS = ("reading", "caching", "building", "sizes", "checking")
_HEAD = """\
# How fast it is

Written by `make bench` (about a quarter of an hour; `make bench LARGE=1` adds ten million triples and the checks that
take long). `make bench PART=reading` measures one part anew. All programs were measured on one machine, one after the
other, on the same data; a machine that is shared gives other times, and the ratios change less than the times.
"""
_NAMES = ("Reading", "Asked again", "Building", "Growing", "Checking")
_TITLES = {part: f"## {name}" for part, name in zip(_PARTS, _NAMES, strict=True)}
_OURS = "leergraaf, memory"


def write() -> None:
    """Writes the page; of a part that was not measured here, what the page says of it stays, and that is said."""
    found = {part: told for part in _PARTS if (told := kept(part))}
    before = _sections(_PAGE.read_text(encoding="utf-8")) if _PAGE.is_file() else {}
    earlier = [part for part in _PARTS if part not in found and _TITLES[part] in before]
    missing = [part for part in _PARTS if part not in found and part not in earlier]
    parts = [_HEAD]
    if found:
        parts.append(_machine(found))
    if earlier:
        named = ", ".join(_TITLES[part].removeprefix("## ") for part in earlier)
        parts.append(f"Measured earlier than the others, on a machine of this kind: {named}.\n")
    if missing:
        parts.append(f"Not measured yet: {', '.join(missing)}.\n")
    writers = {"reading": _reading, "caching": _caching, "building": _building, "sizes": _sizes, "checking": _checking}
    for part in (part for part in _PARTS if part not in missing):
        parts.append(writers[part](found[part]["results"]) if part in found else before[_TITLES[part]])
    _PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(f"{_PAGE.relative_to(ROOT)} is written.")


def _sections(page: str) -> dict[str, str]:
    """Title of a section → the whole of it."""
    parts = ("## " + part for part in page.split("\n## ")[1:])
    return {part.partition("\n")[0]: part.rstrip("\n") + "\n" for part in parts}


_OWN_LOAD = {"caching": 5}
"""What a part adds to the load by itself, beyond twice the cores: clients and servers that run at the same time."""


def _machine(found: Mapping[str, Any]) -> str:
    told = next(iter(found.values()))["machine"]
    versions = {**told["versions"], **{name: peers.version_of(name) for name in peers.PACKAGES if peers.here(name)}}
    loads = ", ".join(f"{part} {one['load']}" for part, one in found.items())
    busy = [part for part, one in found.items() if one["load"] > 2 * told["cores"] + _OWN_LOAD.get(part, 0)]
    warning = (
        f"**Other work kept the machine busy while this was measured: {', '.join(busy)}.** What needs two processes "
        "for an answer, and workers that give way to others as ours do, then look far slower than they are. Measure "
        "again on a machine that does nothing else.\n\n"
    )
    return (warning if busy else "") + (
        f"Machine: {told['cores']} cores ({told['cpu']}), {told['memory_gib']} GiB, {told['system']}, "
        f"Python {told['python']}. Versions: {', '.join(f'{name} {version}' for name, version in versions.items())}.\n"
        "Load of the machine at the end of each part (on an idle one below the number of cores; after caching, with "
        f"its 32 clients, up to {2 * told['cores'] + _OWN_LOAD['caching']}): {loads}.\n"
    )


def _reading(results: Mapping[str, Any]) -> str:
    servers: Mapping[str, Any] = results["servers"]
    names = list(servers)
    ours = servers[_OURS]["queries"]
    rows = [[query, *(_cell(servers[name]["queries"].get(query)) for name in names)] for query in ours]
    questions = [
        [f"*{query}*", *(_cell(servers[name]["questions"].get(query)) for name in names)]
        for query in servers[_OURS]["questions"]
    ]
    throughput = [["rows-1000, requests a second", *(_rate(servers[name]["rows-1000"]) for name in names)]]
    last = [
        ["memory, MiB", *(f"{servers[name]['memory_mib']:,}" for name in names)],
        ["up, seconds", *(f"{servers[name]['up_seconds']:.1f}" for name in names)],
    ]
    ratios = [_ratio_row(group, servers, names) for group in ("point", "rows", "large")]
    ratios.append(_ratio_row("questions", servers, names))
    return "\n".join(
        [
            _TITLES["reading"] + "\n",
            f"{results['triples']:,} triples, over HTTP with one client, every answer made anew (ours keeps nothing "
            "here), parameters change with every request. Median / p95 in ms. Ad-hoc queries go through a process that "
            "can be killed, and so do *questions* of the library, which are vetted, while one is free.\n",
            _table(["", *names], [*rows, *questions, *throughput, *last]),
            "Our median as a part of theirs (median over the queries; below 1 is faster):\n",
            _table(["", *(name for name in names if name != _OURS)], ratios),
        ]
    )


def _ratio_row(group: str, servers: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    kind = "questions" if group == "questions" else "queries"
    cells = [group]
    for name in names:
        if name == _OURS:
            continue
        ratios = [
            one["median_ms"] / other["median_ms"]
            for query, one in servers[_OURS][kind].items()
            if (kind == "questions" or query.startswith(group))
            and "median_ms" in one
            and "median_ms" in (other := servers[name][kind].get(query, {}))
        ]
        cells.append(f"{median(ratios):.2f}" if ratios else "–")
    return cells


def _caching(results: Mapping[str, Any]) -> str:
    servers = results["servers"]
    rows = []
    for server, asked in servers.items():
        for name, by_clients in asked.items():
            cells = [f"{_rate(told)} ({told['p99'] * 1000:.1f})" for told in by_clients.values()]
            rows.append(
                [server, name, *cells, *(f"{told['per_processor_second']:,.0f}" for told in by_clients.values())]
            )
    notes = _beside(
        servers, "oxigraph serve, disk", {name: name for name in ("1,000 rows (JSON)", "a point query (JSON)")}
    )
    notes += _beside(servers, "bare route, gunicorn", {"1,000 rows (JSON)": "large", "a point query (JSON)": "small"})
    return "\n".join(
        [
            _TITLES["caching"] + "\n",
            "The shipped graph; what was asked before is given from memory. Requests a second (p99 in ms) with 8 and "
            "with 32 clients, and requests for each second of processor time of the server. nginx is set up as in "
            "`deploy/`, and keeps answers for a second. "
            "A bare route is a Flask application that hands out as many bytes; `oxigraph serve` answers "
            "the same queries from a million triples and keeps no answers. Servers are measured in turns.\n",
            _table(["server", "asked", "8 clients", "32 clients", "8, a processor-second", "32"], rows),
            *(f"{note}\n" for note in (*_aimed_at(servers), *notes)),
        ]
    )


def _aimed_at(servers: Mapping[str, Any]) -> list[str]:
    """Whether a point query is given more often behind nginx than `oxigraph serve` gives it, and soon enough."""
    point = "a point query (JSON)"
    ours, theirs = (servers.get(name, {}).get(point) for name in ("leergraaf, behind nginx", "oxigraph serve, disk"))
    if not ours or not theirs:
        return []
    clients = max(ours, key=int)
    times, late = ours[clients]["per_second"] / theirs[clients]["per_second"], ours[clients]["p99"] * 1000
    reached = "Reached" if times > 1 and late < _AIM_MS else "Not reached"
    return [
        f"The aim, with {clients} clients and {point}: behind nginx with its cache more requests a second than "
        f"`oxigraph serve`, p99 below {_AIM_MS} ms. {reached}: {times:.2f} times as many, p99 {late:.1f} ms."
    ]


def _beside(servers: Mapping[str, Any], other: str, asked: Mapping[str, str]) -> list[str]:
    """Our requests as a multiple of another server's: a second, and a second of processor time."""
    notes = []
    for server in ("leergraaf", "leergraaf, behind nginx"):
        for name, theirs in asked.items():
            if name not in servers.get(server, {}) or theirs not in servers.get(other, {}):
                continue
            told = []
            for clients, ours in servers[server][name].items():
                others = servers[other][theirs][clients]
                times, work = (ours[part] / others[part] for part in ("per_second", "per_processor_second"))
                told.append(f"with {clients} clients {times:.1f} times a second, {work:.1f} times a processor-second")
            notes.append(f"{server}, {name}, beside {other}: {'; '.join(told)}.")
    return notes


def _building(results: Mapping[str, Any]) -> str:
    rows = [
        [
            f"{int(size):,}",
            f"{told['seconds']:.0f}",
            f"{told['processor_seconds']:.0f}",
            f"{told['memory_mib']:,.0f}",
            f"{told['bytes'] / 1e6:,.0f}",
        ]
        for size, told in results["builds"].items()
    ]
    return "\n".join(
        [
            _TITLES["building"] + "\n",
            "`kg build` of a made-up graph, everything included: read, derived, checked, written in every form and "
            "packed, and a store on disk.\n",
            _table(["triples", "seconds", "processor seconds", "memory at most, MiB", "release, MB"], rows),
            f"The shipped graph loads in {results['load_seconds'] * 1000:.0f} ms, and `kg serve` answers "
            f"{results['up_seconds']:.2f} s after it is started when the release is built.\n",
        ]
    )


def _sizes(results: Mapping[str, Any]) -> str:
    sizes = results["sizes"]
    operations = [
        ("open, with the answer to a point query", "open"),
        ("point queries, p95", "p95:point"),
        ("1,000 rows", "median:rows"),
        ("large queries", "median:large"),
        ("generate", "generate"),
    ]
    series: dict[str, list[tuple[int, float]]] = {}
    rows = []
    for place in ("memory", "disk"):
        for name, key in operations:
            points = [(int(size), _of(told[place], key)) for size, told in sizes.items() if _of(told[place], key)]
            if points:
                series[f"{name}, {place}"] = points
                rows.append([f"{name}, {place}", *(_seconds(value) for _, value in points), _growth(points)])
        memory = [told[place]["memory_mib"] for told in sizes.values()]
        rows.append([f"memory of a process, {place}", *(f"{value:,.0f} MiB" for value in memory), ""])
    _PLOT.write_text(plot(series), encoding="utf-8")
    return "\n".join(
        [
            _TITLES["sizes"] + "\n",
            "In process, without HTTP. The last column is the exponent of growth between the last two sizes: 1 is "
            "linear, 0 does not grow.\n",
            _table(["", *(f"{int(size):,}" for size in sizes), "growth"], rows),
            "![What an operation costs as the graph grows](performance-size.svg)\n",
        ]
    )


def _of(told: Mapping[str, Any], key: str) -> float:
    how, _, group = key.partition(":")
    if not group:
        return float(told.get(how, 0))
    return median([value[how] for name, value in told.items() if name.startswith(f"{group}-")])


def _growth(points: Sequence[tuple[int, float]]) -> str:
    from math import log

    if len(points) < 2:
        return ""
    (size, value), (larger, more) = points[-2:]
    return f"{log(more / value) / log(larger / size):.1f}"


def _checking(results: Mapping[str, Any]) -> str:
    rows = []
    for size, told in results["sizes"].items():
        ours = told["engines"]["ours"]
        for engine, result in told["engines"].items():
            rows.append(
                [
                    f"{int(size):,}",
                    engine,
                    f"{result['validate']:.1f}",
                    f"{result['validate'] / ours['validate']:.1f}",
                    f"{result['memory_mib']:,.0f}",
                    f"{result['planted_found']} of {told['planted']}",
                    f"{result['findings']}{'' if result['same'] else ', not the same'}",
                ]
            )
    return "\n".join(
        [
            _TITLES["checking"] + "\n",
            f"Our {results['shapes']} shapes with a severity over a made-up graph with planted faults "
            "(`kg generate --faults`). Findings are compared by shape, thing and property with those of pySHACL, or "
            "with ours where pySHACL was left out because it takes minutes. Seconds of the validation; of TopBraid, "
            "which reads and validates in one, of both.\n",
            _table(["triples", "engine", "seconds", "times ours", "memory, MiB", "planted found", "findings"], rows),
        ]
    )


def _cell(told: Mapping[str, Any] | None) -> str:
    if not told or "median_ms" not in told:
        return "failed" if told else "–"
    return f"{told['median_ms']:.1f} / {told['p95_ms']:.1f}"


def _rate(told: Mapping[str, float] | None) -> str:
    return f"{told['per_second']:,.0f}" if told else "–"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.2f} ms"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

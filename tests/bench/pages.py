"""How fast and how heavy pages are in a real browser: first contentful paint, weight over the line, layout shift.

    python tests/bench/pages.py [--rounds 5] [--write]      --write: puts the figures in docs/site.md

Every page is opened `rounds` times in a browser that has nothing in its cache; the middle of each figure counts. The
site runs as `kg serve` runs it, on this machine, so nothing is waited for but server and browser. On a busy
machine the times mean little; the load is told with them.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from node import CHROMIUM  # noqa: E402 (found by the line above)

DOC = ROOT / "docs" / "site.md"
PAGES = (
    ("home", "/nl/"),
    ("research desk", "/nl/onderzoeken/"),
    ("partner desk", "/nl/aansluiten/"),
    ("designer's desk", "/nl/ontwerpen/"),
    ("browse", "/nl/bladeren/"),
    ("a competence", "/nl/competence/ow-06"),
    ("583 passages", "/nl/passage/"),
    ("search", "/nl/zoek?q=buurt"),
    ("a question", "/nl/vragen/units-of-competence"),
    ("coverage", "/nl/ontwerpen/dekking"),
    ("vocabulary", "/nl/begrippen"),
    ("checks", "/nl/controle/"),
    ("explorer", "/nl/verkennen"),
    ("SPARQL editor", "/nl/sparql"),
)
_MEASURE = """() => new Promise((told) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (!paint) return;
    const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const weight = loaded.reduce((total, one) => total + one.encodedBodySize, 0);
    setTimeout(() => told([paint.startTime, weight, loaded.length, shift]), 50);
  }).observe({ type: "paint", buffered: true });
})"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    address, server = served()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            rows = [row(browser, name, f"{address}{path}", given.rounds) for name, path in PAGES]
            browser.close()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    table = "\n".join(["| page | first contentful paint | weight | files | shift |", "|---|---|---|---|---|", *rows])
    busy = f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} processors"
    load = f"The middle of {given.rounds} visits; load average of the machine in these minutes: {busy}."
    table = f"{table}\n\n{load}"
    print(table)
    if given.write:
        text = DOC.read_text(encoding="utf-8")
        begin, end = "<!-- figures -->", "<!-- end of figures -->"
        DOC.write_text(re.sub(f"{begin}.*{end}", f"{begin}\n{table}\n{end}", text, flags=re.DOTALL), encoding="utf-8")


def served() -> tuple[str, subprocess.Popen[bytes]]:
    """The site on a free port, as soon as it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kg.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 300
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/nl/", timeout=5):
                return address, process
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise SystemExit("The site did not start.")


def row(browser: Browser, name: str, address: str, rounds: int) -> str:
    """One line of the table."""
    found = []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        found.append(page.evaluate(_MEASURE))
        context.close()
    paint, weight, files, shift = (median(one[place] for one in found) for place in range(4))
    return f"| {name} | {paint / 1000:.2f} s | {weight / 1000:.0f} kB | {files:.0f} | {shift:.3f} |"


if __name__ == "__main__":
    main()

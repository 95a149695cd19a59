/* The designer's desk: says why a cell of a picture is what it is, counts again at every tick, prints.
   It adds to the pages and replaces nothing: without it cells lead to a table, and forms have their button.
   It asks this site only, and the same page as the button does. */
"use strict";

(() => {
  const answer = document.getElementById("answer");
  const status = document.getElementById("told");
  if (!answer || !status) return;

  prepare();
  for (const event of ["focusin", "mouseover"]) {
    answer.addEventListener(event, ({ target }) => explain(target.closest("a.kg-cell")));
  }
  answer.addEventListener("keydown", (event) => {
    const cell = event.target.closest("a.kg-cell");
    const next = cell && neighbour(cell, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  for (const form of document.querySelectorAll("form[data-instant]")) {
    form.addEventListener("change", () => recount(form));
  }

  /* What only works with a script is shown by it, also after the answer was replaced. */
  function prepare() {
    const print = answer.querySelector("button.print");
    if (!print) return;
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  function explain(cell) {
    const caption = cell?.closest("figure").querySelector("figcaption");
    if (caption) caption.textContent = cell.querySelector("title").textContent;
  }

  /* The nearest cell in the direction of an arrow key: first the same row or column, then whatever lies closest. */
  function neighbour(cell, key) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (!direction) return null;
    const [across, down] = direction;
    const middle = (one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    };
    const [x, y] = middle(cell);
    let best = null;
    let least = Infinity;
    for (const other of cell.closest("svg").querySelectorAll("a.kg-cell")) {
      const [right, below] = middle(other).map((place, axis) => place - [x, y][axis]);
      const ahead = right * across + below * down;
      const aside = Math.abs(right * down) + Math.abs(below * across);
      if (ahead > 1 && ahead + 4 * aside < least) [best, least] = [other, ahead + 4 * aside];
    }
    return best;
  }

  let asking = null;

  /* Asks for what the button would ask for, and shows the answer in this page. */
  async function recount(form) {
    asking?.abort();
    asking = new AbortController();
    const given = [...new FormData(form)].filter(([, value]) => value !== "");
    const address = `${form.action.split("#")[0]}?${new URLSearchParams(given)}`;
    answer.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(address, { headers: { Accept: "text/html" }, signal: asking.signal });
      if (!reply.ok) {
        form.requestSubmit(); // what is wrong has a page of its own
        return;
      }
      show(new DOMParser().parseFromString(await reply.text(), "text/html"));
      history.replaceState(null, "", address);
    } catch (fault) {
      if (fault.name === "AbortError") return; // another tick came after it
      form.requestSubmit();
    }
    answer.removeAttribute("aria-busy");
  }

  function show(page) {
    answer.replaceChildren(...page.getElementById("answer").childNodes);
    for (const fresh of page.querySelectorAll("[data-fresh]")) {
      const old = document.querySelector(`[data-fresh="${CSS.escape(fresh.dataset.fresh)}"]`);
      if (old && !old.contains(document.activeElement)) old.replaceChildren(...fresh.childNodes);
    }
    for (const link of page.querySelectorAll("a[hreflang]")) {
      document.querySelector(`a[hreflang="${link.hreflang}"]`)?.setAttribute("href", link.getAttribute("href"));
    }
    status.textContent = document.getElementById("result")?.textContent ?? "";
    prepare();
  }
})();

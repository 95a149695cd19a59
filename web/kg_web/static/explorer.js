/* Walking through the explorer without loading the page again. The server makes the lists, the picture comes from the same
   state as data; the address is always that of what is shown. Without this script every step is a link or a form. */
"use strict";

(() => {
  const root = document.getElementById("explorer");
  if (!root || typeof cytoscape === "undefined") return;
  const SWAPPED = ["explorer-form", "explorer-told", "list", "explorer-take"];
  const canvas = document.getElementById("explorer-canvas");
  const chosen = document.getElementById("explorer-chosen");
  let turn = 0;
  let picture = null;

  const item = (id) => [...root.querySelectorAll("#list li[data-id]")].find((one) => one.dataset.id === id);
  const told = () => document.getElementById("explorer-told");

  async function json(address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function choose(id, { say = false, mark = true } = {}) {
    root.querySelectorAll("#list li.chosen").forEach((one) => one.classList.remove("chosen"));
    const one = item(id);
    chosen.replaceChildren();
    picture.choose(one ? id : "");
    if (!one) return;
    one.classList.add("chosen");
    const copy = one.cloneNode(true);
    copy.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
    chosen.append(...copy.childNodes);
    if (mark) history.replaceState(null, "", `#${one.id}`);
    if (say) {
      const summary = one.querySelector("summary");
      const links = summary ? summary.firstChild.textContent : root.dataset.many.replace("#", "0");
      const name = one.querySelector(".go").textContent;
      told().textContent = root.dataset.selected.replace("#1", () => name).replace("#2", () => links);
    }
  }

  function swap(fresh) {
    const focused = document.activeElement?.id;
    const filters = root.querySelector(".filters").open;
    const open = [...root.querySelectorAll("#list details[open]")].map((one) => one.closest("li").id);
    for (const id of SWAPPED) {
      document.getElementById(id).replaceWith(document.importNode(fresh.getElementById(id), true));
    }
    canvas.dataset.from = fresh.getElementById("explorer-canvas").dataset.from;
    document.title = fresh.title;
    root.querySelector(".filters").open = filters;
    open.forEach((id) => document.getElementById(id)?.querySelector("details")?.setAttribute("open", ""));
    return focused;
  }

  async function go(address, { push = true } = {}) {
    const mine = ++turn;
    const wanted = new URL(address, location.href);
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(wanted, { headers: { Accept: "text/html" } });
      if (!answer.ok) {
        location.assign(wanted); // the page of the error says what to do
        return;
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const data = await json(fresh.getElementById("explorer-canvas").dataset.from);
      if (mine !== turn) return;
      const focused = swap(fresh);
      if (push) history.pushState(null, "", data.address + wanted.hash);
      picture.show(data);
      const at = wanted.hash ? document.getElementById(decodeURIComponent(wanted.hash.slice(1))) : null;
      choose(at?.dataset.id ?? "", { mark: false });
      const back = (focused && document.getElementById(focused)) || at?.querySelector(".go");
      back?.focus({ preventScroll: true });
    } catch {
      told().textContent = root.dataset.fault;
    } finally {
      root.removeAttribute("aria-busy");
    }
  }

  function asked(form) {
    const given = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) given.append(name, value);
    return `${form.action}?${given}`;
  }

  function open(id, way) {
    const link = item(id)?.querySelector('a[id^="open-"]');
    const isOpen = link && !link.querySelector(".further");
    if (link && (way === "any" || (way === "close") === isOpen)) go(link.href);
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const zoom = event.target.closest("button[data-zoom]");
    if (zoom) picture.zoom(zoom.dataset.zoom);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.classList.contains("walk")) {
      event.preventDefault();
      go(link.href);
    } else if (link.classList.contains("at")) {
      event.preventDefault();
      const one = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      choose(one.dataset.id);
      one.querySelector(".go").focus();
    }
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    go(asked(event.target));
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox], select")) go(asked(event.target.form));
  });
  root.addEventListener("focusin", (event) => {
    const one = event.target.closest("#list li[data-id]");
    if (one && !one.classList.contains("chosen")) choose(one.dataset.id);
  });
  root.addEventListener("keydown", (event) => {
    const one = event.target.closest("#list li[data-id]");
    if (!one || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...root.querySelectorAll("#list li[data-id]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const way = { ArrowRight: "open", ArrowLeft: "close" }[event.key];
    if (step) {
      event.preventDefault();
      all[Math.min(Math.max(all.indexOf(one) + step, 0), all.length - 1)].querySelector(".go").focus();
    } else if (way) {
      event.preventDefault();
      open(one.dataset.id, way);
    }
  });
  addEventListener("popstate", () => go(location.href, { push: false }));

  async function begin() {
    const data = await json(canvas.dataset.from);
    document.getElementById("explorer-picture").hidden = false;
    root.classList.add("drawn");
    picture = explorerPicture(canvas, {
      chosen: (id) => {
        choose(id, { say: true });
        item(id)?.scrollIntoView({ block: "nearest" });
      },
      opened: (id) => open(id, "any"),
    });
    picture.show(data);
    choose(document.getElementById(decodeURIComponent(location.hash.slice(1)))?.dataset.id ?? "", { mark: false });
  }

  begin().catch(() => {
    document.getElementById("explorer-picture").hidden = true; // the list says it all
    root.classList.remove("awaiting");
  });
})();

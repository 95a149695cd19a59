/* Suggestions under the search field: a combobox with a list (WAI-ARIA Authoring Practices, list autocomplete with manual
   selection). Without this script the field is a plain form. What comes from the graph is set as text, never as markup. */
"use strict";

(() => {
  const WAIT = 120; // milliseconds without a key before anything is asked

  function element(name, given, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function text(parts) {
    return parts.map(([piece, hit]) => (hit ? element("mark", {}, piece) : piece));
  }

  function suggesting(form) {
    const input = form.querySelector("input[type=search]");
    const words = form.dataset;
    const id = `${input.id}-suggestions`;
    const list = element("div", { id, role: "listbox", class: "suggestions", "aria-label": words.list });
    const status = element("div", { role: "status", class: "unseen" });
    const known = new Map();
    let timer = 0;
    let asking = null;
    let active = -1;
    list.hidden = true;
    form.append(list, status);
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", id],
      ["aria-haspopup", "listbox"],
    ]) {
      input.setAttribute(name, value);
    }

    const options = () => [...list.querySelectorAll("[role=option]")];

    function open(shown) {
      list.hidden = !shown;
      input.setAttribute("aria-expanded", String(shown));
      if (!shown) point(-1);
    }

    function point(place) {
      const all = options();
      active = all.length && place >= -1 ? place : -1;
      all.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
      if (active < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", all[active].id);
        all[active].scrollIntoView({ block: "nearest" });
      }
    }

    function option(thing, number) {
      const label = element("span", { dir: "auto" }, ...text(thing.parts));
      const code = element("span", { class: "code" }, thing.code);
      const given = { role: "option", id: `${id}-${number}`, href: thing.address, tabindex: "-1", "aria-selected": "false" };
      const made = element("a", given, code, label);
      if (thing.found_in) {
        const lang = thing.found_in.lang ? { lang: thing.found_in.lang } : {};
        const told = element("span", { dir: "auto", ...lang }, ...text(thing.found_in.parts));
        made.append(element("span", { class: "told" }, `${thing.found_in.what}: `, told));
      } else if (thing.near) {
        made.append(element("span", { class: "told" }, words.near));
      }
      return made;
    }

    function show(found) {
      let number = 0;
      const groups = found.groups.map((group, place) => {
        const heading = element("div", { role: "presentation", id: `${id}-kind-${place}` }, group.name);
        const things = group.things.map((thing) => option(thing, number++));
        return element("div", { role: "group", "aria-labelledby": heading.id }, heading, ...things);
      });
      list.replaceChildren(...groups);
      list.scrollTop = 0;
      open(number > 0);
      point(-1);
      status.textContent = number ? (number === 1 ? words.one : words.many.replace("#", number)) : words.none;
    }

    async function ask() {
      const asked = input.value.trim();
      asking?.abort();
      if (!asked) {
        open(false);
        status.textContent = "";
        return;
      }
      if (known.has(asked)) {
        show(known.get(asked));
        return;
      }
      asking = new AbortController();
      try {
        const address = `${words.suggest}${words.suggest.includes("?") ? "&" : "?"}q=${encodeURIComponent(asked)}`;
        const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const found = await answer.json();
        known.set(asked, found);
        if (document.activeElement === input && input.value.trim() === asked) show(found);
      } catch {
        open(false); // offline, or another word has been typed: the form still works
      }
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      const count = options().length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) {
          ask();
        } else {
          const step = event.key === "ArrowDown" ? 1 : -1;
          point(active < 0 && step < 0 ? count - 1 : ((active + step + 1 + count + 1) % (count + 1)) - 1);
        }
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        location.assign(options()[active].href);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        open(false);
        status.textContent = "";
      }
    });
    form.addEventListener("submit", () => open(false));
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) {
        clearTimeout(timer);
        open(false);
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  }

  document.querySelectorAll("form[data-suggest]").forEach(suggesting);
})();

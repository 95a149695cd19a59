/* The SPARQL editor: Yasqe over the text of the plain form, Yasr for its answers (both from @zazuko/yasgui).
   It adds to the form and replaces nothing: without this script, or without the library, the form works as it is.
   It asks this site only. */
"use strict";

(() => {
  const page = document.getElementById("editor");
  const form = document.querySelector("form.ask");
  const text = document.getElementById("query");
  const format = document.getElementById("format");
  if (!page || !form || !text || !format || typeof Yasgui === "undefined") return;

  const { Yasqe, Yasr } = Yasgui;
  Yasqe.defaults.autocompleters = []; // its own completers ask other sites
  let asksToComplete = false;
  const words = JSON.parse(page.dataset.words);
  const filled = (message, values) => message.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const number = new Intl.NumberFormat(page.dataset.lang);

  const made = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  start().catch((fault) => console.error(fault));

  async function start() {
    const headers = { Accept: "application/json" };
    const [terms, questions] = await Promise.all(
      [page.dataset.terms, page.dataset.questions].map((address) =>
        fetch(address, { headers }).then((answer) => answer.json()),
      ),
    );
    completeFrom(terms);
    const yasqe = editorOver(terms);
    const status = made("p", { className: "quiet status" });
    status.setAttribute("role", "status");
    const yasr = answersBelow(terms, status);
    offer(questions, yasqe);
    form.querySelector("button").after(" ", shareButton(yasqe, status));
    form.after(status);
    askHere(yasqe, yasr, status);
    page.dataset.ready = "yes";
  }

  /* The editor in the place of the text area, which keeps holding what is sent. */
  function editorOver(terms) {
    const box = made("div", { className: "yasqe-box" });
    text.after(box);
    const given = text.value;
    const yasqe = new Yasqe(box, {
      autocompleters: ["leergraaf-prefixes", "leergraaf-classes", "leergraaf-properties", "variables"],
      value: given,
      persistenceId: "leergraaf",
      showQueryButton: false,
      createShareableLink: null,
      editorHeight: "22rem",
      screenReaderLabel: words.query,
      requestConfig: {
        endpoint: new URL(page.dataset.endpoint, location.href).href,
        method: "POST",
        acceptHeaderSelect: "application/sparql-results+json",
        acceptHeaderGraph: "text/turtle",
        headers: { "Accept-Language": page.dataset.lang },
      },
      extraKeys: {
        "Ctrl-Enter": () => form.requestSubmit(),
        "Cmd-Enter": () => form.requestSubmit(),
        "Ctrl-Space": (editor) => {
          asksToComplete = true;
          editor.autocomplete();
          asksToComplete = false;
        },
        Tab: false,
        "Shift-Tab": false,
      },
    });
    // What the reader asked goes before what was written here last time; a shared link goes before both.
    if (page.dataset.asked && !new URLSearchParams(location.hash.slice(1)).has("query")) yasqe.setValue(given);
    const field = yasqe.getInputField();
    field.id = "query-text";
    field.setAttribute("aria-label", words.query);
    field.setAttribute("aria-describedby", "query-keys");
    form.querySelector("label[for=query]").htmlFor = field.id;
    box.after(made("p", { className: "quiet keys", id: "query-keys", textContent: words.keys }));
    text.required = false;
    text.hidden = true;
    const keep = () => (text.value = yasqe.getValue());
    keep();
    yasqe.on("change", keep);
    yasqe.refresh();
    return yasqe;
  }

  /* Completers that know this graph and ask nobody. */
  function completeFrom(terms) {
    const declarations = Object.entries(terms.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
    const prefixes = { name: "leergraaf-prefixes", get: () => declarations, persistenceId: null };
    Yasqe.forkAutocompleter("prefixes", prefixes, false);
    for (const [name, original, known] of [
      ["leergraaf-classes", "class", terms.classes],
      ["leergraaf-properties", "property", terms.properties],
    ]) {
      const named = new Map(known.map((term) => [term.name, term]));
      const { isValidCompletionPosition } = Yasqe.Autocompleters[original];
      const completer = {
        name,
        bulk: false,
        autoShow: true,
        persistenceId: null,
        // Where nothing was typed yet, only for who asks.
        isValidCompletionPosition: (yasqe) =>
          (asksToComplete || yasqe.getCompleteToken().string.trim() !== "") && isValidCompletionPosition(yasqe),
        preProcessToken: (yasqe, token) => {
          if (token.string.trim()) return token;
          const { ch } = yasqe.getDoc().getCursor();
          return { ...token, string: "", from: { ch }, to: { ch } };
        },
        get: (_yasqe, token) => matching(known, token ? token.string.trim() : "").map((term) => term.name),
        postProcessSuggestion: (_yasqe, _token, suggested) => suggested,
        postprocessHints: (_yasqe, hints) =>
          hints.map((hint) => ({ ...hint, render: (element) => shown(element, named.get(hint.text)) })),
      };
      Yasqe.forkAutocompleter(original, completer, false);
    }
  }

  /* Terms whose name or label holds what was typed: those that begin with it first, else the most used first. */
  function matching(known, typed) {
    const wanted = typed.toLowerCase().replace(/^</, "");
    const place = (term) => {
      const name = term.name.toLowerCase();
      const local = name.slice(name.indexOf(":") + 1);
      if (name.startsWith(wanted) || local.startsWith(wanted)) return 0;
      if (term.label.toLowerCase().startsWith(wanted)) return 1;
      return name.includes(wanted) || term.label.toLowerCase().includes(wanted) ? 2 : 9;
    };
    return known
      .map((term) => [place(term), term])
      .filter(([rank]) => rank < 9)
      .sort(([one], [other]) => one - other)
      .slice(0, 60)
      .map(([, term]) => term);
  }

  function shown(element, term) {
    const uses = filled(words.uses, { count: number.format(term.uses) });
    element.append(
      made("span", { className: "hint-name", textContent: term.name }),
      made("span", { className: "hint-label", textContent: term.label }),
    );
    element.title = uses;
  }

  /* Where answers are shown. */
  function answersBelow(terms, status) {
    const box = made("section", { className: "yasr-box", hidden: true });
    box.setAttribute("aria-label", words.table);
    form.after(box);
    Object.assign(Yasr.plugins.table.defaults.tableConfig.language, {
      emptyTable: words.empty,
      zeroRecords: words.none,
      info: "_START_–_END_ / _TOTAL_",
      infoEmpty: "0",
      infoFiltered: "(_MAX_)",
      paginate: { first: "«", last: "»", next: words.next, previous: words.previous },
    });
    const yasr = new Yasr(box, {
      persistenceId: null,
      pluginOrder: ["table", "response"],
      defaultPlugin: "table",
      prefixes: terms.prefixes,
      getDownloadFileName: () => "leergraaf",
      errorRenderers: [(error) => Promise.resolve(refusal(error))],
    });
    yasr.headerEl.querySelector(".yasr_external_ref_btn").remove(); // leads to another site
    yasr.on("drawn", () => inOurWords(yasr, status));
    inOurWords(yasr, status);
    // An IRI of ours is read on this site, wherever its name leads; the address itself stays to be copied.
    box.addEventListener("click", (event) => {
      const link = event.target.closest("a.iri");
      if (!link || !link.href.startsWith(page.dataset.things)) return;
      event.preventDefault();
      open(page.dataset.pages + link.href.slice(page.dataset.things.length), "_blank", "noopener");
    });
    return yasr;
  }

  function refusal(error) {
    let told = words.lost;
    try {
      told = JSON.parse(error.text).detail;
    } catch {
      if (error.status) told = error.text;
    }
    const telling = made("p", { textContent: told });
    telling.setAttribute("role", "alert");
    return telling;
  }

  /* Yasr speaks English only, and leaves some of its controls unnamed. */
  function inOurWords(yasr, status) {
    const name = (selector, told, attributes) => {
      for (const element of yasr.rootEl.querySelectorAll(selector)) {
        const inner = element.querySelector(":scope > span") || element;
        if (attributes) for (const attribute of attributes) element.setAttribute(attribute, told);
        if (inner.matches("span") && inner.textContent) inner.textContent = told;
      }
    };
    name(".select_table", words.table, ["title", "aria-label"]);
    name(".select_response", words.fullText, ["title", "aria-label"]);
    name(".yasr_downloadIcon", words.download, ["title", "aria-label"]);
    name(".tableFilter", words.filter, ["placeholder", "aria-label"]);
    name(".tableSizer", words.pageSize, ["aria-label"]);
    name(".pageSizerLabel", words.pageSize);
    const [simple, shorten] = yasr.rootEl.querySelectorAll(".tableControls .switch .label");
    if (simple) simple.textContent = words.simple;
    if (shorten) shorten.textContent = words.shorten;
    for (const option of yasr.rootEl.querySelectorAll(".tableSizer option[value='-1']")) option.textContent = words.all;
    for (const button of yasr.rootEl.querySelectorAll(".yasr_btnGroup .yasr_btn"))
      button.setAttribute("aria-pressed", button.classList.contains("selected"));
    const controls = yasr.rootEl.querySelector("#yasr_plugin_control");
    if (controls) controls.removeAttribute("aria-controls");
    for (const head of yasr.rootEl.querySelectorAll(".rowNumberHead, th:empty")) head.setAttribute("aria-hidden", "true");
    if (yasr.results) status.textContent = summary(yasr.results);
  }

  function summary(results) {
    if (results.hasError()) return "";
    const seconds = number.format((results.getResponseTime() || 0) / 1000);
    const rows = results.getVariables().length ? results.getBindings() : null;
    if (!rows) return filled(words.answeredOther, { seconds });
    return filled(words.answered, { count: number.format(rows.length), seconds });
  }

  /* A table or graph for this page is asked for from here; any other form is the plain form's own doing. */
  function askHere(yasqe, yasr, status) {
    const box = yasr.rootEl.parentElement;
    form.addEventListener("submit", (event) => {
      if (format.value !== "html") return;
      event.preventDefault();
      status.textContent = words.asking;
      history.replaceState(null, "", link(yasqe));
      yasqe.query().catch(() => {}); // told by Yasr
    });
    yasqe.on("queryResponse", (_yasqe, response, duration) => {
      for (const old of document.querySelectorAll("section[aria-labelledby=answer], .callout.warn")) old.remove();
      box.hidden = false;
      yasr.setResponse(response, duration);
    });
  }

  /* A link that holds the query in its fragment, which no server gets to see. */
  function link(yasqe) {
    return `${location.pathname}#query=${encodeURIComponent(yasqe.getValue())}`;
  }

  function shareButton(yasqe, status) {
    const button = made("button", { type: "button", className: "second share", textContent: words.share });
    button.addEventListener("click", async () => {
      history.replaceState(null, "", link(yasqe));
      try {
        await navigator.clipboard.writeText(location.href);
        status.textContent = words.copied;
      } catch {
        status.textContent = words.copyByHand;
      }
    });
    return button;
  }

  /* The questions of the library, by audience. */
  function offer(questions, yasqe) {
    if (!questions.length) return;
    const choice = made("select", { id: "example" }, made("option", { value: "", textContent: words.choose }));
    const groups = new Map();
    for (const [place, question] of questions.entries()) {
      const heading = question.audience || words.others;
      if (!groups.has(heading)) groups.set(heading, made("optgroup", { label: heading }));
      groups.get(heading).append(made("option", { value: String(place), textContent: question.title }));
    }
    choice.append(...groups.values());
    choice.addEventListener("change", () => {
      const question = questions[choice.value];
      if (question) yasqe.setValue(question.text);
    });
    const label = made("label", { htmlFor: "example", textContent: words.example });
    form.prepend(made("div", { className: "field" }, label, choice));
    document.querySelector("section[aria-labelledby=examples]")?.remove();
  }
})();

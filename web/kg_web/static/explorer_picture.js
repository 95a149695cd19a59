/* The picture of the explorer, drawn with cytoscape: columns from task to level, each kind with a shape of its own, each
   origin with a line of its own. Labels are painted on a canvas, so nothing in them can run. Colours are read from the
   legend, which has them from the style sheet: light and dark need nothing here. */
"use strict";

const explorerPicture = (container, tell) => {
  const WIDTH = 152;
  const PAD = 9;
  const LINE = 18;
  const BETWEEN = { columns: 56, rows: 16 };
  const ASIDE = WIDTH / 2 + 40; // how far from the middle of a column its own links bend out
  const MOST_LINES = 4;
  const READABLE = 0.72; // below this zoom labels cannot be read
  const KINDS = ["task", "competence", "outcome", "unit", "programme", "level"];
  const SHAPES = {
    task: "rectangle",
    competence: "round-rectangle",
    outcome: "cut-rectangle",
    unit: "barrel",
    programme: "hexagon",
    level: "tag",
    other: "bottom-round-rectangle",
  };
  const LINES = { stated: "solid", proposed: "dashed", reference: "solid", derived: "dotted" };
  const FONT = getComputedStyle(document.body).fontFamily;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `14px ${FONT}`;

  const shapeOf = (kind) => (KINDS.includes(kind) ? kind : "other");
  const painted = (selector, property) => {
    const found = document.querySelector(`.legend ${selector}`);
    return found ? getComputedStyle(found)[property] : "gray";
  };

  function wrapped(text) {
    const lines = [];
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (pen.measureText(longer).width <= WIDTH - 2 * PAD || !line) line = longer;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
    const fitting = lines.map((one) => {
      let cut = one;
      while (pen.measureText(cut).width > WIDTH - PAD) cut = `${cut.slice(0, -2)}…`;
      return cut;
    });
    return fitting.length > MOST_LINES ? [...fitting.slice(0, MOST_LINES - 1), `${fitting[MOST_LINES - 1]} …`] : fitting;
  }

  function placed(data) {
    const heights = data.columns.map(() => 0);
    const nodes = data.things.map((thing) => {
      const lines = wrapped(thing.label);
      const head = thing.told ? `${thing.code}   +${thing.further}` : thing.code;
      const height = (lines.length + 1) * LINE + 2 * PAD;
      const top = heights[thing.column];
      heights[thing.column] += height + BETWEEN.rows;
      return { thing, label: [head, ...lines].join("\n"), height, top };
    });
    const tallest = Math.max(...heights);
    const x = (column) => column * (WIDTH + BETWEEN.columns);
    const elements = nodes.map(({ thing, label, height, top }) => ({
      data: { id: thing.id, label, height, kind: shapeOf(thing.kind), origin: thing.origin },
      position: { x: x(thing.column), y: top + height / 2 + (tallest - heights[thing.column]) / 2 },
      classes: [thing.id === data.start ? "start" : "", thing.opened ? "opened" : ""].filter(Boolean),
    }));
    data.columns.forEach((name, column) => {
      elements.push({
        data: { id: `column ${column}`, label: name },
        position: { x: x(column), y: -44 },
        classes: ["heading"],
        selectable: false,
        grabbable: false,
      });
    });
    const topOf = new Map(nodes.map(({ thing, top }) => [thing.id, top]));
    const bend = (source, target) => (topOf.get(source) < topOf.get(target) ? ASIDE : -ASIDE);
    const columnOf = new Map(data.things.map((thing) => [thing.id, thing.column]));
    data.links.forEach((link) => {
      const away = columnOf.get(link.to) - columnOf.get(link.from);
      const [source, target] = away < 0 ? [link.to, link.from] : [link.from, link.to];
      elements.push({
        data: { id: `${link.from} ${link.property} ${link.to}`, source, target, origin: link.origin, bend: bend(source, target) },
        classes: [away === 0 ? "aside" : away < 0 ? "leftwards" : "rightwards"],
      });
    });
    return elements;
  }

  function styles() {
    const { color: ink, outlineColor: accent } = getComputedStyle(container);
    const fill = (kind) => painted(`.kind-${kind}`, "fill");
    const edge = (kind) => painted(`.kind-${kind}`, "stroke");
    const line = (origin) => painted(`.line-${origin}`, "stroke");
    return [
      {
        selector: "node",
        style: {
          width: WIDTH,
          height: "data(height)",
          label: "data(label)",
          "text-wrap": "wrap",
          "text-max-width": WIDTH * 2,
          "text-valign": "center",
          "text-halign": "center",
          "line-height": 1.25,
          "font-family": FONT,
          "font-size": 14,
          color: ink,
          "border-width": 1.5,
        },
      },
      ...[...KINDS, "other"].map((kind) => ({
        selector: `node[kind = "${kind}"]`,
        style: { shape: SHAPES[kind], "background-color": fill(kind), "border-color": edge(kind) },
      })),
      { selector: 'node[kind = "competence"]', style: { "corner-radius": 20 } },
      { selector: 'node[kind = "programme"], node[kind = "level"]', style: { width: WIDTH + 30 } },
      { selector: 'node[origin = "proposed"]', style: { "border-style": "dashed" } },
      { selector: 'node[origin = "derived"]', style: { "border-style": "dotted" } },
      {
        selector: "node.heading",
        style: {
          shape: "rectangle",
          width: WIDTH + 40,
          height: 30,
          "background-opacity": 0,
          "border-width": 0,
          "font-weight": "bold",
          "font-size": 15,
          "text-max-width": WIDTH + 40,
          events: "no",
        },
      },
      { selector: "node.start", style: { "border-width": 3.5 } },
      {
        selector: "edge",
        style: {
          width: 1.5,
          "curve-style": "bezier",
          "line-color": ink,
          "arrow-scale": 0.9,
          "source-endpoint": "50% 0%",
          "target-endpoint": "-50% 0%",
        },
      },
      ...Object.entries(LINES).map(([origin, kind]) => ({
        selector: `edge[origin = "${origin}"]`,
        style: {
          "line-style": kind,
          "line-color": line(origin),
          "target-arrow-color": line(origin),
          "source-arrow-color": line(origin),
        },
      })),
      { selector: 'edge[origin = "reference"]', style: { width: 3 } },
      { selector: "edge.rightwards, edge.aside", style: { "target-arrow-shape": "triangle" } },
      { selector: "edge.leftwards", style: { "source-arrow-shape": "triangle" } },
      {
        selector: "edge.aside",
        style: {
          "curve-style": "unbundled-bezier",
          "control-point-distances": "data(bend)",
          "source-endpoint": "-50% 0%",
          "target-endpoint": "-50% 0%",
        },
      },
      { selector: ".far", style: { opacity: 0.28 } },
      { selector: "edge.near", style: { width: 3, "z-index": 5 } },
      {
        selector: "node.chosen",
        style: { "border-width": 4, "border-style": "solid", "border-color": accent, "z-index": 9 },
      },
    ];
  }

  const picture = cytoscape({
    container,
    style: styles(),
    elements: [],
    layout: { name: "preset" },
    minZoom: 0.15,
    maxZoom: 2.5,
    userZoomingEnabled: false,
    boxSelectionEnabled: false,
    autoungrabify: true,
    autounselectify: true,
  });
  let last = "";
  let lastTime = 0;
  picture.on("tap", "node[kind]", (event) => {
    const id = event.target.id();
    const twice = id === last && event.timeStamp - lastTime < 450;
    [last, lastTime] = [id, event.timeStamp];
    if (twice) tell.opened(id);
    else tell.chosen(id);
  });
  picture.on("mouseover", "node[kind]", () => container.classList.add("pointing"));
  picture.on("mouseout", "node[kind]", () => container.classList.remove("pointing"));
  container.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // the page scrolls, unless somebody asks for zooming
      event.preventDefault();
      const box = container.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      picture.zoom({ level: picture.zoom() * (event.deltaY < 0 ? 1.15 : 0.87), renderedPosition: at });
    },
    { passive: false },
  );

  /* How far to move in one direction: the whole to the middle when it fits, else the start, with no room left unused. */
  function moved(start, from, to, room) {
    const margin = 20;
    if (to - from + 2 * margin <= room) return (room - from - to) / 2;
    return Math.min(Math.max(room / 2 - start, room - margin - to), margin - from);
  }

  function framed(id) {
    picture.resize();
    picture.fit(undefined, 24);
    if (picture.zoom() > 1) picture.zoom(1);
    if (picture.zoom() < READABLE) picture.zoom(READABLE);
    const start = picture.getElementById(id).renderedPosition();
    const whole = picture.nodes().renderedBoundingBox();
    picture.panBy({
      x: moved(start.x, whole.x1, whole.x2, picture.width()),
      y: moved(start.y, whole.y1, whole.y2, picture.height()),
    });
  }

  function show(data) {
    const first = picture.elements().empty();
    const elements = placed(data);
    const wanted = new Set(elements.map((one) => one.data.id));
    picture.batch(() => {
      picture.elements().filter((one) => !wanted.has(one.id())).remove();
      const nodes = elements.filter((one) => one.position);
      const links = elements.filter((one) => !one.position);
      for (const one of [...nodes, ...links]) {
        const known = picture.getElementById(one.data.id);
        if (known.empty()) picture.add({ group: one.position ? "nodes" : "edges", ...one });
        else {
          known.data(one.data);
          known.classes(one.classes);
        }
      }
    });
    for (const one of elements.filter((element) => element.position)) {
      const node = picture.getElementById(one.data.id);
      if (first || still.matches) node.position(one.position);
      else node.animate({ position: one.position, duration: 250 });
    }
    if (first) framed(data.start);
  }

  function choose(id) {
    picture.elements().removeClass("chosen near far");
    const node = id ? picture.getElementById(id) : picture.collection();
    if (node.empty()) return;
    const near = node.closedNeighborhood();
    node.addClass("chosen");
    near.edges().addClass("near");
    picture.elements().difference(near).filter((one) => !one.hasClass("heading")).addClass("far");
    const box = node.renderedBoundingBox();
    const seen = box.x1 >= 0 && box.y1 >= 0 && box.x2 <= picture.width() && box.y2 <= picture.height();
    if (!seen) picture.animate({ center: { eles: node }, duration: still.matches ? 0 : 250 });
  }

  function zoom(how) {
    if (how === "fit") picture.fit(undefined, 24);
    else picture.zoom({ level: picture.zoom() * Number(how), renderedPosition: { x: picture.width() / 2, y: picture.height() / 2 } });
  }

  const repaint = () => picture.style(styles());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return { show, choose, zoom, picture };
};

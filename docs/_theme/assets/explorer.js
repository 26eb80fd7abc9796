// Explorers: the reader decides whose turn it is. Every state is one that threads came to when the
// site was built; see docs/_site/explorer.py for what the data is.
"use strict";
{
const data = window.explorers ??= {};
const folder = new URL("explorers/", document.currentScript.src);
const PACE = 900; // milliseconds between two steps of a replay

const { program, spelled, read } = window.explorerGraph;
const number = (value) => value.toLocaleString("en");
const times = (value, word) => `${number(value)} ${word}${value === 1 ? "" : "es"}`;

const open = (box) => {
  const { explorer: name, words } = box.dataset;
  const builds = data[name].map((build) => ({ ...build, versions: build.versions.map(program) }));
  let build = builds.at(-1);
  let now = build.versions[0];
  let order = [];
  let timer = null;
  let told = ""; // said once, instead of the last step

  box.setAttribute("role", "group");
  box.setAttribute("aria-label", `Explorer: ${words}`);
  box.innerHTML = `
    <p class="versions">${build.versions.map(({ label, version }) =>
      `<button type="button" data-version="${version}"></button>`).join("")}
    ${builds.length < 2 ? "" : `<label>as compiled by <select>${builds.map(({ names }, at) =>
      `<option value="${at}"${builds[at] === build ? " selected" : ""}>${names}</option>`).join("")}
    </select></label>`}</p>
    <p class="goal"></p>
    <div class="sides"><ol class="program highlight"></ol>
    <div><p class="shared"></p><div class="threads"></div></div></div>
    <p role="status" aria-live="polite"></p>
    <p class="counts"></p>
    <p><button type="button" data-do="undo">Undo</button>
    <button type="button" data-do="again">Start again</button>
    <button type="button" data-do="show">Show an order that breaks it</button>
    <button type="button" data-do="play"></button>
    <button type="button" data-do="try">Try every state</button>
    <a class="link">Link to this order</a></p>
    <p class="hint"></p>`;
  const find = (selector) => box.querySelector(selector);
  build.versions.forEach(({ label }, at) => { box.querySelectorAll("[data-version]")[at].textContent = label; });

  const goal = () => {
    const [, broken] = now.orders(0);
    if (!broken) return "Try to break this one. A switch is a change of whose turn it is.";
    const least = now.switches(now.fewest([]));
    return `Break it in as few switches as you can: ${least} ${least === 1 ? "is" : "are"} enough. ` +
      "A switch is a change of whose turn it is.";
  };

  const said = (state) => {
    if (told) return told;
    const names = [...now.threads];
    if (!order.length) return "No thread has begun: it is your turn to choose.";
    const states = now.follow(order).map(now.state);
    const before = states.at(-2), thread = order.at(-1);
    const { line, name } = before.threads[thread];
    const ran = line ? `${name} ran line ${line} (${now.lines[line - 1].trim()})` : `${name} went on`;
    const changed = state.variables.filter((text, at) => text !== before.variables[at]);
    const own = state.threads[thread].told;
    const news = [own === before.threads[thread].told ? "" : own, ...changed].filter(Boolean).join(", ");
    const does = state.threads.filter((one, at) => one.does && one.does !== before.threads[at].does)
      .map((one) => ` ${one.name} ${one.does}.`).join("");
    return `${ran}.${news && ` Now ${news}.`}${does}${verdict(state)}`;
  };

  const verdict = (state) => {
    if (state.fault === null) return "";
    if (!state.fault) return " All is over, and nothing broke.";
    const used = now.switches(order), least = now.switches(now.fewest([]));
    return ` Broken: ${state.fault}. You took ${times(used, "switch")}; ` +
      (used === least ? "fewer do not break it." : `${number(least)} can do it.`);
  };

  const counts = (state, at) => {
    const [all, broken] = now.orders(at);
    const runs = spelled(order, now.threads).toUpperCase().replace(/(\D)(\d+)/g, ", $1 ×$2").slice(2);
    const taken = `So far: ${runs || "nothing"}. Switches: ${number(now.switches(order))}. `;
    if (state.fault !== null) return `${taken}No order is left from here.`;
    return `${taken}Orders left: ${number(all)}, ` +
      (broken ? `and ${broken === all ? "all" : number(broken)} of them break it.` : "and none of them breaks it.");
  };

  const layOut = () => { // what does not change from step to step
    find(".goal").textContent = goal();
    find(".program").style.setProperty("--threads", now.threads.length);
    find(".program").replaceChildren(...now.lines.map((line, at) => {
      const item = document.createElement("li");
      item.innerHTML = `<span class="cursors"></span><code>${now.html[at] ?? ""}</code>`;
      if (!now.html.length) item.lastChild.textContent = line;
      if (!line) item.classList.add("empty");
      return item;
    }));
    find(".threads").innerHTML = [...now.threads].map((name) => `
      <div role="group" aria-label="Thread ${name}"><button type="button" data-step="${name}"></button>
      <p></p></div>`).join("");
    const keys = [...now.threads].join(", ");
    find(".hint").textContent = `In here, the keys ${keys} step the threads, and U undoes. ` +
      `Every state is one that threads came to, held ${now.html.length ? "before each line" : "before each instruction"}, ` +
      `on ${build.names}.`;
    show();
  };

  const show = () => {
    const at = now.follow(order).at(-1);
    const state = now.state(at), able = now.able(at);
    box.classList.toggle("broken", Boolean(state.fault));
    box.querySelectorAll("[data-version]").forEach((button) => {
      button.setAttribute("aria-pressed", button.dataset.version === now.version);
    });
    find(".shared").replaceChildren(...state.variables.map((text) => {
      const item = document.createElement("code");
      item.textContent = text;
      return item;
    }));
    box.querySelectorAll(".program li").forEach((item, line) => {
      const here = state.threads.filter((thread) => thread.line === line + 1);
      item.classList.toggle("here", here.length > 0);
      item.firstChild.innerHTML = here.map(({ name, does }) =>
        `<b class="thread-${name}${does ? " waits" : ""}">${name}</b>`).join("");
    });
    box.querySelectorAll(".threads > div").forEach((section, thread) => {
      const { name, line, told, does, holds } = state.threads[thread];
      const [button, about] = section.children;
      button.textContent = able.includes(thread)
        ? `Step ${name}` : does ? `${name} ${does}` : `${name}: it is over`;
      button.setAttribute("aria-disabled", String(!able.includes(thread)));
      about.textContent = [
        line ? `line ${line}` : "", told, holds ? `holds ${holds}` : "",
      ].filter(Boolean).join("; ");
    });
    find("[data-do=undo]").setAttribute("aria-disabled", String(!order.length));
    find("[data-do=show]").setAttribute("aria-disabled", String(!now.orders(0)[1]));
    find("[data-do=play]").textContent = timer ? "Stop" : "Play";
    find(".counts").textContent = counts(state, at);
    find(".link").href = `#${name}=${now.version}.${spelled(order, now.threads)}`;
    find("[role=status]").textContent = said(state);
  };

  const stop = () => {
    clearInterval(timer);
    timer = null;
    told = "";
  };

  const step = (thread) => {
    stop();
    if (now.able(now.follow(order).at(-1)).includes(thread)) order = [...order, thread];
    show();
  };

  const breaking = () => now.fewest(order) ?? now.fewest([]);
  const toAnEnd = (turns) => { // for a program that does not break: the first thread that can, goes on
    const next = now.able(now.follow(turns).at(-1));
    return next.length ? toAnEnd([...turns, next[0]]) : turns;
  };

  const actions = {
    undo() { order = order.slice(0, -1); },
    again() { order = []; },
    show() { order = breaking() ?? order; },
    play() {
      const turns = order.length ? order : breaking() ?? toAnEnd([]);
      order = [];
      timer = setInterval(() => {
        order = turns.slice(0, order.length + 1);
        if (order.length === turns.length) stop();
        show();
      }, PACE);
    },
    try() {
      const states = now.all(), [all, broken] = now.orders(0);
      const bad = [...states].filter(now.breaks).length;
      told = `All ${number(states.size)} states tried, ${number(all)} orders: ` +
        (bad ? `${number(broken)} break.` : "none breaks.");
    },
  };

  box.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.step) return step([...now.threads].indexOf(button.dataset.step));
    const playing = timer;
    stop();
    if (button.dataset.version) {
      now = build.versions.find(({ version }) => version === button.dataset.version);
      order = [];
      return layOut();
    }
    if (!(playing && button.dataset.do === "play")) actions[button.dataset.do]();
    show();
  });

  find("select")?.addEventListener("change", ({ target }) => {
    stop();
    build = builds[target.value];
    now = build.versions.find(({ version }) => version === now.version);
    order = [];
    layOut();
  });

  box.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (target.closest("select") || ctrlKey || metaKey || altKey || key.length > 1) return;
    const thread = now.threads.indexOf(key.toUpperCase());
    if (thread < 0 && key.toUpperCase() !== "U") return;
    event.stopPropagation();
    if (thread >= 0) return step(thread);
    stop();
    actions.undo();
    show();
  });

  const fromLink = () => {
    const [, version, turns] = location.hash.match(new RegExp(`^#${name}=(\\w+)\\.([a-z0-9]*)$`)) ?? [];
    const linked = build.versions.find((one) => one.version === version);
    if (!linked) return;
    stop();
    now = linked;
    order = read(turns, now.threads);
    if (now.follow(order).some((state) => !(state >= 0))) {
      order = [];
      told = "The link holds an order that this program does not have.";
    }
    layOut();
    box.scrollIntoView();
  };
  layOut();
  fromLink();
  addEventListener("hashchange", fromLink);
};

const load = (box) => {
  const script = document.createElement("script");
  script.src = new URL(`${box.dataset.explorer}.js`, folder);
  script.onload = () => open(box);
  script.onerror = () => { box.textContent = "The states of this program could not be loaded."; };
  document.head.append(script);
};

// What comes near is loaded; so is what a link names.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    load(target);
  }
}, { rootMargin: "400px" });
const come = () => {
  for (const box of document.querySelectorAll(".explorer")) {
    if (location.hash.startsWith(`#${box.dataset.explorer}=`)) box.scrollIntoView();
  }
};
for (const box of document.querySelectorAll(".explorer")) near.observe(box);
come();
addEventListener("hashchange", come);
}

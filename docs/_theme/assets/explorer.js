// Steps two threads through the instructions that each CPython of the build compiled.
const box = document.getElementById("explorer");
const builds = JSON.parse(document.getElementById("explorer-data").textContent);
let data = builds.at(-1);
const names = ["A", "B"];
let version = "plain";
let order = []; // whose turn it was, step by step; all else follows from it
let timer = null;

box.setAttribute("role", "group");
box.setAttribute("aria-label", "Interleaving explorer");
box.innerHTML = `
  <p><button type="button" data-version="plain">counter += 1</button>
  <button type="button" data-version="locked">with lock: counter += 1</button>
  <label>as compiled by <select>${builds.map(({ names }, number) => `<option value="${number}"
    ${builds[number] === data ? "selected" : ""}>CPython ${names.join(", ")}</option>`).join("")}
  </select></label></p>
  <p class="shared"></p>
  <div class="threads">${names.map((name) => `
    <section aria-label="Thread ${name}"><button type="button" data-step></button>
    <ol></ol><p class="stack"></p></section>`).join("")}
  </div>
  <p role="status" aria-live="polite"></p>
  <p><button type="button" data-do="back">Back</button>
  <button type="button" data-do="again">Start again</button>
  <button type="button" data-do="replay"></button></p>
  <p class="hint">In here, the keys A and B step the threads, too.</p>`;

const find = (selector) => box.querySelector(selector);
const all = (selector) => [...box.querySelectorAll(selector)];

// What can happen to a thread next: "done", "waits", or the step itself.
const next = (state, thread) => {
  const step = data[version].steps[state.made[thread]];
  if (!step) return "done";
  return step.effect === "acquire" && state.owner !== null ? "waits" : step;
};

const follow = (turns) => {
  const state = { made: [0, 0], read: [0, 0], counter: 0, owner: null };
  for (const thread of turns) {
    const { effect } = next(state, thread);
    if (effect === "read") state.read[thread] = state.counter;
    if (effect === "write") state.counter = state.read[thread] + 1;
    if (effect === "acquire") state.owner = thread;
    if (effect === "release") state.owner = null;
    state.made[thread] += 1;
  }
  return state;
};

const stack = (state, thread) => {
  const step = data[version].steps[state.made[thread] - 1];
  const values = { n: state.read[thread], "n + 1": state.read[thread] + 1 };
  return (step ? step.stack : []).map((item) => values[item] ?? item);
};

// A value on the stack is stale when the counter has moved on since it was read.
const stale = (state, thread) => {
  const holds = (data[version].steps[state.made[thread] - 1]?.stack ?? [])
    .some((item) => item.startsWith("n"));
  return holds && state.read[thread] !== state.counter;
};

const said = (state) => {
  if (!order.length) return "Both threads stand before their first instruction.";
  const thread = order.at(-1);
  const step = data[version].steps[state.made[thread] - 1];
  const end = names.every((_, t) => next(state, t) === "done")
    ? ` Both threads are done. Two increments made ${state.counter}: ` +
      (state.counter < 2 ? "one update is lost." : "none is lost.")
    : names.map((name, t) => {
        if (next(state, t) === "waits") return ` ${name} waits for the lock.`;
        return stale(state, t) ? ` ${name} holds a stale value.` : "";
      }).join("");
  return `${names[thread]} ran ${step.text}: its stack is [${stack(state, thread).join(", ")}], ` +
    `counter is ${state.counter}.${end}`;
};

const show = () => {
  const state = follow(order);
  const { steps } = data[version];
  const owner = state.owner === null ? "free" : `held by ${names[state.owner]}`;
  find(".shared").textContent =
    `counter = ${state.counter}` + (version === "locked" ? `, lock ${owner}` : "");
  all("section").forEach((section, thread) => {
    const can = next(state, thread);
    const button = section.querySelector("button");
    const words = { done: "is done", waits: "waits for the lock" };
    button.textContent = words[can]
      ? `${names[thread]} ${words[can]}` : `Step thread ${names[thread]}`;
    button.setAttribute("aria-disabled", can in words);
    section.querySelector("ol").replaceChildren(...steps.map((step, number) => {
      const item = document.createElement("li");
      item.innerHTML = "<code></code>";
      item.firstChild.textContent = step.text;
      if (number < state.made[thread]) item.className = "made";
      if (number === state.made[thread]) item.setAttribute("aria-current", "step");
      return item;
    }));
    section.querySelector(".stack").textContent =
      `stack [${stack(state, thread).join(", ")}]` + (stale(state, thread) ? ", stale" : "");
  });
  all("[data-version]").forEach((button) => {
    button.setAttribute("aria-pressed", button.dataset.version === version);
  });
  find("[data-do=back]").setAttribute("aria-disabled", !order.length);
  find("[data-do=replay]").textContent = timer ? "Stop" : "Replay the order that was found";
  find("[role=status]").textContent = said(state);
};

const stop = () => {
  clearInterval(timer);
  timer = null;
};

const replay = () => {
  version = "plain";
  order = [];
  timer = setInterval(() => {
    order.push(data.found.order[order.length]);
    if (order.length === data.found.order.length) stop();
    show();
  }, 900);
};

const step = (thread) => {
  stop();
  if (typeof next(follow(order), thread) === "object") order.push(thread);
  show();
};

box.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if ("step" in button.dataset) return step(all("[data-step]").indexOf(button));
  const playing = timer;
  stop();
  if (button.dataset.version) [version, order] = [button.dataset.version, []];
  if (button.dataset.do === "back") order.pop();
  if (button.dataset.do === "again") order = [];
  if (button.dataset.do === "replay" && !playing) replay();
  show();
});

find("select").addEventListener("change", ({ target }) => {
  stop();
  data = builds[target.value];
  order = [];
  show();
});

box.addEventListener("keydown", (event) => {
  const thread = names.indexOf(event.key.toUpperCase());
  if (thread < 0 || event.target.closest("select") || event.ctrlKey || event.metaKey || event.altKey) return;
  event.stopPropagation();
  step(thread);
});

show();

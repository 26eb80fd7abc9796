// The box of docs/kit/incident.md: what is pasted, and what assets/dump-reader.js says of it. All is
// made with textContent: what a dump holds is shown, and is never markup.
"use strict";
{
const box = document.getElementById("dump-box");
const [text, file, sources] = ["textarea", ".dump-file", ".dump-sources"].map((name) => box.querySelector(name));
const answer = box.querySelector("[role=status]");
const files = new Map();

// From the first touch of the box on, before it holds a word, the page may load its own scripts, as
// the search does, its styles and fonts, and nothing else; file: is the offline copy.
const own = "'self' file:";
const seal = () => {
  if (document.getElementById("sealed")) return;
  const rule = document.createElement("meta");
  Object.assign(rule, { id: "sealed", httpEquiv: "Content-Security-Policy" });
  rule.content = `default-src 'none'; script-src ${own}; style-src ${own} 'unsafe-inline'; font-src ${own}; img-src data:`;
  document.head.append(rule);
};
for (const touch of ["focusin", "pointerdown", "dragenter", "beforeinput", "input", "change"]) {
  box.addEventListener(touch, seal, { capture: true });
}

const element = (name, words, ...inside) => {
  const made = document.createElement(name);
  made.textContent = words;
  made.append(...inside);
  return made;
};

const link = (address) => {
  const made = element("a", window.dumpRules.titles[address] ?? address);
  made.href = window.dumpRules.addresses[address] ?? "";
  return made;
};

// The lines of a file that the reader was given: the name that fits most of a path.
const source = (path) => {
  const name = path.replaceAll("\\", "/").split("/").at(-1);
  return files.get(name) ?? [];
};

const cause = ({ certainty, name, words, links, threads, at }) => element("div", "",
  element("p", "", element("strong", `${certainty[0].toUpperCase()}${certainty.slice(1)}: ${name}`)),
  element("p", words),
  element("ul", "", ...at.map((place, number) => element("li", `${threads[number]}: ${place}`))),
  element("p", "Read: ", ...links.flatMap((address, number) => [number ? ", " : "", link(address)])));

const group = ({ threads, count, aside, words, at, source: line, stack }) => {
  const more = count > 5 ? " …" : "";
  const made = element("details", "",
    element("summary", `${count} × ${aside ? "set aside: " : ""}${words}${aside ? "" : `, at ${at}`}`),
    element("p", threads.slice(0, 5).join(", ") + more));
  if (line) made.append(element("p", "", element("code", line)));
  made.append(element("ul", "", ...stack.map((place) => element("li", place))));
  return made;
};

const show = () => {
  const found = window.readDump(text.value, source);
  answer.replaceChildren();
  if (found.threads) answer.append(element("p", `${found.threads} threads or tasks, ${found.format}.`));
  answer.append(...[...found.messages, ...found.remarks].map((words) => element("p", words)));
  answer.append(...found.causes.map(cause), ...found.groups.map(group));
  for (const { wants, could } of found.holders) {
    answer.append(element("p", `Who could hold what is waited for at ${wants}:`),
      element("ul", "", ...could.map((who) => element("li", who))));
  }
};

box.querySelector("button").addEventListener("click", show);
file.addEventListener("change", async () => {
  if (!file.files[0]) return;
  text.value = await file.files[0].text();
  show();
});
sources.addEventListener("change", async () => {
  for (const one of sources.files) files.set(one.name, (await one.text()).split(/\r\n|\n/));
  if (text.value) show();
});
box.hidden = false;
box.previousElementSibling.hidden = true; // says that scripts are needed
}

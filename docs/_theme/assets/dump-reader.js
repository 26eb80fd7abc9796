// Reads a thread dump, as examples/kit/read_dump.py does, by the same rules: assets/dump-rules.js is
// made from examples/kit/dump_rules.json. Function by function the two are the same; a test holds it.
// What a dump holds reaches the page as text only, and nothing is sent.
"use strict";
{
const rules = window.dumpRules;
const LONGEST = 2000, MOST = 300, patterns = new Map();
const pattern = (text) => {
  if (!patterns.has(text)) {
    let spelled = text;
    for (const [short, long] of Object.entries(rules.short)) spelled = spelled.replaceAll(short, long);
    patterns.set(text, new RegExp(spelled));
  }
  return patterns.get(text);
};
const has = (text, wanted) => pattern(text).test(wanted);

// Python's str.splitlines, and the part of a text after the last of a character.
const splitLines = (text) => {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
};
const afterLast = (text, mark) => text.slice(text.lastIndexOf(mark) + 1);
const strip = (text) => text.replace(/^[ \t\-=*~#:<>`]+|[ \t\-=*~#:<>`]+$/g, "");
const indentOf = (line) => line.length - line.trimStart().length;
const both = (some, others) => some.some((one) => others.includes(one));

const pathOf = (file) => {
  const path = file.replaceAll("\\", "/");
  for (const part of rules.library) {
    const short = path.replace(pattern(part), "");
    if (short !== path) return short;
  }
  for (const [part, folder] of rules.renamed) if (has(part, path)) return folder + path;
  return has(rules.known, path) ? path : `@${afterLast(path, "/")}`;
};

const makeFrame = (file, line, name, source = "") => ({ file, line, name, source, path: pathOf(file) });
const keyOf = ({ path, name, source }) =>
  `${path}:${path === "?" ? name : afterLast(name, ".")}${source && path.startsWith("@") ? `#${source}` : ""}\n`;
const textOf = ({ path, file, line, name }) => path === "?" ? name : `${file}:${line} in ${name}`;
const stackOf = (thread) => thread.frames.map(keyOf).join("");
const placeOf = ({ frames }) => frames.find(({ path }) => path.startsWith("@")) ?? frames[0];
const makeThread = (id = "", name = "", state = "", order = "") =>
  ({ id, name, state: state.trim(), order, frames: [], names: [], wants: [], holds: [] });
const calledOf = ({ name, id }) => name || `thread ${id}`.trim();

const kindOf = (line, format) => {
  for (const rule of rules.lines) {
    if ((rule.within ?? format) !== format) continue;
    const found = pattern(rule.pattern).exec(line);
    if (found) return { format: "", before: line.slice(0, found.index), ...rule, ...found.groups };
  }
  return { kind: "" };
};

const parse = (text) => {
  const dump = { threads: [], format: "", before: [], messages: [], cut: false }, lines = splitLines(text);
  if (/^\s*\[\s*\{/.test(text)) return parseJson(text, dump);
  let thread = null, call = "", heading = "", comma = "", inside = "", tree = [];

  const begin = (name = "", id = "", state = "", order = "") => {
    if (id && dump.threads.some((other) => other.id === id)) dump.before.push(dump.threads.splice(0));
    dump.threads.push(makeThread(id, name, state, order));
    return dump.threads.at(-1);
  };
  const framesOfTree = () => tree.flatMap(([, frame]) => frame ?? []).reverse();

  for (let line of lines) {
    line = line.slice(0, LONGEST).trimEnd();
    const found = kindOf(line, dump.format);
    if (found.kind === "thread") {
      dump.format = found.format || dump.format;
      thread = begin(found.name, found.id, (found.state ?? "") + (found.current ? " current" : ""), found.order);
      call = heading = "";
    } else if (found.kind === "frame") {
      if (!thread || (heading && !found.before.trim())) {
        if (!thread || thread.frames.length || !thread.name) thread = begin(heading);
        dump.format ||= found.format || "traceback";
      }
      comma = found.comma ?? "";
      thread.order ||= comma ? "last" : "first";
      const frame = makeFrame(found.file, Number(found.line ?? 0), found.function || inside, call);
      const last = dump.format === "gdb" && thread.frames.at(-1); // whose bt repeats frames
      if (!(last && textOf(last) === textOf(frame)) && has(rules.python, frame.file)) {
        thread.frames.push(frame);
        call = "";
      } else if (has(rules.gil, frame.name)) thread.state += " waits for the gil";
      heading = "";
    } else if (found.kind === "order") {
      if (!thread || thread.frames.length) thread = begin(heading);
      [thread.order, heading, dump.format] = [found.order, "", dump.format || "traceback"];
    } else if (found.kind === "state" && thread) thread.state += ` ${found.state.toLowerCase()}`;
    else if (found.kind === "call") call = `.${found.name}(`;
    else if (found.kind === "def") inside = found.name;
    else if (found.kind === "message") dump.messages.push(found.text.trim());
    else if (found.kind === "dump") {
      if (dump.threads.length) dump.before.push(dump.threads.splice(0));
      thread = null;
    } else if (found.kind === "end") thread = null;
    else if (found.kind === "task" || found.kind === "await") {
      const depth = found.indent.length;
      tree = tree.filter(([deep]) => deep < depth);
      if (found.kind === "task") {
        tree.push([depth, null]);
        [dump.format, thread] = ["asyncio", begin(`task ${found.name}`)];
      } else {
        tree.push([depth, makeFrame(found.file, Number(found.line), found.function)]);
        if (!thread || thread.frames.length >= framesOfTree().length) thread = begin(thread?.name ?? "task");
      }
      thread.frames = framesOfTree();
    } else if (found.kind === "row") {
      dump.format = "asyncio";
      const names = found.stack.trim().split(" -> ").filter(Boolean);
      begin(`task ${found.name.trim()}`, found.id).frames = names.map((name) => makeFrame("?", 0, name));
    } else if (thread && comma && thread.frames.length && /^\s/.test(line) && line.trim()) {
      const last = thread.frames.at(-1);
      if (last.source.endsWith("(")) last.source = `${line.trim()} ${last.source}`;
      else if (!last.source && !/^[\s^~]*$/.test(line)) last.source = line.trim();
    } else if (found.kind !== "native" && !/^\s/.test(line)) heading = strip(line) || heading;
  }
  dump.cut = lines.length > 0 && has(rules.cut, lines.at(-1));
  return finish(dump);
};

const parseJson = (text, dump) => {
  dump.format = "py-spy";
  try {
    for (const item of JSON.parse(text)) {
      const state = [item.active ? "active" : "idle", ...(item.owns_gil ? ["gil"] : [])].join("+");
      const thread = makeThread(String(item.os_thread_id || item.thread_id), item.thread_name ?? "", state, "first");
      thread.frames = item.frames.filter(({ filename }) => has(rules.python, filename ?? ""))
        .map(({ filename, line, name }) => makeFrame(filename, line ?? 0, name));
      dump.threads.push(thread);
    }
  } catch {
    Object.assign(dump, { cut: true, threads: [] });
  }
  return finish(dump);
};

const finish = (dump) => {
  const turn = ({ order, frames }) => order === "last" && frames.reverse();
  const shown = (threads) => threads.filter((thread) => (turn(thread), thread.frames.length || thread.state));
  dump.before = dump.before.map(shown);
  dump.threads = shown(dump.threads);
  if (!dump.threads.length && dump.before.length) dump.threads = dump.before.pop();
  return dump;
};

const isMain = (thread) => {
  const outermost = thread.frames.length ? keyOf(thread.frames.at(-1)).trimEnd().split("#")[0] : "";
  return thread.name === "MainThread" || thread.state.includes("main thread") || has(rules.main, outermost);
};

const groupsOf = (dump, source) => {
  const found = new Map();
  for (const thread of dump.threads) {
    for (const frame of thread.frames) {
      if (!/^[^.]/.test(frame.source) && frame.path.startsWith("@")) frame.source = `${(source(frame.file)[frame.line - 1] ?? "").trim()} ${frame.source}`.trim();
    }
    const stack = stackOf(thread);
    const main = dump.format !== "asyncio" && isMain(thread) ? " main" : "";
    const key = `${thread.state}${main}${thread.frames.map(({ line }) => line).join(" ")}\n${stack}`;
    if (!found.has(key)) {
      thread.wait = rules.waits.find((rule) => has(rule.stack, stack)) ?? rules.unknown;
      thread.head = `[${thread.wait.id} ${thread.state.toLowerCase()}${main}]\n`;
      found.set(key, thread);
    }
    found.get(key).names.push(calledOf(thread));
  }
  const kinds = [...found.values()];
  for (const thread of kinds.slice(0, MOST)) findLocks(thread, source);
  return kinds;
};

const lockNames = (line) => {
  const found = /^\s*with (.+?):\s*(?:$|#|\w|\.)/.exec(line);
  if (!found) return [...line.matchAll(/([\w.[\]]+)\.acquire\(/g)].map(([, name]) => name);
  return found[1].split(",").map((item) => item.split(" as ")[0].trim()).filter((item) => /^[\w.[\]]+$/.test(item));
};

const findLocks = (thread, source) => {
  thread.frames.filter(({ path }) => path.startsWith("@")).forEach((frame, at) => {
    const names = lockNames(frame.source);
    if (at === 0 && thread.wait.lock) {
      Object.assign(thread, { wants: names, known: source(frame.file).length > 0 });
      thread.holds.push(...names.slice(0, -1));
    }
    thread.holds.push(...heldIn(source(frame.file), frame.line));
  });
};

const heldIn = (lines, number) => {
  if (!(number > 0 && number <= lines.length)) return [];
  const held = [], released = [];
  let here = indentOf(lines[number - 1]);
  for (const line of lines.slice(0, number - 1).reverse()) {
    const indent = indentOf(line);
    if (!line.trim() || indent > here) continue;
    released.push(...[...line.matchAll(/([\w.[\]]+)\.release\(/g)].map(([, name]) => name));
    if (line.trimStart().startsWith("with ") && indent < here) held.push(...lockNames(line));
    else if (line.includes(".acquire(")) held.push(...lockNames(line).filter((name) => !released.includes(name)));
    here = Math.min(here, indent);
    if (/^\s*(async )?def /.test(line) && indent <= here) break;
  }
  return held;
};

const lasts = (names) => names.map((name) => afterLast(name, "."));
const numberOf = (kinds) => kinds.reduce((sum, { names }) => sum + names.length, 0);
const factsOf = (all) => {
  const said = {};
  const kinds = all.filter(({ wait }) => !wait.aside).slice(0, MOST);
  const asking = kinds.filter(({ wants }) => wants.length);
  const waitsFor = (thread) => kinds.filter((other) => other !== thread && both(lasts(thread.wants), lasts(other.holds)));
  for (const thread of asking) {
    if (thread.holds.includes(thread.wants[0])) said.self ??= [thread];
    const found = waitsFor(thread);
    for (const holder of found) said[holder.wait.lock || holder.wait.own ? "held" : "holding"] ??= [holder, thread];
    if (!found.length && thread.known) said.unheld ??= [thread];
    const reached = [];
    for (let todo = found; todo.length;) {
      reached.push(...todo);
      todo = [...new Set(todo.flatMap(waitsFor))].filter((next) => !reached.includes(next));
    }
    if (reached.includes(thread)) said.cycle ??= reached.filter(({ wants }) => wants.length);
  }
  const crossed = asking.filter(({ holds, wants }) => holds.some((name) => !wants.includes(name)));
  if (numberOf(crossed) > 1) said.crossed = crossed;
  const own = kinds.filter(({ wait }) => wait.own);
  if (own.length) said[own.length > 1 ? "apart" : own[0].names.length > 1 ? "together" : "alone"] = own;
  said[numberOf(kinds) === 1 ? "single" : "several"] = kinds;
  return said;
};

const causesOf = (dump, kinds) => {
  const said = factsOf(kinds), texts = kinds.map((thread) => thread.head + stackOf(thread)), fit = [];
  for (const rule of rules.causes) {
    let seen = [];
    const matched = (rule.when ?? []).every((wanted) => {
      const at = kinds.filter((_, number) => has(wanted, texts[number]));
      seen.push(...at.filter((thread) => !seen.includes(thread)));
      return numberOf(at) >= (rule.least ?? 1);
    });
    if (!matched || (rule.message && !dump.messages.some((message) => has(rule.message, message)))) continue;
    if (!(rule.facts ?? []).every((name) => said[name])) continue;
    if ((rule.unless ?? []).some((no) => texts.some((text) => has(no, text)))) continue;
    if (!seen.length) seen = (rule.facts ?? []).flatMap((name) => said[name]);
    const { id, certainty, name, words, links = [] } = rule;
    const at = seen.filter(placeOf).map((thread) => textOf(placeOf(thread))).slice(0, 5);
    fit.push({ id, certainty, name, words, links, threads: seen.flatMap((one) => one.names).slice(0, 5), at });
  }
  return fit.slice(0, 3);
};

const holdersOf = (all) => {
  const kinds = all.slice(0, MOST), found = [];
  for (const thread of kinds) {
    const place = placeOf(thread);
    if (!(thread.wait.lock || thread.wait.own) || !place) continue;
    const could = [];
    for (const other of kinds.filter((one) => one !== thread && placeOf(one))) {
      const named = both(lasts(thread.wants), lasts(other.holds));
      const past = other.frames.find(({ file, name, line }) => file === place.file && name === place.name && line > place.line);
      if (!named && !past) continue;
      const why = named ? "by the source" : "past that line";
      could.push(`${other.names.slice(0, 5).join(", ")}: ${textOf(past ?? placeOf(other))} (${why})`);
    }
    if (could.length) found.push({ wants: textOf(place), could: could.slice(0, 5) });
  }
  return found;
};

window.readDump = (text, source = () => []) => {
  const dump = parse(text), kinds = groupsOf(dump, source), words = rules.remarks, remarks = [];
  if (!text.trim()) remarks.push(words.empty);
  else if (!dump.threads.length && !dump.messages.length) {
    const other = rules.others.find((one) => has(one.pattern, text.slice(0, 200000)));
    remarks.push(other?.words ?? words[dump.cut ? "cut" : "none"]);
  } else if (dump.cut) remarks.push(words.cut);
  if (dump.before.length) {
    const places = ({ frames }) => frames.map(textOf).join("\n");
    const before = new Map(dump.before.at(-1).map((thread) => [thread.id, places(thread)]));
    const same = dump.threads.filter((thread) => before.get(thread.id) === places(thread)).length;
    remarks.push(words.dumps.replace("{dumps}", dump.before.length + 1).replace("{same}", same)
      .replace("{threads}", dump.threads.length));
  }
  const causes = causesOf(dump, kinds);
  if (dump.threads.length && !causes.length) remarks.push(words[kinds.every(({ wait }) => wait.aside) ? "aside" : "unknown"]);
  const groups = kinds.map((thread) => ({
    threads: thread.names.slice(0, 20), count: thread.names.length, aside: Boolean(thread.wait.aside),
    wait: thread.wait.id, words: thread.wait.words, at: placeOf(thread) ? textOf(placeOf(thread)) : "",
    source: placeOf(thread)?.source ?? "", stack: thread.frames.slice(0, 40).map(textOf),
  })).sort((a, b) => a.aside - b.aside).slice(0, MOST);
  return { format: dump.format, threads: dump.threads.length, messages: dump.messages.slice(0, 5), remarks, causes, groups, holders: holdersOf(kinds) };
};
}

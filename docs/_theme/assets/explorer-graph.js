// The graph of one program, as docs/_site/explorer.py packs it, and the spelling of orders.
"use strict";
window.explorerGraph = (() => {
const program = (packed) => {
  const { texts, threads, variables, next } = packed;
  const state = (number) => {
    const row = packed.states[number];
    return {
      variables: variables.map((name, at) => `${name} = ${texts[row[at]]}`),
      threads: [...threads].map((name, at) => {
        const [line, told, does, holds] = row.slice(variables.length + 4 * at, variables.length + 4 * at + 4);
        return { name, line, told: texts[told], does: texts[does], holds: texts[holds] };
      }),
      fault: row.at(-1) < 0 ? null : texts[row.at(-1)],
    };
  };
  const able = (number) => next[number].flatMap((after, thread) => after < 0 ? [] : [thread]);
  const breaks = (number) => Boolean(state(number).fault);
  const known = new Map();
  const orders = (number) => { // that lead on from a state, and those of them that break
    if (!known.has(number)) {
      const counts = able(number).map((thread) => orders(next[number][thread]));
      known.set(number, counts.length
        ? counts.reduce(([all, broken], [a, b]) => [all + a, broken + b])
        : [1, Number(breaks(number))]);
    }
    return known.get(number);
  };
  const follow = (turns) => turns.reduce((states, thread) =>
    [...states, next[states.at(-1)]?.[thread] ?? -1], [0]);
  const switches = (turns) => turns.filter((turn, at) => at && turn !== turns[at - 1]).length;
  const fewest = (turns) => { // the order that breaks with the fewest switches and begins with these
    let level = [[follow(turns).at(-1), turns]];
    const seen = new Set();
    while (level.length) {
      const later = [];
      while (level.length) {
        const [number, order] = level.pop();
        if (breaks(number)) return order;
        const key = `${number} ${order.at(-1)}`;
        if (seen.has(key)) continue;
        seen.add(key);
        for (const thread of able(number).reverse()) {
          const way = [next[number][thread], [...order, thread]];
          (order.length && thread !== order.at(-1) ? later : level).push(way);
        }
      }
      level = later;
    }
    return null;
  };
  const all = () => { // visits every state
    const seen = new Set([0]);
    for (const number of seen) for (const thread of able(number)) seen.add(next[number][thread]);
    return seen;
  };
  return { ...packed, state, able, breaks, orders, follow, switches, fewest, all };
};

const spelled = (order, names) => order.map((thread) => names[thread]).join("")
  .replace(/(.)\1*/g, (run) => `${run[0].toLowerCase()}${run.length}`);
const read = (text, names) => [...text.matchAll(/([a-z])(\d+)/g)].flatMap(([, name, count]) =>
  Array(Number(count)).fill(names.indexOf(name.toUpperCase())));

return { program, spelled, read };
})();

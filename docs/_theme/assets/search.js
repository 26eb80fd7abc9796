// Search: every section is a hit of its own, best first. search-box.js shows them.
//
// lunr and Pagefind were tried. Pagefind needs a server. lunr, with identifiers split and stop words
// dropped, puts the answer first for fewer queries of tests/site/searches.json, also of those that
// were written before any tuning.
"use strict"
const search = (() => {
  // Words that questions are made of. They count only where nothing else is asked.
  const EMPTY = new Set(`a an the is are was be been to of in on at as by or and it its i my me you your do does did how
    what why when which who can could should will would there any way use using used just fine python py get have has
    from for with into that this if so not no t s work works another one same does still many program error exception vs versus
    difference between better best want need`.split(/\s+/))
  // What people type, and what the pages call it.
  const SAME = [
    "kill stop terminate abort", "hang stuck block freeze wait", "exit shutdown end quit", "dict dictionary", "list lists",
    "mutex lock", "swallow lost silent ignore", "throttle limit bound", "semaphore limit", "parallel core cpu", "async asyncio coroutine await",
    "ctrl sigint keyboardinterrupt interrupt", "return result value", "periodic repeat timer interval later",
    "producer consumer queue", "crash fail", "slow contention hot", "fast speed", "restart again once", "multithreaded multithreading thread",
    "nogil freethreading free", "gui window tkinter qt", "share shared", "log logging logger", "parameter argument args",
    "worker workers", "subinterpreter interpreter", "maximum max most",
  ].map((group) => group.split(" ").map(stem))

  function stem(word) {
    if (word.length < 4 || /[._\d]/.test(word)) return word
    const short = word.replace(/(?<=\w{4})(?:al)?ly$/, "").replace(/ies$/, "y").replace(/(?<![sui])s$/, "").replace(/(?<=\w{3})(?:ing|ed|er|or)$/, "")
    return short.replace(/([b-df-hj-kmnp-rtv-z])\1$/, "$1").replace(/(?<=\w{3})e$/, "")
  }

  // Return the words of a text, each as [stem, identifiers that it is a part of].
  function words(text) {
    const found = []
    const plain = text.replace(/(\w)['’](?=\w)/g, "$1")
    for (const [name] of plain.matchAll(/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\d+(?:\.\d+)*t?|[-+*/%@&|^]=/g)) {
      const parts = name.split(/[._]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter(Boolean)
      if (/^\W|^\d|^(?:Value|Type|Runtime|Name|Key|Index|Attribute|OS)Error$/.test(name)) found.push([name.toLowerCase(), []])
      else {
        const names = name.split(".").filter((part) => /.[A-Z_]./.test(part))
        const wholes = [...new Set(parts.length > 1 ? [name, ...names] : [])]
        const clean = wholes.map((whole) => whole.toLowerCase().replace(/^_+|_+$/g, ""))
        for (const part of parts) found.push([stem(part.toLowerCase()), clean])
      }
    }
    return found
  }

  const pairs = (list) => list.slice(1).map((word, i) => `${list[i]} ${word}`)
  const clear = (list) => {
    const kept = list.filter(([word, wholes]) => wholes.length || !EMPTY.has(word))
    return kept.length ? kept : list
  }

  const FIELDS = [["heading", 5], ["asked", 2], ["parents", 1.6], ["prose", 1], ["code", 0.5]]
  const postings = new Map() // word → Map(section → weight)
  let sections = []

  function load(pages) {
    sections = []
    postings.clear()
    for (const [url, title, boost, parts] of pages) {
      const above = []
      for (const [anchor, level, heading, prose, code, asked] of parts) {
        above.length = level - 1
        above[level - 1] = heading
        const parents = [...above.slice(0, -1), level > 1 ? title : ""].join(" ")
        sections.push({ url: level > 1 ? `${url}#${anchor}` : url, title, boost, level, heading, asked, parents, prose, code })
      }
    }
    const mean = sections.reduce((sum, s) => sum + s.prose.length + s.code.length, 0) / sections.length
    for (const [number, section] of sections.entries()) {
      const long = 0.4 + 0.6 * (section.prose.length + section.code.length) / mean
      for (const [field, weight] of FIELDS) {
        const list = words(section[field])
        const share = weight / (field === "prose" || field === "code" ? long : 1)
        for (const [word, wholes] of list) {
          add(word, number, share)
          for (const whole of wholes) add(whole, number, share / 2)
        }
        if (field !== "parents" && field !== "code") {
          const stems = list.map(([word]) => word)
          section[`${field}Pairs`] = new Set([...pairs(stems), ...pairs(stems.filter((w) => !EMPTY.has(w)))])
        }
      }
      const titles = [section.heading, ...section.asked.split("; ").filter(Boolean)]
      section.titles = titles.map((title) => [...new Set(clear(words(title)).map(([word]) => word))])
    }
  }

  function add(word, number, weight) {
    if (!postings.has(word)) postings.set(word, new Map())
    const list = postings.get(word)
    list.set(number, (list.get(number) ?? 0) + weight)
  }

  // Edit distance of at most 1 (2 for long words); swapped letters count once.
  function near(a, b) {
    const most = a.length > 7 ? 2 : 1
    if (a.length < 5 && a.length !== b.length) return 0
    if (Math.abs(a.length - b.length) > most || a[0] !== b[0]) return 0
    let before, last = [...Array(b.length + 1).keys()]
    for (let i = 1; i <= a.length; i++) {
      const now = [i]
      for (let j = 1; j <= b.length; j++) {
        now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]))
        if (before && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], before[j - 2] + 1)
      }
      before = last
      last = now
    }
    return last[b.length] <= most ? 1 - last[b.length] / 4 : 0
  }

  // Return Map(word of the index → how well it stands for the word that was typed).
  function meant(word, typing) {
    const found = new Map()
    const note = (other, share) => {
      if (postings.has(other)) found.set(other, Math.max(share, found.get(other) ?? 0))
    }
    note(word, 1)
    for (const group of SAME) if (group.includes(word)) for (const other of group) note(other, 0.7)
    const known = found.has(word) ? 0.25 : 0.7
    if (typing || !found.size) {
      for (const other of postings.keys()) {
        if (word.length > 1 && other.startsWith(word)) note(other, known * Math.max(0.5, word.length / other.length))
      }
    }
    if (!found.size && word.length > 3) {
      for (const other of postings.keys()) {
        const share = near(word, other)
        if (share) note(other, 0.8 * share)
      }
      for (let i = 3; i <= word.length - 3; i++) {
        const [a, b] = [word.slice(0, i), stem(word.slice(i))]
        if (postings.has(a) && postings.has(b)) for (const part of [a, b]) note(part, 0.6)
      }
    }
    return found
  }

  function find(query, most = 12) {
    const all = words(query)
    const list = clear(all)
    const hits = rank(query, list, most)
    return hits.length ? hits : rank(query, all, most)
  }

  function rank(query, list, most) {
    if (!list.length) return []
    const typing = /\w$/.test(query) && list.at(-1)[0]
    const terms = new Set()
    for (const [word, wholes] of list) {
      terms.add(word)
      for (const whole of wholes) terms.add(whole)
    }
    for (const [i, [word]] of list.slice(1).entries()) {
      const joined = list[i][0] + word
      const size = (word) => postings.get(word)?.size ?? 0
      if (size(joined) > size(list[i][0])) {
        terms.add(joined)
        terms.delete(list[i][0])
      }
    }
    const scores = new Map()
    let total = 0
    const hit = new Map()
    const said = new Map() // word of the index → how rare it is, and how well it stands for what was typed
    for (const term of terms) {
      const best = new Map()
      const rarity = (size) => Math.log(1 + sections.length / (size + 0.5))
      const own = rarity(postings.get(term)?.size ?? 0)
      let rare = 0
      for (const [word, share] of meant(term, term === typing)) {
        const places = postings.get(word)
        const idf = Math.min(own, rarity(places.size))
        rare = Math.max(rare, idf * share)
        if (idf * share > (said.get(word) ?? 0)) said.set(word, idf * share)
        for (const [number, weight] of places) {
          const score = share * idf * weight * 2.2 / (weight + 1.6)
          if (score > (best.get(number) ?? 0)) best.set(number, score)
        }
      }
      total += rare
      for (const [number, score] of best) {
        scores.set(number, (scores.get(number) ?? 0) + score)
        hit.set(number, (hit.get(number) ?? 0) + rare)
      }
    }
    const phrases = new Set([words(query), list].flatMap((some) => pairs(some.map(([word]) => word))))
    const isBareError = /^[\w.]*(?:Error|Exception|Warning|Empty|Full|ShutDown)$/.test(query)
    const weight = (phrase) => phrase.split(" ").reduce((sum, word) => sum + (said.get(word) ?? 0.3), 0)
    const results = [...scores].map(([number, score]) => {
      const section = sections[number]
      score *= 0.35 + 0.65 * (hit.get(number) / (total || 1))
      const sum = (known) => [...phrases].reduce((sum, phrase) => sum + (known.has(phrase) ? weight(phrase) : 0), 0)
      score += (2.4 * sum(section.headingPairs) + 1.2 * sum(section.askedPairs) + 0.6 * sum(section.prosePairs)) / (phrases.size + 3)
      score *= 1 + Math.max(...section.titles.map((title) => {
        const answered = title.reduce((sum, word) => sum + (said.get(word) ?? 0), 0)
        const rest = title.filter((word) => !said.has(word)).length
        return 0.8 * answered / (total + 1) + 0.35 * answered / (answered + 2 * rest + 1)
      }))
      // An error message answers those who have it.
      if (!/error|exception|warning/i.test(query) && /(?:Error|Exception|Warning):/.test(section.heading)) score *= 0.8
      if (isBareError && section.url.startsWith("errors/")) score *= 1.5
      // A page answers less precisely than its sections.
      return { score: score * section.boost ** 0.08 * (section.level === 1 ? 0.85 : 1), section }
    })
    return results.sort((a, b) => b.score - a.score).slice(0, most).map(({ score, section }) => ({ score, ...section }))
  }

  // Return the words of a query that stand nowhere, each with the word of the index that it is taken for, if any.
  function unknown(query) {
    const last = /\w$/.test(query) && query.match(/[\w.]+$/)[0] // may be half typed
    return [...new Set(query.match(/[A-Za-z_][\w.]*/g) ?? [])].filter((word) => !EMPTY.has(word.toLowerCase())).flatMap((word) => {
      const parts = words(word)
      if (parts.some(([part, wholes]) => [part, ...wholes].some((w) => postings.has(w)))) return []
      const taken = parts.flatMap(([part]) => [...meant(part, word === last)])
      const begun = word === last && taken.some(([other]) => parts.some(([part]) => other.startsWith(part)))
      return begun ? [] : [[word, taken.sort((a, b) => b[1] - a[1])[0]?.[0]]]
    })
  }

  // Return what a pasted traceback asks: its message, and the last functions of the standard library in it.
  function gist(text) {
    const frames = [...text.matchAll(/File ".*?[/\\](\w+)\.py", line \d+,? in (\w+)/g)]
    const lines = text.split(/\r?\n/).map((line) => line.trimEnd()).filter(Boolean)
    const fatal = lines.find((line) => line.startsWith("Fatal Python error"))
    const said = lines.findLast((line) => /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: .|$)/.test(line)) ?? lines.at(-1) ?? ""
    const library = frames.filter(([frame]) => /[/\\][Ll]ib[/\\]/.test(frame) && !/(?:site|dist)-packages/.test(frame))
    const passed = library.slice(-2).map(([, module, name]) => `${module}.${name}`)
    const bare = /^(?:KeyboardInterrupt|MemoryError|AssertionError|SystemExit)$/.test(said) ? passed : [] // say nothing alone
    return [fatal ?? said.replace(/^_/, ""), ...bare].join(" ").replace(/0x[0-9a-fA-F]+/g, "").replace(/\s+/g, " ").trim()
  }

  return { load, find, words, unknown, gist }
})()

if (typeof module !== "undefined") module.exports = search

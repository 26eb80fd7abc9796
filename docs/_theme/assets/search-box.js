// The search box: what is typed, its hits below, and the keys that choose one. The index is loaded
// when the box is used, as a script, so that it works from a file, too.
"use strict"
;(() => {
  const here = document.currentScript.src
  const root = new URL("..", here)
  const box = document.getElementById("search")
  const panel = document.getElementById("search-panel")
  const list = document.getElementById("search-hits")
  const count = document.getElementById("search-count")
  let ready
  let chosen = -1

  // A script that is asked for twice is loaded once.
  function load() {
    ready ??= new Promise((resolve, reject) => {
      window.searchIndex = (pages) => resolve(search.load(pages))
      const script = document.createElement("script")
      script.src = new URL("search-index.js", here)
      script.onerror = reject
      document.head.append(script)
    })
    return ready
  }

  const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt()};`)

  // Return the part of the prose with the most words of the query, these marked.
  function excerpt(prose, stems) {
    const parts = prose.split(/(?<=[.:?]) /)
    const known = (text) => new Set(search.words(text).map(([word]) => word).filter((word) => stems.has(word))).size
    let best = 0
    const counts = parts.map(known)
    for (const [i, n] of counts.entries()) if (n > counts[best]) best = i
    return mark(parts.slice(best).join(" ").slice(0, 150), stems)
  }

  const mark = (text, stems) => escape(text).replace(/[A-Za-z_][\w.]*/g, (word) =>
    search.words(word).some(([part]) => stems.has(part)) ? `<mark>${word}</mark>` : word)

  // Say what the guide does not have, before what comes nearest to it.
  function remarks(query) {
    const strange = search.unknown(query)
    const none = strange.filter(([, taken]) => !taken).map(([word]) => `“${word}”`)
    const taken = strange.filter(([, taken]) => taken).map(([word, taken]) => `“${word}” is taken for “${taken}”. `)
    return `${none.length ? `The guide has nothing on ${none.join(", ")}. ` : ""}${taken.join("")}`
  }

  function show() {
    const query = box.value.trim()
    const hits = query ? search.find(query) : []
    const stems = new Set(search.words(query).map(([word]) => word).filter((word) => word.length > 2))
    panel.hidden = !query
    list.innerHTML = hits.map(({ url, title, level, heading, prose }, i) => `<a role="option" tabindex="-1"
      id="search-hit-${i}" aria-selected="false" href="${escape(new URL(url, root).href)}"><b>${mark(heading, stems)}</b>${
      level > 1 ? ` <small>${escape(title)}</small>` : ""}<span>${excerpt(prose, stems)}</span></a>`).join("")
    count.textContent = query ? `${remarks(query)}${hits.length || "No"} section${hits.length === 1 ? "" : "s"} found` : ""
    box.setAttribute("aria-expanded", String(hits.length > 0))
    choose(-1)
  }

  function choose(number) {
    list.children[chosen]?.setAttribute("aria-selected", "false")
    chosen = list.children.length ? (number + list.children.length + 1) % (list.children.length + 1) : -1
    if (number < 0 || chosen === list.children.length) chosen = number === -2 ? list.children.length - 1 : -1
    const hit = list.children[chosen]
    hit?.setAttribute("aria-selected", "true")
    hit?.scrollIntoView({ block: "nearest" })
    if (hit) box.setAttribute("aria-activedescendant", hit.id)
    else box.removeAttribute("aria-activedescendant")
  }

  const update = () => load().then(show, () => {
    panel.hidden = false
    count.textContent = "The index of the search could not be loaded"
  })
  const close = () => {
    panel.hidden = true
    box.setAttribute("aria-expanded", "false")
  }

  box.addEventListener("focus", () => load().then(() => box.value && show(), () => {}))
  box.addEventListener("input", update)
  // A box of one line would join the lines of a traceback.
  box.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text")
    if (!text.includes("\n")) return
    event.preventDefault()
    box.setRangeText(search.gist(text), box.selectionStart, box.selectionEnd, "end")
    update()
  })
  box.form.addEventListener("submit", (event) => {
    event.preventDefault()
    load().then(() => {
      if (panel.hidden) show()
      ;(list.children[chosen] ?? list.children[0])?.click()
    })
  })
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      if (panel.hidden) show()
      choose(step < 0 && chosen < 0 ? -2 : chosen + step)
    } else if (event.key === "Escape") {
      if (panel.hidden) box.blur()
      close()
    }
  })
  list.addEventListener("click", close)
  box.form.addEventListener("focusout", (event) => {
    if (!box.form.contains(event.relatedTarget)) close()
  })
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]")
    const key = event.key === "k" && (event.ctrlKey || event.metaKey)
    if (!key && (typing || event.ctrlKey || event.metaKey || event.altKey || !["/", "s"].includes(event.key))) return
    event.preventDefault()
    box.focus()
    box.select()
  })

  // A page that is not there asks for itself.
  if (document.getElementById("not-found")) {
    const last = location.pathname.replace(/(index)?\.html$/, "").split("/").filter(Boolean).at(-1) ?? ""
    box.value = decodeURIComponent(last + location.hash).replace(/[^\w.]+/g, " ").trim()
    if (box.value) box.focus()
  }
})()

// What a page does beyond being read. Everything else works without scripts.
"use strict"
{ // names of its own: a page may have another script

// A button on each block copies its code: no prompts, no annotations, no output.
for (const pre of document.querySelectorAll(".highlight:not(.output) > pre")) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "copy"
  button.textContent = "Copy"
  button.addEventListener("click", async () => {
    const code = pre.querySelector("code").cloneNode(true)
    for (const note of code.querySelectorAll(".note-number")) note.remove()
    let lines = code.textContent.trimEnd().split("\n").map((line) => line.trimEnd())
    if (pre.parentElement.classList.contains("language-console")) {
      lines = lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2))
    }
    await navigator.clipboard.writeText(`${lines.join("\n")}\n`)
    button.textContent = "Copied"
    setTimeout(() => { button.textContent = "Copy" }, 2000)
  })
  pre.before(button)
}

// What scrolls inside itself can be reached by keyboard.
const reach = (boxes) => {
  const scrolls = boxes.map((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
  for (const [i, box] of boxes.entries()) {
    if (scrolls[i] || box.closest("details:not([open])")) box.tabIndex = 0 // what is folded has no size yet
    else box.removeAttribute("tabindex")
  }
}
addEventListener("load", () => { // other scripts have made theirs by then
  const boxes = [...document.querySelectorAll("pre, pre > code, .md-typeset__scrollwrap, .plot")]
  const sizes = new ResizeObserver((entries) => reach(entries.map(({ target }) => target)))
  for (const box of boxes) sizes.observe(box)
  reach(boxes)
})

// The navigation of a phone opens with a button; without scripts, with the label that it replaces.
const drawer = document.getElementById("__drawer")
const label = document.querySelector(".md-header label[for=__drawer]")
const menu = document.createElement("button")
menu.type = "button"
menu.className = `${label.className} menu`
menu.ariaLabel = "Navigation"
menu.append(...label.childNodes)
label.replaceWith(menu)
const opened = () => menu.setAttribute("aria-expanded", String(drawer.checked))
opened()
menu.addEventListener("click", () => { drawer.click() })
drawer.addEventListener("change", opened)
addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && drawer.checked) drawer.click()
})

document.querySelector(".scheme").addEventListener("click", () => {
  const { dataset } = document.body
  dataset.mdColorScheme = dataset.mdColorScheme === "slate" ? "default" : "slate"
  try { localStorage.setItem("scheme", dataset.mdColorScheme) } catch { /* a file may not store */ }
})

// The table of contents follows.
const links = new Map([...document.querySelectorAll(".md-sidebar--secondary a[href^='#']")]
  .map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]))
links.delete(null)
let shown
let waiting
const follow = () => {
  waiting = false
  const passed = [...links.keys()].filter((heading) => heading.getBoundingClientRect().top < 120)
  const current = links.get(passed.at(-1))
  if (current === shown) return
  shown?.removeAttribute("aria-current")
  current?.setAttribute("aria-current", "location")
  shown = current
  const box = current?.closest(".md-sidebar__scrollwrap")
  if (box) box.scrollTop = current.offsetTop - box.clientHeight / 2
}
addEventListener("scroll", () => {
  if (!waiting) requestAnimationFrame(follow)
  waiting = true
}, { passive: true })
follow()

// The page itself is in sight in the navigation.
const here = document.querySelector(".md-sidebar--primary a.md-nav__link--active")
const side = here?.closest(".md-sidebar__scrollwrap")
if (side && here.offsetTop + here.offsetHeight > side.clientHeight) side.scrollTop = here.offsetTop - side.clientHeight / 2
}

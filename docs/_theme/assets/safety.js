// Filters and sorts the thread-safety table.
"use strict"
{
const words = document.getElementById("safety-words")
const level = document.getElementById("safety-level")
const build = document.getElementById("safety-build")
const count = document.getElementById("safety-count")
const body = document.querySelector(".safety tbody")
const rows = [...body.rows]

const show = () => {
  const wanted = words.value.toLowerCase().split(/\s+/)
  let shown = 0
  for (const row of rows) {
    const text = row.textContent.toLowerCase()
    const documented = row.cells[1].textContent
    row.hidden = !(wanted.every((word) => text.includes(word))
      && documented.startsWith(level.value)
      && (!build.value || row.dataset.seen.split(" ").includes(build.value)))
    if (!row.hidden) shown += 1
  }
  count.textContent = `${shown} of ${rows.length} rows`
}
for (const control of [words, level, build]) control.addEventListener("input", show)
words.closest("p").hidden = false
show()

// Each heading but the last, advice, sorts: once up, once down, then as it was.
const heads = [...document.querySelectorAll(".safety thead th")]
const key = (row, column) => row.cells[column].dataset.order ?? row.cells[column].textContent
const sort = (column) => {
  const turned = { none: "ascending", ascending: "descending", descending: "none" }
  const next = turned[heads[column].getAttribute("aria-sort") ?? "none"]
  for (const head of heads) head.removeAttribute("aria-sort")
  const sorted = [...rows]
  if (next !== "none") {
    heads[column].setAttribute("aria-sort", next)
    const sign = next === "ascending" ? 1 : -1
    sorted.sort((a, b) => sign * key(a, column).localeCompare(key(b, column), "en", { numeric: true }))
  }
  body.append(...sorted)
}
for (const [column, head] of heads.slice(0, -1).entries()) {
  const button = document.createElement("button")
  button.type = "button"
  button.append(...head.childNodes)
  button.addEventListener("click", () => sort(column))
  head.append(button)
}
}

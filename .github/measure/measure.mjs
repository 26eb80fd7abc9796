// The figures of the built site: Lighthouse, weight, Nu's errors.
// Usage: node measure.mjs SITE [RUNS]. Serves SITE as a static host does, with gzip.
import { spawnSync } from "node:child_process"
import { readFileSync, readdirSync, statSync, existsSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { extname, join } from "node:path"
import { gzipSync } from "node:zlib"
import * as chromeLauncher from "chrome-launcher"
import lighthouse from "lighthouse"

const [site, runs = "5"] = process.argv.slice(2)
const PAGES = [ // one of each kind
  "", "learn/4-shared/", "learn/practise/", "guide/pools/", "measured/free_threading/", "proved/break_it/", "proved/tools/", "recipes/stopping/",
  "errors/threads/", "libraries/web/", "kit/incident/", "reference/which-python/", "reference/api/",
]
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json", ".txt": "text/plain" }

const server = createServer((request, response) => {
  let path = join(site, decodeURIComponent(new URL(request.url, "http://x").pathname))
  if (existsSync(path) && statSync(path).isDirectory()) path = join(path, "index.html")
  if (!existsSync(path)) return response.writeHead(404).end()
  const zip = TYPES[extname(path)] && extname(path) !== ".png"
  const body = zip ? gzipSync(readFileSync(path)) : readFileSync(path)
  response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "content-length": body.length, "cache-control": "max-age=600", ...(zip && { "content-encoding": "gzip" }) })
  response.end(body)
})
await new Promise((ready) => server.listen(0, "127.0.0.1", ready))
const base = `http://127.0.0.1:${server.address().port}/`

const flags = ["--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update"]
const figures = new Map(PAGES.map((page) => [page, []]))
for (let run = 0; run < Number(runs); run++) {
  for (const page of PAGES) { // in turn, so that a busy minute does not meet one page alone
    const chrome = await chromeLauncher.launch({ chromeFlags: flags })
    const { lhr } = await lighthouse(base + page, { port: chrome.port, output: "json", logLevel: "error" })
    await chrome.kill()
    const score = (name) => Math.round(lhr.categories[name].score * 100)
    const failing = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 0.9 && ["accessibility", "best-practices", "seo"].some((c) => lhr.categories[c].auditRefs.some((r) => r.id === a.id && r.weight))).map((a) => a.id)
    const requests = lhr.audits["network-requests"].details.items
    figures.get(page).push({
      performance: score("performance"), accessibility: score("accessibility"), practices: score("best-practices"), seo: score("seo"),
      lcp: lhr.audits["largest-contentful-paint"].numericValue / 1000, tbt: lhr.audits["total-blocking-time"].numericValue,
      shift: lhr.audits["cumulative-layout-shift"].numericValue,
      kB: requests.reduce((sum, r) => sum + r.transferSize, 0) / 1000, requests: requests.length, failing: failing.join(" "),
    })
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
console.log(`Lighthouse, mobile, median of ${runs}`)
console.table(Object.fromEntries([...figures].map(([page, all]) => [page || "(start)", Object.fromEntries(
  Object.keys(all[0]).map((key) => [key, key === "failing" ? all[0][key] : Number(median(all.map((one) => one[key])).toFixed(3))]))])))

const files = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html"))
const vnu = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar")
const nu = spawnSync("java", ["-jar", vnu, "--errors-only", "--format", "gnu", ...files.map((name) => join(site, name))], { encoding: "utf8" })
console.log(nu.error ? "Nu checker: needs java" : `Nu checker: ${nu.stderr.trim().split("\n").filter(Boolean).length} errors on ${files.length} pages`)
console.log((nu.stderr ?? "").split("\n").slice(0, 20).join("\n"))
server.close()

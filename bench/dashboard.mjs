// How soon the dashboard is usable with a large ledger, in Debian's Chromium on this machine. Each
// figure is printed with its bound.
//
//   node bench/dashboard.mjs [CALLS]        BUILD names the folder of the built programs
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serving, start } from './start.mjs'

const { chromium } = createRequire(new URL('../tests/browser/package.json', import.meta.url))('playwright-core')

const build = resolve(process.env.BUILD ?? 'build/release')
const calls = Number(process.argv[2] ?? 100_000)
const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bench-'))
execFileSync(`${build}/full_ledger`, [`${folder}/ledger.db`, String(calls)])

// Neither side exists: what is measured reads only the ledger.
const service = await start(`${build}/ringbridge`, ['serve'], {
  HOST: '127.0.0.1', PORT: '0', SYNC_INTERVAL: '0', LOG_LEVEL: 'info', DATABASE_URL: `sqlite:${folder}/ledger.db`,
  RECEPTIONIST_BASE_URL: 'http://127.0.0.1:1', RECEPTIONIST_TOKEN: 'none', HUBSPOT_BASE_URL: 'http://127.0.0.1:1', HUBSPOT_TOKEN: 'none',
}, 'stderr', serving)
const url = `${service.url}/`
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })

async function timed(work) {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function visit() {
  const page = await (await browser.newContext()).newPage()
  const today = await timed(async () => {
    await page.goto(url, { waitUntil: 'commit' })
    await page.waitForSelector('.figures')
    await page.waitForSelector('.chart canvas')
  })
  const bytes = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, { transferSize }) => sum + transferSize, 0))
  const list = await timed(async () => {
    await page.goto(`${url}#/calls`)
    await page.waitForSelector('tbody tr')
  })
  const search = await timed(async () => {
    await page.fill('input[type=search]', 'nobody at all')
    await page.waitForSelector('text=No calls')
  })
  const parked = await timed(async () => {
    await page.fill('input[type=search]', '')
    await page.goto(`${url}#/calls?state=parked`)
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 50)
  })
  await page.close()
  return { today, list, search, parked, bytes }
}

await visit() // warms up the browser
const visits = [await visit(), await visit(), await visit()]
const median = (name) => visits.map((visit) => visit[name]).sort((a, b) => a - b)[1]
console.log(`the dashboard, ${calls.toLocaleString('en')} calls in the ledger:`)
console.log(`  today, with its chart   ${median('today').toFixed(0).padStart(6)} ms  (bound: 1000)`)
console.log(`  the list of calls       ${median('list').toFixed(0).padStart(6)} ms`)
console.log(`  a search without a hit  ${median('search').toFixed(0).padStart(6)} ms, 200 of which wait for the next key`)
console.log(`  what needs a person     ${median('parked').toFixed(0).padStart(6)} ms`)
console.log(`  transferred             ${(median('bytes') / 1000).toFixed(0).padStart(6)} kB  (bound: 150)`)
await browser.close()
service.child.kill()
await service.ended
rmSync(folder, { recursive: true })

// How long `ringbridge learn` takes for a recording of 60 MB, and how much memory: each test site as
// recorded in Chromium, among scripts and other answers of the same host.
//
//   node bench/learn.mjs
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { record, siteNames, startSite } from '../tests/learn/record.mjs'

const wanted = 60e6
const bounds = { seconds: 20, megabytes: 512 }
const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bench-'))

const script = (i) => `/* ${i} */` + `function f${i}(a){return a.map((x)=>x+${i})};`.repeat(20_000)
const listOf = (i) =>
  JSON.stringify({
    items: Array.from({ length: 400 }, (_, row) => ({
      id: `item_${i}_${row}`,
      createdAt: new Date(1.79e12 + i * 1e6 + row * 1e4).toISOString(),
      title: `Booking ${row}`,
      phone: `+1571555${String((i * 400 + row) % 10_000).padStart(4, '0')}`,
      notes: 'Wants a visit. '.repeat(20),
    })),
  })

// Half of what is added are scripts, half lists that are none of calls.
function swell(har) {
  const page = har.log.entries.find(({ response }) => response.content.mimeType?.includes('html'))
  const origin = new URL(page.request.url).origin
  const add = (path, mimeType, text) => {
    const entry = structuredClone(page)
    Object.assign(entry.request, { method: 'GET', url: origin + path, queryString: [] })
    entry.response.content = { mimeType, text, size: text.length }
    har.log.entries.push(entry)
    return text.length
  }
  let size = JSON.stringify(har).length
  for (let i = 0; size < wanted; ++i) {
    size += add(`/assets/${i}.js`, 'text/javascript', script(i))
    for (let of = 0; of < 4; ++of) size += add(`/api/bookings/${i}/${of}`, 'application/json', listOf(4 * i + of))
  }
  return har
}

async function measure(recording) {
  const begun = performance.now()
  const child = spawn(process.env.RINGBRIDGE ?? 'build/release/ringbridge',
    ['learn', recording, '--name', 'learned', '--output', `${recording}.yaml`], { stdio: 'ignore' })
  let peak = 0
  const watch = setInterval(() => {
    try {
      const kilobytes = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1] ?? 0
      peak = Math.max(peak, kilobytes / 1000)
    } catch {} // it has ended
  }, 20)
  const status = await new Promise((resolve) => child.on('exit', resolve))
  clearInterval(watch)
  return { status, seconds: (performance.now() - begun) / 1000, megabytes: peak }
}

for (const name of siteNames) {
  const site = await startSite(name)
  const path = await record(site, join(folder, `${name}.har`))
  await site.stop()
  const har = swell(JSON.parse(readFileSync(path)))
  writeFileSync(path, JSON.stringify(har))
  const { status, seconds, megabytes } = await measure(path)
  console.log(`${name}: exit ${status}, ${seconds.toFixed(1)} s (bound ${bounds.seconds}), ` +
    `${Math.round(megabytes)} MB (bound ${bounds.megabytes})`)
  rmSync(path)
}
rmSync(folder, { recursive: true })

// Many bridges in one process, none of which has a new call: memory, CPU of a poll, the time until the service
// is ready, open descriptors, and how many bridges ask their receptionist in the same second.
//
//   node bench/many_bridges.mjs [BRIDGES…]    100 1000 10000, if none are given
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killAll, standIn, startService } from '../tests/program/program.mjs'

const interval = 60 // s between a bridge's polls
const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1_000, 10_000]
const bounds = { ready: 5, memory: 512, poll: 1 } // s, MB, ms; for 10,000

let asked = []
let written = 0
const site = await standIn((request, response) => {
  asked.push(performance.now())
  response.setHeader('Content-Type', 'application/json').end('{"calls":[],"page":1,"pageSize":100,"total":0}')
})
const hubspot = await standIn((request, response) => {
  ++written
  response.writeHead(500).end()
})

const memoryOf = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s*(\d+)/)[1]) / 1024
const descriptorsOf = (pid) => readdirSync(`/proc/${pid}/fd`).length
function cpuOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10 // ms
}
function worstSecond(moments) {
  let worst = 0
  for (let last = 0, first = 0; last < moments.length; ++last) {
    while (moments[last] - moments[first] >= 1_000) ++first
    worst = Math.max(worst, last - first + 1)
  }
  return worst
}

async function measure(count) {
  const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bench-'))
  const file = join(folder, 'settings.yaml')
  writeFileSync(file, JSON.stringify({
    bridges: Array.from({ length: count }, (_, i) => ({
      name: `client-${i}`, receptionist_token: `pasted-${i}`, receptionist_base_url: site.url, hubspot_base_url: hubspot.url,
      hubspot_token: `pat-${i}`, hubspot_portal_id: String(1_000 + i), sync_interval: `${interval}s`,
    })),
  }))
  asked = []
  written = 0
  const began = performance.now()
  const service = await startService({ DATABASE_PATH: join(folder, 'ledger.db') }, ['--config', file])
  const ready = (performance.now() - began) / 1_000
  const { pid } = service.child
  await sleep(interval * 1_000)
  // After a start, then in the next interval.
  const first = worstSecond(asked)
  const [cpu, polls] = [cpuOf(pid), asked.length]
  await sleep(interval * 1_000)
  const later = asked.slice(polls)
  const poll = (cpuOf(pid) - cpu) / later.length
  const row = {
    bridges: count, 'ready after, s': ready.toFixed(1), 'memory, MB': memoryOf(pid).toFixed(0), descriptors: descriptorsOf(pid),
    polls: later.length, 'CPU a poll, ms': poll.toFixed(2), 'polls in the worst second': `${first}, then ${worstSecond(later)}`,
    'requests to HubSpot': written,
  }
  assert.equal(await service.stop(), 0)
  rmSync(folder, { recursive: true })
  return row
}

const rows = []
for (const count of counts) rows.push(await measure(count))
console.table(rows)
console.log(`bounds with 10,000: ready ${bounds.ready} s, ${bounds.memory} MB, ${bounds.poll} ms a poll, ` +
  `${Math.ceil(Math.max(...counts) / interval)} polls a second if spread evenly, nothing asked of HubSpot`)
killAll()
site.close()
hubspot.close()

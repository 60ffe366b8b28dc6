// The same month of calls synced by ringbridge and by a straightforward service on the stack that
// its users have today (seed-stack/), against the same simulated sides, over real sockets, with no
// limits. Each figure is printed with its bound.
//
//   node bench/side_by_side.mjs [CALLS]        BUILD names the folder of the built programs
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serving, start } from './start.mjs'

const build = resolve(process.env.BUILD ?? 'build/release')
const calls = Number(process.argv[2] ?? 3000)
const callers = Math.ceil(calls * 0.3)
const since = new Date(Date.now() - 30 * 86_400_000).toISOString()
const until = new Date(Date.now() + 60_000).toISOString()
const ticks = Number(execFileSync('getconf', ['CLK_TCK']))

const json = (line) => line.startsWith('{') && JSON.parse(line)

function usage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1])
  const peak = kilobytes('VmHWM') / 1024
  return {
    cpu: (Number(stat[11]) + Number(stat[12])) / ticks, peak, now: kilobytes('VmRSS') / 1024,
    own: peak - kilobytes('RssFile') / 1024, // without the pages of programs and libraries, which others share
  }
}

const stacks = {
  ringbridge: (env, folder) => start(`${build}/ringbridge`, ['serve'], {
    ...env, HOST: '127.0.0.1', PORT: '0', SYNC_INTERVAL: '0', LOG_LEVEL: 'info', DATABASE_URL: `sqlite:${folder}/ledger.db`,
  }, 'stderr', serving),
  'Bun + Hono': (env) => start(resolve('bench/seed-stack/node_modules/.bin/bun'), ['run', resolve('bench/seed-stack/index.ts')],
    env, 'stdout', json),
}

async function post(url) {
  const answer = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(3_000_000) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function carry(stack, protocol) {
  const town = await start(`${build}/town_server`, [String(calls), String(callers), protocol], {}, 'stdout', json)
  const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bench-'))
  const bridge = await stacks[stack]({
    RECEPTIONIST_BASE_URL: town.receptionist, RECEPTIONIST_EMAIL: 'owner@sandbox.test', RECEPTIONIST_PASSWORD: 'sandbox',
    HUBSPOT_BASE_URL: town.hubspot, HUBSPOT_TOKEN: town.token, HUBSPOT_ACTIVITY_API: protocol === 'calls' ? 'calls' : 'engagements-v1',
  }, folder)
  await post(`${bridge.url}/setup-properties`)
  const rest = usage(bridge.child.pid)
  const begun = performance.now()
  await post(`${bridge.url}/sync-now?since=${since}&until=${until}`)
  const seconds = (performance.now() - begun) / 1000
  const used = usage(bridge.child.pid)
  bridge.child.kill()
  await bridge.ended
  const counted = new Promise((done) => town.lines.on('line', (line) => done(JSON.parse(line))))
  town.child.kill()
  const { activities, requests } = await counted
  rmSync(folder, { recursive: true })
  if (activities !== calls) throw new Error(`${stack}: ${activities} activities of ${calls} calls`)
  return {
    start: bridge.millisecondsToStart, rest: rest.now, peak: used.peak, own: used.own, perSecond: calls / seconds,
    cpu: (1000 * (used.cpu - rest.cpu)) / calls, requests: requests / calls,
  }
}

const show = (name, { perSecond, cpu, peak, own, rest, requests, start }) =>
  console.log(`  ${name.padEnd(12)} ${perSecond.toFixed(0).padStart(6)} calls/s  ${cpu.toFixed(2).padStart(6)} ms CPU a call  `
    + `${requests.toFixed(2).padStart(5)} requests a call  ${rest.toFixed(0).padStart(4)} MB at rest  ${peak.toFixed(0).padStart(4)} MB at most (${own.toFixed(0)} its own)  `
    + `${start.toFixed(0).padStart(4)} ms to start`)

for (const protocol of ['v1', 'calls']) {
  console.log(`${calls} calls of ${callers} callers, ${protocol === 'v1' ? 'v1 engagements' : 'the calls object'}:`)
  const ours = await carry('ringbridge', protocol)
  show('ringbridge', ours)
  const theirs = await carry('Bun + Hono', protocol)
  show('Bun + Hono', theirs)
  console.log(`  ${(ours.perSecond / theirs.perSecond).toFixed(1)} times the calls a second (bound: 10), `
    + `${(ours.peak / theirs.peak).toFixed(2)} of the memory (bound: 0.33; ${(ours.own / theirs.own).toFixed(2)} of their own), ${ours.start.toFixed(0)} ms to start (bound: 50)`)
}

// How soon webhooks are answered, and how soon their calls are in HubSpot: real sockets, a real ledger,
// the sandbox's HubSpot.
//
//   node bench/webhooks.mjs
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSandbox, startService } from '../tests/program/program.mjs'
import { callOf, send, senders } from '../tests/program/sender.mjs'

const secret = 'a-secret-of-the-webhook'
const sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bench-'))
const { url, stop } = await startService({
  RECEPTIONIST: 'bland', WEBHOOK_SECRET: secret, SYNC_INTERVAL: '0', HUBSPOT_TOKEN: sandbox.hubspotToken,
  HUBSPOT_BASE_URL: sandbox.hubspot, DATABASE_URL: `sqlite:${folder}/ledger.db`,
})
const at = (sorted, share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))])
const report = (name, times) => {
  const sorted = times.sort((a, b) => a - b)
  console.log(`${name}: median ${at(sorted, 0.5)} ms, p99 ${at(sorted, 0.99)} ms, worst ${Math.round(sorted.at(-1))} ms`)
}
async function timed(work) {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
const deliver = (id) => send(url, 'bland', secret, senders.bland.event(callOf(id)))
const isSynced = async (id) => (await (await fetch(`${url}/calls/${id}`)).json()).state === 'synced'

// So far apart that a new caller's two searches do not wait for HubSpot's five a second.
const apart = 1200
const quiet = []
for (let i = 0; i < 50; ++i) {
  await sleep(apart)
  await deliver(`quiet_${i}`)
  quiet.push(await timed(async () => { while (!(await isSynced(`quiet_${i}`))) await sleep(5) }))
}
report('50 quiet calls: from 200 to HubSpot', quiet)

let left = 1000
const answers = [], health = []
const flood = async () => { while (left > 0) { const id = `many_${left--}`; answers.push(await timed(() => deliver(id))) } }
const watch = async () => { while (left > 0) health.push(await timed(() => fetch(`${url}/health`).then((answer) => answer.text()))) }
const landed = await timed(async () => {
  await Promise.all([...Array.from({ length: 50 }, flood), watch()])
  report('1,000 webhooks, 50 at once: answer', answers)
  report('/health meanwhile', health)
  while ((await (await fetch(`${url}/overview`)).json()).calls.synced < 1050) await sleep(20)
})
console.log(`all 1,000 in HubSpot after ${Math.round(landed / 100) / 10} s`)
await stop()
await sandbox.stop()
rmSync(folder, { recursive: true })

// Three replicas on one PostgreSQL carry the calls of thirty bridges while they are killed and frozen, their
// connections cut and the database restarted: every call ends with one activity.
//
//   node bench/replicas.mjs [SHARE]    1: 200 kills, 50 freezes, 50 cuts, 10 restarts; 0.1: a tenth of each
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../tests/postgres/server.mjs'
import { killAll, standIn, startSandbox, startService } from '../tests/program/program.mjs'
import { markers } from '../tests/program/sender.mjs'

const share = Number(process.argv[2] ?? 1)
const times = { kill: Math.ceil(200 * share), freeze: Math.ceil(50 * share), cut: Math.ceil(50 * share), restart: Math.ceil(10 * share) }
const frozenFor = 30_000 // leases last 24 s
const takeOverBound = 30_000
const bridges = Array.from({ length: 30 }, (_, i) => `b${String(i + 1).padStart(2, '0')}`)
const names = ['a', 'b', 'c']

const postgres = startPostgres()
assert.ok(postgres, 'PostgreSQL is not installed: apt-get install postgresql-15')
const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bench-'))
const sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
const headers = { Authorization: `Bearer ${sandbox.hubspotToken}` }
const { portalId } = await (await fetch(`${sandbox.hubspot}/account-info/v3/details`, { headers })).json()

const calls = Object.fromEntries(bridges.map((name) => [name, []]))
const file = join(folder, 'settings.yaml')
writeFileSync(file, JSON.stringify({
  bridges: await Promise.all(bridges.map(async (name) => {
    const site = await standIn((_, response) => response.setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ calls: calls[name], page: 1, pageSize: 100, total: calls[name].length })))
    return { name, receptionist_token: `pasted-${name}`, receptionist_base_url: site.url, hubspot_base_url: sandbox.hubspot,
      hubspot_token: sandbox.hubspotToken, hubspot_portal_id: String(portalId), sync_interval: '5s' }
  })),
}))

// By name: { url, child, frozen }; none while it is down.
const replicas = new Map()
async function begin(name) {
  const service = await startService({ ...postgres.settings('replicas'), REPLICA_NAME: name }, ['--config', file])
  replicas.set(name, { ...service, frozen: false })
}
const living = () => [...replicas].filter(([, { frozen }]) => !frozen)
const pick = (list, n) => list[n % list.length]

let publishing = true
async function publish() {
  for (let n = 1; publishing; ++n) {
    const of = pick(bridges, n)
    if (calls[of].length < 100) {
      calls[of].unshift({ id: `${of}_${n}`, callTimestamp: new Date().toISOString(), callerName: 'Mary Major', customerPhone: `(571) 830-85${of.slice(1)}` })
    }
    await sleep(600)
  }
}

// By bridge: since when its holder is dead, or there is none. Who takes it over may die at once: that is another wait.
const orphaned = new Map()
let worst = 0
async function watch() {
  for (; publishing; await sleep(500)) {
    const [asked] = living()
    if (!asked) continue
    const answer = await fetch(`${asked[1].url}/bridges`).then((one) => one.json(), () => ({}))
    const now = performance.now()
    for (const { name, holder } of answer.bridges ?? []) {
      const lives = replicas.has(holder) && !replicas.get(holder).frozen
      const orphan = orphaned.get(name)
      if (orphan && (lives || (holder && holder !== orphan.holder))) {
        worst = Math.max(worst, now - orphan.since)
        orphaned.delete(name)
      }
      if (!lives && !orphaned.has(name)) orphaned.set(name, { holder, since: now })
    }
  }
}

async function kills() {
  for (let n = 0; n < times.kill; ++n) {
    const [name, { child, ended }] = pick(living(), n)
    replicas.delete(name)
    child.kill('SIGKILL')
    await ended
    // Every tenth stays away until the others have taken its bridges over.
    if (n % 10 === 0) await sleep(takeOverBound)
    else await sleep(200 * (n % 7))
    await begin(name)
    await sleep(300 * (n % 5))
  }
}
async function freezes() {
  for (let n = 0; n < times.freeze; ++n) {
    while (living().length < 2) await sleep(100)
    const [, replica] = pick(living(), n)
    replica.frozen = true
    replica.child.kill('SIGSTOP')
    await sleep(frozenFor)
    replica.child.kill('SIGCONT')
    replica.frozen = false
    await sleep(1000)
  }
}
async function cuts() {
  const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`
  for (let n = 0; n < times.cut; ++n) {
    await sleep(17_000)
    try { postgres.query(cut) } catch {} // it is being restarted
  }
}
async function restarts() {
  for (let n = 0; n < times.restart; ++n) {
    await sleep(71_000)
    postgres.control('restart')
  }
}

const begun = performance.now()
for (const name of names) await begin(name)
const background = [publish(), watch()]
await Promise.all([kills(), freezes(), cuts(), restarts()])
await sleep(takeOverBound)
publishing = false
await Promise.all(background)

const all = bridges.flatMap((name) => calls[name].map(({ id }) => id))
const [, { url }] = living()[0]
for (const name of bridges) {
  const isCarried = async () =>
    (await (await fetch(`${url}/calls?bridge=${name}&state=synced&limit=200`)).json()).calls.length === calls[name].length
  for (const until = performance.now() + 120_000; !(await isCarried()); await sleep(500)) {
    assert.ok(performance.now() < until, `calls of ${name} are not synced`)
  }
}
const found = (await Promise.all(bridges.map((name) => markers(sandbox, `${name}_`)))).flat()
assert.deepEqual(found.sort(), all.sort())
console.log(`${times.kill} kills, ${times.freeze} freezes, ${times.cut} cuts of all connections, ${times.restart} restarts of the ` +
  `database in ${Math.round((performance.now() - begun) / 60_000)} min: ${all.length} calls of ${bridges.length} bridges, one activity each`)
console.log(`a bridge was taken over after ${(worst / 1000).toFixed(1)} s at worst (bound ${takeOverBound / 1000})`)
for (const [, service] of replicas) await service.stop()
await sandbox.stop()
killAll()
postgres.stop()
rmSync(folder, { recursive: true })

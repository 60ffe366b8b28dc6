// How the program ends when it is told to in the middle of a run.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { beforeHubspot, killAll, launch, receptionistWith, run, startSandbox, startService } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-stop-'))
const round = 100 // calls
let sandbox
let ledgers = 0

before(async () => (sandbox = await startSandbox()))
after(async () => {
  await sandbox.stop()
  killAll()
  rmSync(folder, { recursive: true })
})

// A run of two rounds, whose first write of activities is held up until `goOn` is called; `holds`
// tells that it has come.
async function heldUp(t) {
  let hold, goOn
  const holds = new Promise((resolve) => (hold = resolve))
  const free = new Promise((resolve) => (goOn = resolve))
  const hubspot = await beforeHubspot(sandbox, async (url) => {
    if (!/calls.*batch\/create$/.test(url)) return
    hold()
    await free
  })
  const at = Date.now() - 3600_000
  const ledger = ++ledgers
  const calls = Array.from({ length: round + 20 }, (_, i) => ({
    id: `s${ledger}_${i}`, callTimestamp: new Date(at + i).toISOString(), customerPhone: '(571) 830-8515',
  }))
  const receptionist = await receptionistWith(calls)
  t.after(() => (goOn(), hubspot.close(), receptionist.server.close()))
  const env = {
    ...receptionist.env, HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: hubspot.url,
    DATABASE_URL: `sqlite:${folder}/ledger-${ledger}.db`, SYNC_INTERVAL: '0', LOG_FORMAT: 'text',
  }
  return { env, holds, goOn }
}

const seen = (child, pattern) => new Promise((resolve) => {
  let text = ''
  child.stderr.on('data', (piece) => pattern.test((text += piece)) && resolve())
})

async function countOf(state, env) {
  const { calls } = JSON.parse((await run(['calls', 'list', '--state', state, '--limit', '500', '--json'], env)).out)
  return calls.length
}

test('a service that is told to stop finishes the round in hand, and answers nobody else', async (t) => {
  const { env, holds, goOn } = await heldUp(t)
  const service = await startService(env)
  const asked = fetch(`${service.url}/sync-now`, { method: 'POST' })
  await holds
  const stopping = seen(service.child, /stopping/)
  const stopped = service.stop()
  await stopping
  await assert.rejects(fetch(`${service.url}/health`))
  goOn()
  const answer = await asked
  assert.equal(answer.status, 503)
  assert.equal((await answer.json()).error.code, 'stopping')
  assert.equal(await stopped, 0)
  assert.deepEqual([await countOf('synced', env), await countOf('pending', env)], [round, 20])
  assert.match((await run(['sync'], env)).out, / 20 synced, /)
})

test('a sync that is told to stop finishes the round in hand, and says what is left', async (t) => {
  const { env, holds, goOn } = await heldUp(t)
  const sync = launch(['sync', '--json'], env)
  await holds
  const stopping = seen(sync.child, /stopping/)
  sync.child.kill('SIGINT')
  await stopping
  goOn()
  const { status, out } = await sync.ended
  assert.equal(status, 1)
  const report = JSON.parse(out)
  assert.equal(report.calls.synced, round)
  assert.equal(report.calls.failed, 20)
  assert.match(report.errors[0].message, /told to stop/)
})

test('told twice it ends at once, and the next run leaves no call out and tells none twice', async (t) => {
  const { env, holds, goOn } = await heldUp(t)
  const sync = launch(['sync'], env)
  await holds
  const stopping = seen(sync.child, /stopping/)
  sync.child.kill('SIGTERM')
  await stopping
  sync.child.kill('SIGTERM')
  assert.equal((await sync.ended).signal, 'SIGTERM')
  goOn()
  await run(['sync'], env)
  assert.equal(await countOf('synced', env), round + 20)
})

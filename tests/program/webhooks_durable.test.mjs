// What was answered with 200 is in HubSpot in the end, once: killed right after it, or while HubSpot is
// away.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { beforeHubspot, killAll, startSandbox, startService } from './program.mjs'
import { callOf, get, markers, send, senders, synced } from './sender.mjs'

const rounds = 200
const secret = 'a-secret-of-the-webhook'
let sandbox, folder
before(async () => {
  sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  folder = mkdtempSync(join(tmpdir(), 'ringbridge-durable-'))
})
after(async () => {
  await sandbox.stop()
  killAll()
  rmSync(folder, { recursive: true })
})

const serve = (name, more = {}) => startService({
  RECEPTIONIST: 'retell', WEBHOOK_SECRET: secret, SYNC_INTERVAL: '0', HUBSPOT_TOKEN: sandbox.hubspotToken,
  HUBSPOT_BASE_URL: sandbox.hubspot, DATABASE_URL: `sqlite:${folder}/${name}.db`, ...more,
})

const deliver = (url, id) => send(url, 'retell', secret, senders.retell.event(callOf(id)))

test(`killed right after a 200, ${rounds} times: each call lands once`, async () => {
  const kept = new Set()
  for (let round = 1; round <= rounds; ++round) {
    const { url, child, ended } = await serve('killed')
    const one = async (number) => {
      const id = `killed_${round}_${number}`
      const { status } = await deliver(url, id)
      if (status === 200) kept.add(id)
      child.kill('SIGKILL')
    }
    await Promise.allSettled([1, 2, 3].map(one))
    await ended
  }
  assert.ok(kept.size >= rounds)
  const { url, stop } = await serve('killed')
  for (const id of kept) await synced(url, id)
  await stop()
  const ids = await markers(sandbox, 'killed_')
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(ids.filter((id) => kept.has(id)).length, kept.size)
})

test('while HubSpot is away a call is answered with 200, and lands once it is back', async (t) => {
  let away = true
  const hubspot = await beforeHubspot(sandbox, () => (away ? new Response('{}', { status: 503 }) : undefined))
  t.after(() => hubspot.close())
  const { url, stop } = await serve('away', { HUBSPOT_BASE_URL: hubspot.url })
  t.after(stop)
  for (const number of [1, 2, 3]) assert.equal((await deliver(url, `away_${number}`)).status, 200)
  assert.notEqual((await get(`${url}/calls/away_1`)).state, 'synced')
  away = false
  for (const number of [1, 2, 3]) await synced(url, `away_${number}`)
  assert.deepEqual(await markers(sandbox, 'away_'), ['away_1', 'away_2', 'away_3'])
})

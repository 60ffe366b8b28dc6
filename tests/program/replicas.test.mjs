// Several processes on one PostgreSQL: each bridge is run by one of them, whatever becomes of the
// others, and every call ends with one activity.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../postgres/server.mjs'
import { beforeHubspot, killAll, standIn, startSandbox, startService } from './program.mjs'

const postgres = startPostgres()
const skip = postgres ? false : 'PostgreSQL is not installed: apt-get install postgresql-15'

describe('replicas on one PostgreSQL', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringbridge-replicas-'))
  const file = join(folder, 'settings.yaml')
  const names = ['north', 'south']
  const calls = { north: [], south: [] }
  const written = []
  const frozenBy = new Map() // the process that is frozen by its request to write a bridge's call
  let sandbox

  before(async () => {
    sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
    const headers = { Authorization: `Bearer ${sandbox.hubspotToken}` }
    const { portalId } = await (await fetch(`${sandbox.hubspot}/account-info/v3/details`, { headers })).json()
    const hubspot = await beforeHubspot(sandbox, (url, body) => {
      if (!/\/calls\/batch\/create$|\/engagements$/.test(url)) return
      for (const [, id] of body.matchAll(/GoodCall ID: (\w+)/g)) written.push(id)
      frozenBy.get(written.at(-1).split('_')[0])?.child.kill('SIGSTOP')
    })
    const bridges = await Promise.all(names.map(async (name) => {
      const site = await standIn((_, response) => response.setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ calls: calls[name], page: 1, pageSize: 100, total: calls[name].length })))
      return { name, receptionist_token: `pasted-${name}`, receptionist_base_url: site.url, hubspot_base_url: hubspot.url, hubspot_token: sandbox.hubspotToken, hubspot_portal_id: String(portalId), sync_interval: '1s' }
    }))
    writeFileSync(file, JSON.stringify({ bridges }))
  })
  after(() => {
    killAll()
    postgres.stop()
    rmSync(folder, { recursive: true })
  })

  async function replica(t, name) {
    const service = await startService({ ...postgres.settings('replicas'), REPLICA_NAME: name }, ['--config', file])
    t.after(() => service.child.kill('SIGKILL'))
    return { name, ...service }
  }

  const get = async ({ url }, path) => (await fetch(url + path)).json()
  const bridgesOf = async (service) => (await get(service, '/bridges')).bridges
  const holders = async (service) => (await bridgesOf(service)).map(({ holder }) => holder)

  async function until(passes) {
    while (!(await passes())) await sleep(100)
  }

  const spread = (services) => until(async () => {
    const seen = await Promise.all(services.map(holders))
    return seen.every((each) => each.sort().join() === services.map(({ name }) => name).sort().join())
  })
  const allAt = (service) => until(async () => (await holders(service)).every((holder) => holder === service.name))

  let made = 0
  function publish() {
    for (const name of names) {
      calls[name].unshift({ id: `${name}_${++made}`, callTimestamp: new Date().toISOString(), callerName: 'Mary Major', customerPhone: '(571) 830-8590' })
    }
  }
  async function allAreCarried(service) {
    for (const name of names) {
      await until(async () => (await get(service, `/calls?bridge=${name}&state=synced&limit=100`)).calls.length === calls[name].length)
    }
    const all = names.flatMap((name) => calls[name].map(({ id }) => id))
    assert.deepEqual(written.sort(), all.sort())
  }

  async function callsAreCarried(service) {
    publish()
    await allAreCarried(service)
  }

  test('spread the bridges, take over from one that is killed, frozen or ends, and double nothing', async (t) => {
    const a = await replica(t, 'a')
    await allAt(a)
    await callsAreCarried(a)

    const b = await replica(t, 'b')
    await spread([a, b])
    for (const service of [a, b]) {
      for (const { holder, here } of await bridgesOf(service)) assert.equal(here, holder === service.name)
    }
    await callsAreCarried(b)
    for (const name of names) {
      const asked = await fetch(`${b.url}/sync-now?bridge=${name}`, { method: 'POST' })
      assert.equal(asked.status, 200, 'whichever replica it is asked of')
    }

    let began = Date.now()
    a.child.kill('SIGKILL')
    await allAt(b)
    t.diagnostic(`taken over from a killed one after ${Date.now() - began} ms`)
    await callsAreCarried(b)

    const c = await replica(t, 'c')
    await spread([b, c])
    const { name } = (await bridgesOf(b)).find(({ here }) => here)
    frozenBy.set(name, b)
    publish()
    await until(() => written.includes(calls[name][0].id))
    frozenBy.clear()
    began = Date.now()
    await allAt(c)
    t.diagnostic(`taken over from a frozen one after ${Date.now() - began} ms`)
    await allAreCarried(c)
    b.child.kill('SIGCONT')
    await spread([b, c])
    await callsAreCarried(b)

    began = Date.now()
    assert.equal(await b.stop(), 0)
    await allAt(c)
    t.diagnostic(`taken over from one that ended after ${Date.now() - began} ms`)
    await callsAreCarried(c)
    assert.equal(await c.stop(), 0)
  })
})

// Several bridges in one program: two into one HubSpot account, one into another that fails.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { beforeHubspot, killAll, receptionistWith, run, standIn, startSandbox, startService } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-bridges-'))
const hoursAgo = (hours) => new Date(Date.now() - hours * 3600_000).toISOString()
const mary = { callerName: 'Mary Major', customerPhone: '(571) 830-8590' }

let sandbox, portal, hubspot, elsewhere, sites
let asked = []
let files = 0
before(async () => {
  sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  const headers = { Authorization: `Bearer ${sandbox.hubspotToken}` }
  const account = await fetch(`${sandbox.hubspot}/account-info/v3/details`, { headers })
  portal = String((await account.json()).portalId)
  // Search does not show anything new yet.
  const nothing = () => Response.json({ total: 0, results: [] })
  hubspot = await beforeHubspot(sandbox, (url, body) => {
    asked.push({ url, body })
    return url.endsWith('/contacts/search') ? nothing() : undefined
  })
  elsewhere = await standIn((_, response) =>
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"status":"error","message":"expired"}'))
  sites = await Promise.all([
    receptionistWith([{ id: 'n_1', callTimestamp: hoursAgo(2), ...mary }]),
    receptionistWith([{ id: 's_1', callTimestamp: hoursAgo(1), ...mary }]),
    receptionistWith([{ id: 'e_1', callTimestamp: hoursAgo(1), ...mary }]),
    receptionistWith([{ id: 'n_1', callTimestamp: hoursAgo(2), ...mary }, { id: 'n_2', callTimestamp: hoursAgo(0), ...mary }]),
  ])
})
after(async () => {
  assert.equal(await sandbox.stop(), 0)
  killAll()
  for (const { server } of sites) server.close()
  rmSync(folder, { recursive: true })
})

// An entry of `bridges`, each setting on its own line.
const entry = (settings) => `  - ${Object.entries(settings).map(([key, value]) => `${key}: "${value}"`).join('\n    ')}\n`

const bridgeOf = (name, site, more = {}) => entry({
  name, receptionist_token: `pasted-${name}`, receptionist_base_url: site.server.url,
  hubspot_base_url: hubspot.url, hubspot_token: sandbox.hubspotToken, hubspot_portal_id: portal, ...more,
})

// `--config` and a settings file with these bridges and this ledger.
function config(ledger, ...bridges) {
  const path = join(folder, `settings-${++files}.yaml`)
  const top = `database_url: sqlite:${folder}/${ledger}.db\nsync_interval: 0\nsync_overlap: 7d\nlog_level: debug\n`
  writeFileSync(path, `${top}bridges:\n${bridges.join('')}`)
  return ['--config', path]
}

const north = () => bridgeOf('north', sites[0])
const south = () => bridgeOf('south', sites[1])
const east = () => bridgeOf('east', sites[2], { hubspot_base_url: elsewhere.url, hubspot_portal_id: '999' })

// Everything sent to matching paths, one object per record.
const inputs = (path) =>
  asked.filter(({ url, body }) => body && path.test(url)).flatMap(({ body }) => JSON.parse(body).inputs ?? [JSON.parse(body)])
const contactsMade = () => inputs(/\/contacts\/batch\/create$/)
const activitiesMade = () => inputs(/\/calls\/batch\/create$|\/engagements$/)
const lastCount = () =>
  inputs(/\/contacts\/batch\/update$/).map(({ properties }) => properties.goodcall_call_count).findLast((count) => count)

async function served(t, args) {
  const service = await startService({}, args)
  t.after(() => service.stop())
  const ask = async (method, path) => {
    const response = await fetch(service.url + path, { method })
    const text = await response.text()
    const json = response.headers.get('content-type').startsWith('application/json')
    return { status: response.status, body: json ? JSON.parse(text) : text }
  }
  return { ...service, ask }
}

test('two bridges into one account at once create one contact per caller, and count the calls of both', async (t) => {
  asked = []
  const { ask } = await served(t, config('one', north(), south(), east()))
  const runs = await Promise.all(['north', 'south'].map((name) => ask('POST', `/sync-now?bridge=${name}`)))
  assert.deepEqual(runs.map(({ status, body }) => [status, body.calls?.synced]), [[200, 1], [200, 1]], JSON.stringify(runs))
  assert.equal(contactsMade().length, 1)
  assert.equal(activitiesMade().length, 2)
  assert.equal(lastCount(), '2')
  const contacts = await Promise.all(['north', 'south'].map((name) => ask('GET', `/calls?bridge=${name}`)))
  const [one, other] = contacts.map(({ body }) => body.calls[0])
  assert.deepEqual([one.callId, other.callId, one.contactId], ['n_1', 's_1', other.contactId])

  const later = config('one', bridgeOf('north', sites[3]), south())
  assert.equal((await run(['sync', ...later, '--bridge', 'north'])).status, 0)
  assert.deepEqual([contactsMade().length, activitiesMade().length, lastCount()], [1, 3, '3'])
})

test('a failing bridge is reported by name and does not block the others', async (t) => {
  const { ask, stop, ended } = await served(t, config('two', north(), south(), east()))
  const refused = await ask('POST', '/sync-now?bridge=east')
  assert.deepEqual([refused.status, refused.body.error?.code], [502, 'credentials_refused'])
  assert.equal((await ask('POST', '/sync-now?bridge=north')).status, 200)
  const { body: health } = await ask('GET', '/health')
  assert.equal(health.status, 'degraded')
  assert.match(health.reasons.join(), /^east: /)
  const ready = await ask('GET', '/ready')
  assert.equal(ready.status, 503)
  assert.match(ready.body.reasons.join(), /^east: /)
  const { body: { bridges } } = await ask('GET', '/bridges')
  assert.deepEqual(bridges.map(({ name, status }) => [name, status]), [['north', 'ok'], ['south', 'ok'], ['east', 'degraded']])
  const { body: metrics } = await ask('GET', '/metrics')
  assert.match(metrics, /ringbridge_calls\{bridge="north",state="synced"\} 1/)
  assert.match(metrics, /ringbridge_calls\{bridge="east",state="synced"\} 0/)
  assert.equal(metrics.match(/# TYPE ringbridge_calls gauge/g).length, 1)
  await stop()
  assert.match((await ended).err, / run_stopped bridge=east run=run_/)
})

test('bridges without a call ask HubSpot for nothing', async (t) => {
  asked = []
  const site = await receptionistWith([])
  t.after(() => site.server.close())
  const names = ['one', 'two', 'three']
  const { ask } = await served(t, config('none', ...names.map((name) => bridgeOf(name, site, { sync_interval: '1h' }))))
  const isSynced = async () => (await ask('GET', '/bridges')).body.bridges.every(({ status }) => status === 'ok')
  while (!(await isSynced())) await setImmediate()
  assert.deepEqual(asked, [])
})

test('with several bridges, requests and commands must name one', async (t) => {
  const args = config('three', north(), south())
  const { ask } = await served(t, args)
  const unnamed = await ask('GET', '/calls')
  assert.deepEqual([unnamed.status, unnamed.body.error.code], [400, 'bridge_needed'])
  assert.match(unnamed.body.error.message, /north, south/)
  const unknown = await ask('GET', '/calls?bridge=west')
  assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'unknown_bridge'])
  assert.equal((await ask('GET', '/health?bridge=north')).status, 400)
  const without = await run(['calls', 'list', ...args])
  assert.equal(without.status, 2)
  assert.match(without.err, /--bridge: is required: there are north, south/)
  const wrong = await run(['calls', 'list', ...args, '--bridge', 'west'])
  assert.equal(wrong.status, 2)
  assert.match(wrong.err, /--bridge: is west; must be one of north, south/)
  assert.equal((await run(['calls', 'list', ...args, '--bridge', 'south'])).status, 0)
})

test('commands run in parallel on other bridges, in another order, and write nothing twice', async () => {
  asked = []
  const sync = (args, name) => run(['sync', '--json', ...args, '--bridge', name])
  const args = config('four', north(), south())
  assert.equal((await sync(args, 'north')).status, 0)
  assert.equal((await sync(args, 'south')).status, 0)
  const before = { contacts: contactsMade().length, activities: activitiesMade().length, count: lastCount() }
  const turned = config('four', south(), north())
  for (const name of ['north', 'south']) {
    const { status, out } = await sync(turned, name)
    assert.deepEqual([status, JSON.parse(out).calls.skipped], [0, 1])
  }
  assert.deepEqual({ contacts: contactsMade().length, activities: activitiesMade().length, count: lastCount() }, before)
})

test('config check shows the settings of each bridge, and every mix-up at once', async () => {
  const right = await run(['config', 'check', '--json', ...config('five', north(), east())])
  const { ok, settings, bridges } = JSON.parse(right.out)
  assert.ok(ok)
  assert.ok(settings.some(({ variable, source }) => variable === 'SYNC_INTERVAL' && source === 'file'))
  assert.deepEqual(bridges.map(({ name }) => name), ['north', 'east'])
  const own = bridges[1].settings.map(({ variable, value }) => [variable, value])
  assert.deepEqual(own.find(([variable]) => variable === 'HUBSPOT_PORTAL_ID'), ['HUBSPOT_PORTAL_ID', '999'])
  const text = await run(['config', 'check', ...config('five', north(), east())])
  assert.match(text.out, /\nbridge east\n(.*\n)*HUBSPOT_PORTAL_ID +999 +file\n/)

  const wrong = await run(['config', 'check',
    ...config('five', north(), bridgeOf('south', sites[0], { receptionist_token: 'pasted-north' }),
      bridgeOf('east', sites[2], { hubspot_portal_id: '', port: 80 }))], { HUBSPOT_TOKEN: 'pat-of-nobody' })
  assert.equal(wrong.status, 2)
  assert.match(wrong.err, / HUBSPOT_TOKEN: is set for this bridge, and HUBSPOT_TOKEN in the environment as well/)
  assert.match(wrong.err, /south\.RECEPTIONIST_EMAIL: is the login of north as well/)
  assert.match(wrong.err, /east\.HUBSPOT_PORTAL_ID: is missing; with several bridges/)
  assert.match(wrong.err, /east\.port: applies to all bridges/)
})

// Each setting works as documented, through the real program: one call is synced, and the requests
// to HubSpot, the log and the answers show it.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { beforeHubspot, killAll, launch, receptionistWith, run, startSandbox, startService } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-settings-'))
let sandbox
let worlds = 0

before(async () => (sandbox = await startSandbox({ SYNC_INTERVAL: '0' })))
after(async () => {
  await sandbox.stop()
  killAll()
  rmSync(folder, { recursive: true })
})

const hourAgo = () => new Date(Date.now() - 3600_000).toISOString()

// A new caller, one call, and both sides: `env` is all that a bridge between them needs.
async function world(t, call = {}, refusal = () => undefined) {
  const number = ++worlds
  const phone = `+1571830${String(7000 + number)}`
  const asked = []
  const hubspot = await beforeHubspot(sandbox, (url, body) => {
    asked.push({ url, body })
    return refusal(url, body)
  })
  const receptionist = await receptionistWith([{
    id: `w_${number}`, callTimestamp: hourAgo(), customerPhone: phone, durationSeconds: 60, callerName: 'Jane Doe',
    transcript: 'They spoke of roses.', recordingUrl: 'https://rec.example/1.mp3', ...call,
  }])
  t.after(() => (hubspot.close(), receptionist.server.close()))
  const env = {
    ...receptionist.env, HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: hubspot.url,
    DATABASE_URL: `sqlite:${folder}/ledger-${number}.db`, SYNC_INTERVAL: '0',
  }
  return { env, asked, phone }
}

// The single request to a matching path.
function sole(asked, path) {
  const found = asked.filter(({ url }) => path.test(url))
  assert.equal(found.length, 1, `${path} in ${asked.map(({ url }) => url).join(' ')}`)
  return JSON.parse(found[0].body)
}

async function carry(t, settings, call, refusal) {
  const { env, asked, phone } = await world(t, call, refusal)
  const { status, out, err } = await run(['sync', '--json'], { ...env, ...settings })
  return { status, report: JSON.parse(out), err, asked, phone }
}

// The properties with which the call's activity was created.
async function activity(t, settings, call) {
  const { asked } = await carry(t, { HUBSPOT_ACTIVITY_API: 'calls', ...settings }, call)
  return sole(asked, /\/calls\/batch\/create$/).inputs[0].properties
}

test('HUBSPOT_API_VERSION is in every path', async (t) => {
  for (const [version, root] of [['2026-09', '/crm/objects/2026-09/'], ['2026-03', '/crm/objects/2026-03/'], ['v3', '/crm/v3/objects/']]) {
    const { asked } = await carry(t, { HUBSPOT_API_VERSION: version })
    const objects = asked.filter(({ url }) => url.includes('/objects/'))
    assert.ok(objects.length > 0)
    for (const { url } of objects) assert.ok(url.startsWith(root), `${version}: ${url}`)
  }
})

test('HUBSPOT_ACTIVITY_API says where the activity goes', async (t) => {
  const calls = await carry(t, { HUBSPOT_ACTIVITY_API: 'calls' })
  assert.equal(sole(calls.asked, /\/calls\/batch\/create$/).inputs[0].properties.hs_call_direction, 'INBOUND')
  const v1 = await carry(t, { HUBSPOT_ACTIVITY_API: 'engagements-v1' })
  assert.equal(sole(v1.asked, /^\/engagements\/v1\/engagements$/).engagement.type, 'CALL')
})

test('TRANSCRIPT, RECORDING and ACTIVITY_OWNER decide what of a call is synced', async (t) => {
  const plain = await activity(t, {})
  assert.match(plain.hs_call_body, /roses/)
  assert.match(plain.hs_call_body, /rec\.example/)
  assert.equal(plain.hs_call_recording_url, 'https://rec.example/1.mp3')
  assert.equal(plain.hubspot_owner_id, undefined)
  assert.doesNotMatch((await activity(t, { TRANSCRIPT: 'off' })).hs_call_body, /roses/)
  const link = await activity(t, { RECORDING: 'link' })
  assert.match(link.hs_call_body, /rec\.example/)
  assert.equal(link.hs_call_recording_url, undefined)
  assert.doesNotMatch(JSON.stringify(await activity(t, { RECORDING: 'off' })), /rec\.example/)
  assert.equal((await activity(t, { ACTIVITY_OWNER: '42' })).hubspot_owner_id, '42')
})

test('CALL_TASKS=missed makes a task of a missed call', async (t) => {
  const missed = { durationSeconds: 0, transcript: '' }
  const { asked } = await carry(t, { CALL_TASKS: 'missed' }, missed)
  assert.match(sole(asked, /\/tasks\/batch\/create$/).inputs[0].properties.hs_task_subject, /Jane Doe/)
  const off = await carry(t, {}, missed)
  assert.ok(off.asked.every(({ url }) => !url.includes('/tasks')))
})

test('DEFAULT_REGION is the country of numbers without a country code', async (t) => {
  const call = { customerPhone: '030 901820' }
  const { asked } = await carry(t, { DEFAULT_REGION: 'DE' }, call)
  assert.equal(sole(asked, /\/contacts\/batch\/create$/).inputs[0].properties.phone, '+4930901820')
  assert.equal((await carry(t, {}, call)).report.calls.parked, 1)
})

test('RECEPTIONIST may be a file', async (t) => {
  const path = join(folder, 'frontdesk.yaml')
  writeFileSync(path, readFileSync('profiles/goodcall.yaml', 'utf8').replace('label: GoodCall', 'label: Frontdesk'))
  assert.match((await activity(t, { RECEPTIONIST: path })).hs_call_title, /^Frontdesk: Jane Doe/)
})

test('SYNC_OVERLAP is how far a run reaches back before the last one', async (t) => {
  const { env } = await world(t)
  const sync = async () => JSON.parse((await run(['sync', '--json'], { ...env, SYNC_OVERLAP: '90m' })).out)
  const first = await sync()
  const second = await sync()
  assert.equal(new Date(first.window.until) - new Date(second.window.since), 90 * 60_000)
})

test('SYNC_LOCK_WAIT is how long /sync-now waits for a run in progress', async (t) => {
  let held, goOn
  const holding = new Promise((resolve) => (held = resolve))
  const free = new Promise((resolve) => (goOn = resolve))
  const { env } = await world(t, {}, async (url) => {
    if (!url.endsWith('/contacts/batch/create')) return
    held()
    await free
  })
  t.after(() => goOn())
  const service = await startService({ ...env, SYNC_INTERVAL: '1h', SYNC_LOCK_WAIT: '0' })
  await holding
  const refused = await fetch(`${service.url}/sync-now`, { method: 'POST' })
  assert.equal(refused.status, 409)
  assert.equal((await refused.json()).error.code, 'sync_in_progress')
})

test('SYNC_INTERVAL: a run starts by itself, and the next after the interval', async (t) => {
  const { env } = await world(t)
  const service = launch(['serve'], { ...env, HOST: '127.0.0.1', PORT: '0', SYNC_INTERVAL: '1ms', LOG_LEVEL: 'debug' })
  const runs = new Set()
  await new Promise((resolve) => service.child.stderr.on('data', (text) => {
    for (const [, run] of String(text).matchAll(/ run=(\w+)/g)) runs.add(run)
    if (runs.size >= 2) resolve()
  }))
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).status, 0)
})

test('LOG_FORMAT and LOG_LEVEL control the log', async (t) => {
  const lines = async (settings) => (await carry(t, settings)).err.split('\n').filter(Boolean)
  const json = (await lines({ LOG_FORMAT: 'json' })).map((line) => JSON.parse(line))
  assert.ok(json.some(({ event, run }) => event === 'call_synced' && run))
  assert.ok((await lines({})).some((line) => / info +call_synced /.test(line)))
  assert.deepEqual(await lines({ LOG_LEVEL: 'error' }), [])
  assert.ok((await lines({ LOG_LEVEL: 'debug' })).some((line) => / debug +hubspot_asked /.test(line)))
})

test('LOG_PII=1 shows the numbers that are masked without it', async (t) => {
  const refuse = (url, body) => !url.endsWith('/contacts/batch/create') ? undefined : Response.json(
    { status: 'error', category: 'VALIDATION_ERROR', message: `${JSON.parse(body).inputs[0].properties.phone} is no number` }, { status: 400 })
  const masked = await carry(t, {}, {}, refuse)
  assert.match(masked.err, /is no number/)
  assert.ok(!masked.err.includes(masked.phone))
  const shown = await carry(t, { LOG_PII: '1' }, {}, refuse)
  assert.ok(shown.err.includes(shown.phone))
})

test('each secret may come from a file', async (t) => {
  const { env } = await world(t)
  const check = async (settings) => {
    const { out } = await run(['config', 'check', '--json'], settings)
    return JSON.parse(out)
  }
  const secrets = JSON.parse((await run(['config', 'example', '--json'])).out).filter(({ secret }) => secret)
  assert.equal(secrets.length, 8)
  for (const { variable } of secrets) {
    const path = join(folder, variable)
    writeFileSync(path, `${'c0ffee00'.repeat(8)}\n`)
    const { [variable]: _, ...others } = env
    const platform = variable === 'WEBHOOK_SECRET' ? { RECEPTIONIST: 'retell' } : {} // GoodCall sends none
    const { ok, settings } = await check({ ...others, ...platform, [`${variable}_FILE`]: path })
    assert.ok(ok, variable)
    assert.equal(settings.find((one) => one.variable === variable).value, 'set')
    assert.deepEqual((await check({ ...others, ...platform, [`${variable}_FILE`]: '/nowhere' })).faults.map((fault) => fault.variable), [`${variable}_FILE`])
  }
})

test('each wrong value is refused, with its name and the allowed values', async (t) => {
  const { env } = await world(t)
  const wrong = {
    RECEPTIONIST: 'elsewhere', RECEPTIONIST_BASE_URL: 'ai.goodcall.com', HUBSPOT_BASE_URL: 'hubapi', HUBSPOT_PORTAL_ID: 'mine',
    HUBSPOT_API_VERSION: 'v2', HUBSPOT_ACTIVITY_API: 'v1', HUBSPOT_HEADROOM: 'much', TRANSCRIPT: 'some', RECORDING: 'yes', ACTIVITY_OWNER: 'me', CALL_TASKS: 'all',
    DATABASE_URL: 'mysql://x', SYNC_INTERVAL: '5', SYNC_OVERLAP: 'long', SYNC_LOCK_WAIT: '-1s', TOKEN_KEY: 'abc', ADMIN_TOKEN: 'a b', ALLOWED_HOSTS: 'http://x',
    PORT: '70000', DEDUP_HOLD: 'age', DEDUP_PROTECT: 'x', DEDUP_PHONES: 'A B', DEDUP_SWITCHBOARDS: '12', DEFAULT_REGION: 'Germany', ALLOW_NUMBERS: '12', BLOCK_NUMBERS: 'x', LOG_LEVEL: 'loud',
    LOG_FORMAT: 'xml', LOG_PII: 'yes',
  }
  const { status, err } = await run(['sync'], { ...env, ...wrong })
  assert.equal(status, 2)
  const { RECEPTIONIST, ...settings } = wrong
  for (const name of Object.keys(settings)) assert.match(err, new RegExp(`^  ${name}: `, 'm'))
  assert.match((await run(['sync'], { ...env, RECEPTIONIST })).err, /^ {2}RECEPTIONIST: /m)
})

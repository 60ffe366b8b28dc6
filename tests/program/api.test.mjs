// The admin API's answers match its OpenAPI description, member by member.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { killAll, receptionistWith, standIn, startSandbox, startService } from './program.mjs'

const require = createRequire(new URL('../sdk/package.json', import.meta.url))
const Ajv = require('ajv/dist/2020').default
const addFormats = require('ajv-formats').default

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-api-'))
const hourAgo = new Date(Date.now() - 3600_000).toISOString()
let sandbox, receptionist, service, description, ajv
before(async () => {
  sandbox = await startSandbox()
  receptionist = await receptionistWith([
    { id: 'a_synced', callTimestamp: hourAgo, customerPhone: '(571) 830-8515' },
    { id: 'a_withheld', callTimestamp: hourAgo, customerPhone: 'anonymous' },
    { id: 'a_odd', callTimestamp: 'soon' },
  ])
  service = await startService({
    ...receptionist.env, HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: sandbox.hubspot,
    DATABASE_URL: `sqlite:${folder}/ledger.db`, SYNC_INTERVAL: '0',
  })
  description = strict(await (await fetch(`${service.url}/openapi.json`)).json())
  ajv = new Ajv({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema({ ...description, $id: 'openapi' })
})
after(async () => {
  assert.equal(await service.stop(), 0)
  assert.equal(await sandbox.stop(), 0)
  killAll()
  receptionist.server.close()
  rmSync(folder, { recursive: true })
})

// Clients must tolerate new members; here each must be described.
function strict(schema) {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(strict)
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]))
  return schema.type === 'object' && schema.properties ? { ...inner, additionalProperties: false } : inner
}

const pathOf = (url) => Object.keys(description.paths).find((path) =>
  new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url.split('?')[0]))

async function expectAsDescribed(method, url, status, options = {}, asked = service) {
  const response = await fetch(asked.url + url, { method, ...options })
  const text = await response.text()
  assert.equal(response.status, status, `${method} ${url}: ${text}`)
  const path = pathOf(url)
  const described = description.paths[path][method.toLowerCase()].responses[status]
  assert.ok(described, `${method} ${path} does not describe ${status}`)
  const [media, { schema }] = Object.entries(described.content)[0]
  assert.ok(response.headers.get('content-type').startsWith(media))
  if (media !== 'application/json') return text
  const pointer = ['paths', path, method.toLowerCase(), 'responses', status, 'content', media, 'schema']
    .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  const valid = ajv.validate({ $ref: `openapi#/${pointer}` }, JSON.parse(text))
  assert.ok(valid, `${method} ${url}: ${ajv.errorsText()} in ${text} (${schema.$ref})`)
  return JSON.parse(text)
}

const sent = (body) => ({ body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

test('every answer matches its description', async () => {
  const report = await expectAsDescribed('POST', '/sync-now?since=7d', 200)
  await expectAsDescribed('POST', '/sync-now?since=7d&dryRun=true&replaceActivities=true', 200)
  await expectAsDescribed('GET', '/health', 200)
  await expectAsDescribed('GET', '/ready', 200)
  const { runs } = await expectAsDescribed('GET', '/runs?limit=5', 200)
  assert.deepEqual(runs, [report])
  await expectAsDescribed('GET', `/runs/${report.runId}`, 200)
  const { calls } = await expectAsDescribed('GET', '/calls?limit=500', 200)
  assert.deepEqual(calls.map(({ state }) => state).sort(), ['parked', 'parked', 'synced'])
  for (const { callId } of calls) await expectAsDescribed('GET', `/calls/${callId}`, 200)
  await expectAsDescribed('POST', '/calls/a_withheld/dismiss', 200, sent({ reason: 'spam' }))
  await expectAsDescribed('POST', '/calls/a_withheld/retry', 200)
  await expectAsDescribed('POST', '/calls/a_withheld/number', 200, sent({ phone: '(571) 830-8516' }))
  await expectAsDescribed('POST', '/setup-properties', 200)
  await expectAsDescribed('GET', '/dedup', 404)
  const plan = await expectAsDescribed('POST', '/dedup?dryRun=true', 200)
  assert.ok(plan.scanned > 0)
  assert.deepEqual(await expectAsDescribed('GET', '/dedup', 200), plan)
  const merged = await expectAsDescribed('POST', '/dedup', 200)
  assert.deepEqual([merged.dryRun, merged.converged], [false, true])
  assert.deepEqual(await expectAsDescribed('GET', '/dedup', 200), merged)
  await expectAsDescribed('GET', '/token/status', 200)
  await expectAsDescribed('GET', '/probe', 200)
  await expectAsDescribed('GET', '/metrics', 200)
  await expectAsDescribed('GET', '/openapi.json', 200)
  const overview = await expectAsDescribed('GET', '/overview?since=1d', 200)
  assert.equal(overview.calls.synced, 1)
  const { stretches } = await expectAsDescribed('GET', '/history?since=2d&step=1h', 200)
  assert.equal(stretches.reduce((sum, { calls }) => sum + calls.synced, 0), 1)
  assert.match(await expectAsDescribed('GET', '/events', 200), /^retry: \d+\nid: (.*)\ndata: \1\n\n$/)
  const page = await expectAsDescribed('GET', '/', 200)
  await expectAsDescribed('GET', page.match(/\/assets\/[^"]+\.js/)[0], 200)
  await expectAsDescribed('GET', '/session', 200)
  await expectAsDescribed('DELETE', '/session', 200)
  const { bridges } = await expectAsDescribed('GET', '/bridges', 200)
  assert.deepEqual(bridges.map(({ name }) => name), ['main'])
  await expectAsDescribed('GET', '/calls?bridge=main', 200)
})

test('the report of a stopped run matches its description', async (t) => {
  const away = await startService({
    RECEPTIONIST_TOKEN: 'pasted', RECEPTIONIST_BASE_URL: receptionist.server.url, HUBSPOT_TOKEN: 'pat-na1-not-a-token',
    HUBSPOT_BASE_URL: sandbox.hubspot, DATABASE_URL: `sqlite:${folder}/away.db`, SYNC_INTERVAL: '0',
  })
  t.after(() => away.stop())
  await expectAsDescribed('POST', '/sync-now', 502, {}, away)
  await expectAsDescribed('POST', '/dedup?dryRun=true', 502, {}, away)
  const { runs } = await expectAsDescribed('GET', '/runs', 200, {}, away)
  assert.equal(runs[0].errors[0].stage, 'run')
  await expectAsDescribed('GET', '/health', 200, {}, away)
  await expectAsDescribed('GET', '/ready', 503, {}, away)
})

test('every refusal matches its description', async () => {
  await expectAsDescribed('GET', '/calls?state=lost', 400)
  await expectAsDescribed('GET', '/history?step=1s', 400)
  await expectAsDescribed('GET', '/overview?since=soon', 400)
  await expectAsDescribed('GET', '/assets/none.js', 404)
  await expectAsDescribed('POST', '/session', 401, sent({ token: 'guessed' }))
  await expectAsDescribed('POST', '/session', 403, { ...sent({ token: 'guessed' }), headers: { 'Sec-Fetch-Site': 'cross-site' } })
  await expectAsDescribed('GET', '/health?verbose=1', 400)
  await expectAsDescribed('POST', '/dedup?dryRun=perhaps', 400)
  await expectAsDescribed('GET', '/calls/none', 404)
  await expectAsDescribed('GET', '/calls?bridge=west', 404)
  await expectAsDescribed('GET', '/runs/none', 404)
  await expectAsDescribed('POST', '/calls/none/retry', 404)
  await expectAsDescribed('POST', '/calls/a_synced/dismiss', 409)
  await expectAsDescribed('POST', '/calls/a_odd/retry', 409)
  await expectAsDescribed('POST', '/token/refresh', 502)
  await expectAsDescribed('POST', '/calls/forget', 400, sent({ phone: 'nobody' }))
  await expectAsDescribed('POST', '/calls/forget', 200, sent({ phone: '+1 703 555 0199' }))
  await expectAsDescribed('POST', '/calls/none/number', 400, sent({ telephone: '1' }))
  await expectAsDescribed('POST', '/calls/none/number', 415, { body: 'phone=1', headers: { 'Content-Type': 'text/plain' } })
  await expectAsDescribed('POST', '/sync-now', 403, { headers: { 'Sec-Fetch-Site': 'cross-site' } })
  await expectAsDescribed('GET', '/calls', 403, { headers: { 'X-Forwarded-For': '127.0.0.1' } })
})

test('a request without the token is refused as described', async (t) => {
  const guarded = await startService({
    ...receptionist.env, HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: sandbox.hubspot,
    DATABASE_URL: `sqlite:${folder}/guarded.db`, SYNC_INTERVAL: '0', ADMIN_TOKEN: 'let-me-in-please',
  })
  t.after(() => guarded.stop())
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      const status = security?.length === 0 ? undefined : 401
      if (status) await expectAsDescribed(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'none'), status, {}, guarded)
    }
  }
})

test('a refused login and a running sync are answered as described', async (t) => {
  const site = await standIn((_, response) => answerLater(response))
  t.after(() => site.close())
  let answerLater
  const first = new Promise((resolve) => (answerLater = resolve))
  const busy = await startService({
    RECEPTIONIST_EMAIL: 'owner@example.test', RECEPTIONIST_PASSWORD: 'mistaken-password', RECEPTIONIST_BASE_URL: site.url,
    HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: sandbox.hubspot,
    DATABASE_URL: `sqlite:${folder}/busy.db`, SYNC_INTERVAL: '0', SYNC_LOCK_WAIT: '0',
  })
  t.after(() => busy.stop())
  // The service's first login waits for its answer and holds the lock meanwhile.
  const response = await first
  await expectAsDescribed('POST', '/sync-now', 409, {}, busy)
  await expectAsDescribed('POST', '/token/refresh', 409, {}, busy)
  response.writeHead(401).end('{}')
  await busy.shown('stderr', (text) => / receptionist_login_failed /.test(text))
  await expectAsDescribed('POST', '/token/refresh', 429, {}, busy)
})

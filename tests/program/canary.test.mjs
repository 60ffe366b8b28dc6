// Secrets and personal data are planted and then looked for in every log line, error and answer.
// Both sides echo in their error responses what they were sent, as real ones do.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { killAll, inFrontOf, launch, run, secretIn, startService, standIn, startSandbox } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-canary-'))
const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')
const hour = 3600
const now = Math.floor(Date.now() / 1000)
const canaries = {
  RECEPTIONIST_PASSWORD: 'canary-password-1f',
  HUBSPOT_TOKEN: 'pat-canary-token-2f',
  ADMIN_TOKEN: 'canary-admin-3f5e',
  TOKEN_KEY: 'ca9a7e'.padEnd(64, '4f'),
}
const jwt = `${encoded({ alg: 'none' })}.${encoded({ iat: now, exp: now + 1440 * hour })}.canary-jwt-5f`
const planted = [...Object.values(canaries), jwt, 'canary-jwt-5f', 'canary-csrf-6f', 'canary-cookie-7f']
const caller = { callerName: 'Zebedee Quillfeather', customerPhone: '(202) 555-0147' }
const personal = /Zebedee|Quillfeather|5550147|555-0147/

let sandbox, site, hubspot
let refusing = false
let ledgers = 0

const json = (body, status = 200) => Response.json(body, { status })

before(async () => {
  sandbox = await startSandbox({ SYNC_INTERVAL: '0', HUBSPOT_TOKEN: canaries.HUBSPOT_TOKEN })
  site = await standIn(async (request, response) => {
    const say = (status, body, headers = {}) =>
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const echo = `${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks)}`
    if (refusing === 'site') return say(401, { error: echo })
    if (refusing === 'listing' && request.url.startsWith('/v0/calls')) return say(500, { error: echo })
    if (request.url === '/v0/csrf') {
      return say(200, { csrfToken: 'canary-csrf-6f' }, { 'Set-Cookie': 'csrf=canary-cookie-7f' })
    }
    if (request.url === '/v0/users/login') return say(200, {}, { 'Set-Cookie': `token=${jwt}; HttpOnly` })
    const callTimestamp = new Date((now - hour) * 1000).toISOString()
    say(200, {
      calls: [{ id: 'c_canary', callTimestamp, ...caller }, { id: 'c_odd', callTimestamp: 'soon', ...caller }],
      total: 2,
    })
  })
  hubspot = await inFrontOf(sandbox.hubspot, ({ headers, url }, body) => {
    const asks = url.includes('/calls/batch/create') || url.endsWith('/engagements')
    if (refusing !== 'hubspot' && !(refusing === 'activity' && asks)) return undefined
    return json({ status: 'error', category: 'VALIDATION_ERROR', message: `refused: ${JSON.stringify(headers)} ${body}` },
      refusing === 'hubspot' ? 401 : 400)
  })
})
after(() => {
  killAll()
  rmSync(folder, { recursive: true })
})

const settings = (more = {}) => ({
  RECEPTIONIST_EMAIL: 'owner@canary.test',
  RECEPTIONIST_BASE_URL: site.url,
  HUBSPOT_BASE_URL: hubspot.url,
  SYNC_INTERVAL: '0',
  DATABASE_URL: `sqlite:${folder}/ledger-${++ledgers}.db`,
  LOG_LEVEL: 'debug',
  ...canaries,
  ...more,
})

function assertClean({ out = '', err = '' }, what) {
  for (const canary of planted) assert.ok(!(out + err).includes(canary), `${what} shows ${canary}:\n${out}${err}`)
  assert.doesNotMatch(err, personal, what)
}

// Every command, and the routes that show the most, under each kind of failure.
for (const failure of ['none', 'site', 'listing', 'hubspot', 'activity']) {
  test(`nothing planted leaks, failure: ${failure}`, async () => {
    refusing = failure
    for (const LOG_FORMAT of ['text', 'json']) {
      const env = settings({ LOG_FORMAT })
      for (const words of [['probe'], ['sync', '--json', '--since', '2d'], ['setup-properties'], ['token', 'status'],
        ['token', 'refresh', '--force'], ['calls', 'list', '--json'], ['calls', 'show', 'c_odd'], ['config', 'check']]) {
        assertClean(await run(words, env), words.join(' '))
      }
    }
    const service = await startService(settings())
    const headers = { Authorization: `Bearer ${canaries.ADMIN_TOKEN}` }
    for (const [method, path] of [['POST', '/sync-now?since=2d'], ['GET', '/runs'], ['GET', '/calls'], ['GET', '/probe'],
      ['GET', '/health'], ['GET', '/ready'], ['GET', '/metrics'], ['GET', '/token/status'],
      ['POST', '/token/refresh?force=true'], ['POST', '/setup-properties'], ['GET', '/nothing']]) {
      for (const sent of [headers, { Authorization: `Bearer ${canaries.ADMIN_TOKEN}?` }, {}]) {
        const answer = await fetch(service.url + path, { method, headers: sent })
        assertClean({ out: await answer.text() }, `${method} ${path}`)
      }
    }
    await service.stop()
    assertClean(await service.ended, 'serve')
  })
}

test('a pasted and refused login does not leak', async () => {
  refusing = 'site'
  assertClean(await run(['sync'], settings({ RECEPTIONIST_TOKEN: jwt })), 'sync')
})

test('refused settings do not leak', async () => {
  for (const name of Object.keys(canaries)) {
    const env = settings({ [name]: `${canaries[name]} \n\u0007` })
    assertClean(await run(['sync', '--dry-run'], { ...env, PORT: 'x' }), name)
  }
})

test('what a crash leaves behind is clean', async () => {
  refusing = 'none'
  const service = await startService(settings())
  // A core file would contain them all.
  assert.match(readFileSync(`/proc/${service.child.pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m)
  service.child.kill('SIGABRT')
  assertClean(await service.ended, 'an aborted service')
})

test('a secret that does leak is detected', async () => {
  assert.equal(secretIn(`x ${canaries.HUBSPOT_TOKEN}`), 'HUBSPOT_TOKEN')
  assert.equal(secretIn(`x ${jwt.replace('5f', '9f')}`), 'a JWT')
  await assert.rejects(launch(['sync', 'canary-leaked-8f'], settings({ ADMIN_TOKEN: 'canary-leaked-8f' })).ended,
    /shows ADMIN_TOKEN/)
})

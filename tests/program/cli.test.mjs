// The program as its users see it: commands, settings, exit statuses, HTTP. The sandbox's two
// simulated sides stand in for the real ones.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  beforeHubspot, inFrontOf, killAll, launch, program, receptionistWith, run, standIn, start, startSandbox, startService,
} from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-cli-'))
let sandbox
let ledgers = 0

const settings = (more = {}) => ({
  RECEPTIONIST_EMAIL: 'owner@sandbox.test',
  RECEPTIONIST_PASSWORD: 'sandbox',
  RECEPTIONIST_BASE_URL: sandbox.receptionist,
  HUBSPOT_TOKEN: sandbox.hubspotToken,
  HUBSPOT_BASE_URL: sandbox.hubspot,
  DATABASE_URL: `sqlite:${folder}/ledger-${++ledgers}.db`,
  ...more,
})

before(async () => (sandbox = await startSandbox()))
after(async () => {
  const status = await sandbox.stop()
  killAll()
  rmSync(folder, { recursive: true })
  assert.equal(status, 0)
})

function deferred() {
  let resolve
  const promise = new Promise((done) => (resolve = done))
  return { promise, resolve }
}

const ask = (path, options) => fetch(sandbox.bridge + path, options)

// The sandbox's own bridge has synced the day's calls once this answers.
async function firstSync() {
  assert.equal((await ask('/sync-now', { method: 'POST' })).status, 200)
}

test('without settings every missing one is named at once', async () => {
  const { status, err } = await run(['sync'])
  assert.equal(status, 2)
  for (const name of ['RECEPTIONIST_EMAIL', 'RECEPTIONIST_PASSWORD', 'RECEPTIONIST_TOKEN', 'HUBSPOT_TOKEN']) {
    assert.match(err, new RegExp(name))
  }
})

test('config check reports every error at once, and the effective settings if there is none', async () => {
  const wrong = await run(['config', 'check'], settings({ SYNC_INTERVAL: 'often', RECEPTIONIST: '/nowhere.yaml' }))
  assert.equal(wrong.status, 2)
  assert.match(wrong.err, /SYNC_INTERVAL: is often/)
  assert.match(wrong.err, /RECEPTIONIST: "\/nowhere.yaml" is neither built in/)
  const right = await run(['config', 'check', '--json'], settings({ SYNC_INTERVAL: '10m' }))
  assert.equal(right.status, 0)
  const { ok, settings: held, faults } = JSON.parse(right.out)
  assert.deepEqual([ok, faults], [true, []])
  const of = (name) => held.find(({ variable }) => variable === name)
  assert.deepEqual(of('SYNC_INTERVAL'), { variable: 'SYNC_INTERVAL', value: '10m', source: 'environment' })
  assert.deepEqual(of('SYNC_OVERLAP'), { variable: 'SYNC_OVERLAP', value: '60m', source: 'default' })
  assert.equal(of('HUBSPOT_TOKEN').value, 'set')
  assert.doesNotMatch(right.out, new RegExp(sandbox.hubspotToken))
})

test('the example settings file is valid', async () => {
  const path = join(folder, 'example.yaml')
  writeFileSync(path, (await run(['config', 'example'])).out)
  const { status, out } = await run(['config', 'check', '--config', path])
  assert.equal(status, 0)
  assert.match(out, /^HUBSPOT_TOKEN +set +file$/m)
  assert.match(out, /^SYNC_INTERVAL +5m +default$/m)
})

test('the docs name exactly the existing settings', async () => {
  const catalog = JSON.parse((await run(['config', 'example', '--json'])).out)
  const docs = readFileSync('docs/use/settings.md', 'utf8')
  const named = [...docs.matchAll(/^\| `([A-Z_]+)`( \(secret\))? \|/gm)].map(([, name, secret]) => [name, !!secret])
  const there = catalog.map(({ variable, secret }) => [variable, secret])
  assert.deepEqual(named.sort(), there.sort())
})

const leaves = ['serve', 'sync', 'setup-properties', 'probe', 'token status', 'token refresh', 'calls list',
  'calls show', 'calls retry', 'calls dismiss', 'calls assign', 'config check', 'config example', 'sandbox',
  'version', 'completion', 'man']

test('help shows an example of each command', async () => {
  for (const command of leaves) {
    const { status, out } = await run([...command.split(' '), '--help'])
    assert.equal(status, 0)
    assert.match(out, new RegExp(`Examples?:\n(  .*\n)*.*ringbridge ${command}`), command)
  }
})

// What a shell offers after these words, asked of the shell itself if it is installed.
const asked = {
  bash: (words) => `source <("$RINGBRIDGE" completion bash); COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _ringbridge; printf '%s\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `compdef() { }; compadd() { shift; print -l -- "$@" }; source <("$RINGBRIDGE" completion zsh)
    words=(${words}); CURRENT=\${#words}; _ringbridge`,
}
const shells = Object.keys(asked).filter((shell) => spawnSync('which', [shell]).status === 0)

test('completion offers the possible next words', async () => {
  assert.ok(shells.includes('bash'))
  const offered = (shell, words) => {
    const { stdout } = spawnSync(shell, ['-c', asked[shell](words)], { encoding: 'utf8', env: { ...process.env, RINGBRIDGE: program } })
    return stdout.split('\n')
  }
  for (const shell of shells) {
    for (const word of ['serve', 'calls', 'completion']) assert.ok(offered(shell, `ringbridge ''`).includes(word), shell)
    assert.ok(offered(shell, `ringbridge sync --since 7d --`).includes('--replace-activities'), shell)
    assert.ok(offered(shell, `ringbridge calls ''`).includes('dismiss'), shell)
    assert.ok(!offered(shell, `ringbridge calls dismiss --`).includes('--state'), shell)
  }
  assert.equal((await run(['completion', 'tcsh'])).status, 2)
})

test('learn writes a profile from a recording, or says what to record', async () => {
  const calls = [1, 2, 3].map((i) => ({
    id: `c_${i}77`, startedAt: `2026-04-1${4 - i}T10:00:00Z`, seconds: 60 * i, from: `+1571830851${i}`,
  }))
  const entry = (method, url, body, headers = [], post = undefined) => ({
    startedDateTime: '2026-04-14T10:00:00Z',
    request: { method, url, headers, ...(post && { postData: { mimeType: 'application/json', text: JSON.stringify(post) } }) },
    response: { status: 200, headers: [], content: { mimeType: 'application/json', text: JSON.stringify(body) } },
  })
  const file = join(folder, 'acme.har'), profile = join(folder, 'acme.yaml')
  writeFileSync(file, JSON.stringify({ log: { entries: [
    entry('POST', 'https://app.acme.test/login', { token: 'tok-12345678' }, [], { email: 'me@acme.test', password: 'S3cret!' }),
    entry('GET', 'https://app.acme.test/calls', { calls, total: 3 }, [{ name: 'Authorization', value: 'Bearer tok-12345678' }]),
  ] } }))
  const { status, out, err } = await run(['learn', file, '--json', '--output', profile])
  assert.equal(status, 0, out + err)
  const account = JSON.parse(out)
  assert.equal(account.output, profile)
  assert.equal(account.profile, readFileSync(profile, 'utf8'))
  assert.ok(account.findings.every(({ what, where, why, confidence }) => what && where && why && confidence <= 1))
  assert.doesNotMatch(out + account.profile, /S3cret|tok-1234|me@acme|c_177|5718308/)
  const checked = await run(['config', 'check'], settings({ RECEPTIONIST: profile }))
  assert.equal(checked.status, 0, checked.err)
  writeFileSync(file, '{}')
  const none = await run(['learn', file])
  assert.equal(none.status, 2)
  assert.match(none.err, /HAR/)
  assert.equal((await run(['learn', file, '--name', 'Acme!'])).status, 2)
})

test('the manual page in docs is what the program prints', async () => {
  const { out } = await run(['man'])
  assert.equal(out, readFileSync('docs/ringbridge.1', 'utf8'), 'regenerate it: ringbridge man > docs/ringbridge.1')
  for (const command of leaves) assert.ok(out.includes(`.SS "ringbridge ${command.replace('-', '\\-')}"`), command)
})

test('wrong usage is status 2 and help is 0', async () => {
  assert.equal((await run(['snyc'])).status, 2)
  assert.equal((await run([])).status, 2)
  assert.equal((await run(['sync', '--since', 'yesterday'], settings())).status, 2)
  const help = await run(['sync', '--help'])
  assert.equal(help.status, 0)
  assert.match(help.out, /--replace-activities/)
  assert.match((await run(['version'])).out, /^ringbridge \d/)
})

test('a refused password is status 3, and the password is not shown', async () => {
  const { status, out, err } = await run(['sync'], settings({ RECEPTIONIST_PASSWORD: 'canary-7f3a' }))
  assert.equal(status, 3)
  assert.doesNotMatch(out + err, /canary-7f3a/)
})

test('a refused HubSpot token is status 3, and the token is not shown', async () => {
  const { status, out, err } = await run(['sync'], settings({ HUBSPOT_TOKEN: 'pat-canary-55d1' }))
  assert.equal(status, 3)
  assert.doesNotMatch(out + err, /pat-canary-55d1/)
})

test('a portal other than the allowed one is status 3', async () => {
  const { status, out } = await run(['sync'], settings({ HUBSPOT_PORTAL_ID: '999' }))
  assert.equal(status, 3)
  assert.match(out, /999/)
})

test('a side that cannot be reached is status 5', async () => {
  const { status } = await run(['sync'], settings({ RECEPTIONIST_BASE_URL: 'http://127.0.0.1:1' }))
  assert.equal(status, 5)
})

test('a terminal shows which side a sync waits for', async () => {
  const env = { ...process.env, ...settings({ HUBSPOT_BASE_URL: 'http://127.0.0.1:1' }) }
  const onTerminal = spawnSync('script', ['-qec', `${program} sync --since 1d`, '/dev/null'], { encoding: 'utf8', env })
  assert.match(onTerminal.stdout, /waiting for HubSpot: no answer from HubSpot/)
  assert.equal(onTerminal.status, 5)
})

test('a call that HubSpot refuses permanently makes a sync end with status 1', async () => {
  const hubspot = await beforeHubspot(sandbox, (url) => url.endsWith('/contacts/batch/create')
    ? new Response('{"category":"VALIDATION_ERROR","message":"no"}', { status: 400 }) : null)
  const receptionist = await receptionistWith([{
    id: 'refused_1', callTimestamp: new Date(Date.now() - 3.6e6).toISOString(), customerPhone: '+17035550199',
  }])
  try {
    const { status, out } = await run(['sync', '--since', '1d'], {
      ...receptionist.env, HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: hubspot.url,
      DATABASE_URL: `sqlite:${folder}/refused.db`,
    })
    assert.match(out, /HubSpot refused to create the contact: no/)
    assert.equal(status, 1)
  } finally {
    hubspot.close()
    receptionist.server.close()
  }
})

test('sync syncs what is new and then finds nothing to do', async () => {
  await firstSync()
  const env = settings()
  const until = new Date(Date.now() - 3600_000).toISOString()
  const first = JSON.parse((await run(['sync', '--since', '7d', '--until', until, '--json'], env)).out)
  assert.ok(first.calls.fetched > 50)
  // The sandbox's own bridge has synced them already: an empty ledger finds the markers.
  assert.equal(first.calls.skipped, first.calls.fetched)
  const second = await run(['sync', '--since', '7d', '--until', until], env)
  assert.equal(second.status, 0)
  assert.match(second.err, /token_key_unset/)
  assert.match(second.out, /0 synced/)
  assert.deepEqual(Object.keys(first).sort(), [
    'calls', 'contacts', 'dryRun', 'durationMs', 'errors', 'replaceActivities', 'requests', 'runId', 'startedAt',
    'trigger', 'window',
  ])
})

// util-linux's `script` is a terminal to what it runs.
test('progress is shown on a terminal only, and nothing is coloured', async () => {
  const env = { ...process.env, ...settings() }
  const onTerminal = spawnSync('script', ['-qec', `${program} sync --since 7d`, '/dev/null'], { encoding: 'utf8', env })
  assert.equal(onTerminal.status, 0, onTerminal.stdout)
  assert.match(onTerminal.stdout, /(reading the list of calls|\[=* *\] \d+ of \d+ calls in HubSpot)[^\r]*\r/)
  assert.doesNotMatch(onTerminal.stdout, /\u001b/)
  const piped = await run(['sync', '--since', '7d'], settings())
  assert.doesNotMatch(piped.err + piped.out, /calls in HubSpot|\r|\u001b/)
})

test('the ledger file is private', async () => {
  const env = settings()
  await run(['setup-properties'], env)
  const path = env.DATABASE_URL.slice('sqlite:'.length)
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('a ledger of a newer program is refused', async () => {
  const path = join(folder, 'newer.db')
  copyFileSync('tests/ledgers/newer.sqlite', path)
  for (const words of [['sync'], ['serve'], ['calls', 'list']]) {
    const { status, out, err } = await run(words, settings({ DATABASE_URL: `sqlite:${path}`, PORT: '0' }))
    assert.deepEqual([status, out], [2, ''])
    assert.match(err, /^ringbridge: this ledger was written by a newer ringbridge: upgrade this one, or set DATABASE_URL/m)
  }
})

test('setup-properties is safe to repeat', async () => {
  const env = settings()
  await run(['setup-properties', '--json'], env)
  const again = JSON.parse((await run(['setup-properties', '--json'], env)).out)
  assert.equal(again.group, 'goodcall')
  assert.deepEqual(again.created, [])
  assert.ok(again.existing.includes('goodcall_last_call_date'))
})

test('secrets and settings may come from files, and an unknown key is refused', async () => {
  writeFileSync(`${folder}/token`, `${sandbox.hubspotToken}\n`)
  const { HUBSPOT_TOKEN: _, ...env } = settings({ HUBSPOT_TOKEN_FILE: `${folder}/token` })
  assert.equal((await run(['sync', '--dry-run'], env)).status, 0)
  writeFileSync(`${folder}/settings.yaml`, 'hubspot_tokn: x\n')
  const refused = await run(['sync', '--config', `${folder}/settings.yaml`], env)
  assert.equal(refused.status, 2)
  assert.match(refused.err, /hubspot_token/)
})

test('the service answers over HTTP and stops on a signal', async () => {
  const env = settings({ PORT: '0', HOST: '127.0.0.1', ADMIN_TOKEN: 'let-me-in-please', SYNC_INTERVAL: '0' })
  const service = await startService(env)
  assert.equal((await fetch(`${service.url}/health`)).status, 200)
  assert.equal((await fetch(`${service.url}/calls`)).status, 401)
  const headers = { Authorization: 'Bearer let-me-in-please' }
  const report = await fetch(`${service.url}/sync-now?since=7d`, { method: 'POST', headers })
  assert.equal(report.status, 200)
  const { runId, calls } = await report.json()
  assert.ok(calls.fetched > 0)
  assert.equal((await (await fetch(`${service.url}/runs/${runId}`, { headers })).json()).runId, runId)
  const listed = await (await fetch(`${service.url}/calls?limit=5&state=synced`, { headers })).json()
  assert.equal(listed.calls.length, 5)
  assert.equal((await fetch(`${service.url}/calls?nonsense=1`, { headers })).status, 400)
  assert.equal((await fetch(`${service.url}/sync-now`, { headers })).status, 405)
  assert.equal(await service.stop(), 0)
})

test('calls that need a person are listed with what to do, given a number, dismissed and retried', async (t) => {
  const hourAgo = new Date(Date.now() - 3600_000).toISOString()
  const { server, env: receptionist } = await receptionistWith([
    { id: 'p_withheld', callTimestamp: hourAgo, customerPhone: 'anonymous' },
    { id: 'p_odd', callTimestamp: 'soon', callerName: '\u001b[2J' },
  ])
  t.after(() => server.close())
  const env = settings({ ...receptionist, PORT: '0', HOST: '127.0.0.1', SYNC_INTERVAL: '0' })
  const calls = (...words) => run(['calls', ...words], env)
  const refused = async (why, ...words) => {
    const { status, out, err } = await calls(...words)
    assert.deepEqual([status, out], [2, ''], words.join(' '))
    assert.match(err, why)
  }
  assert.equal((await run(['sync'], env)).status, 0)

  const listed = await calls('list', '--state', 'parked')
  assert.equal(listed.status, 0)
  assert.match(listed.out, /^p_withheld +parked +\S+Z +anonymous\n +the caller withheld the number\n +.*calls assign p_withheld NUMBER/m)
  assert.match(listed.out, /^p_odd +parked .*\n.*\n +Fix the profile's mapping/m)
  assert.equal((await calls('list', '--state', 'failed')).out, 'no calls\n')
  const page = await calls('list', '--limit', '1')
  const cursor = page.out.match(/--cursor '(.*)'/)[1]
  assert.notEqual((await calls('list', '--limit', '1', '--cursor', cursor)).out.split(' ')[0], page.out.split(' ')[0])
  assert.doesNotMatch((await calls('show', 'p_odd')).out, /\u001b/)

  await refused(/there is no call p_none/, 'show', 'p_none')
  await refused(/there is no call p_none/, 'dismiss', 'p_none')
  await refused(/not one that can be dialled/, 'assign', 'p_withheld', '12')
  await refused(/could not be understood/, 'retry', 'p_odd')
  await refused(/state must be/, 'list', '--state', 'done')
  await refused(/limit must be/, 'list', '--limit', 'ten')
  assert.equal((await calls()).status, 2)
  assert.equal((await calls('assign', 'p_withheld')).status, 2)

  assert.equal(JSON.parse((await calls('assign', 'p_withheld', '(202) 555-0143', '--json')).out).state, 'pending')
  assert.match((await calls('dismiss', 'p_odd', '--reason', 'a test of theirs')).out, /^state +dismissed\nreason +a test of theirs/m)
  assert.match((await run(['sync'], env)).out, /2 fetched: 1 synced, 0 skipped, 0 replaced, 1 parked, 0 failed/)
  assert.match((await calls('show', 'p_withheld')).out, /^phone +\+12025550143 \(given by hand\)/m)
  await refused(/already in HubSpot/, 'dismiss', 'p_withheld')

  // While a service runs, with the same messages.
  const service = await startService(env)
  for (const [words, path] of [[['list', '--state', 'dismissed', '--query', 'P_'], '/calls?state=dismissed&q=P_'], [['show', 'p_odd'], '/calls/p_odd']]) {
    const answer = await (await fetch(service.url + path)).text()
    assert.equal((await calls(...words, '--json')).out.trimEnd(), answer)
  }
  assert.match((await calls('retry', 'p_odd')).out, /^state +parked/m)
  assert.equal((await (await fetch(`${service.url}/calls/p_odd`)).json()).state, 'parked')
  assert.equal(await service.stop(), 0)
})

test('calls of numbers that are not allowed are left out, and an invalid number is an error', async () => {
  const env = settings({ ALLOW_NUMBERS: '202-555-0199' })
  assert.match((await run(['sync', '--since', '7d'], env)).out, / 0 synced, 0 skipped, /)
  const { calls } = JSON.parse((await run(['calls', 'list', '--json', '--limit', '5'], env)).out)
  assert.equal(calls.length, 5)
  for (const call of calls) assert.equal(call.state, 'dismissed')
  const { status, err } = await run(['sync'], { ...env, BLOCK_NUMBERS: '202-555-0199, 12' })
  assert.equal(status, 2)
  assert.match(err, /BLOCK_NUMBERS: contains "12"/)
})

test('one run at a time on a ledger, across processes', async () => {
  const env = settings()
  // A receptionist that never answers blocks the run.
  const asked = deferred()
  const silent = await standIn(() => asked.resolve())
  const holder = launch(['sync'], { ...env, RECEPTIONIST_BASE_URL: silent.url })
  await asked.promise
  assert.equal((await run(['sync'], env)).status, 4)
  assert.equal((await run(['token', 'refresh'], env)).status, 4)
  holder.child.kill('SIGKILL')
  await holder.ended
  silent.close()
  assert.equal((await run(['sync'], env)).status, 0)
})

// --- The receptionist's login ---------------------------------------------------------------------

const key = 'f00d'.repeat(16)

test('token status shows the state of the login, and token refresh logs in', async () => {
  const env = settings({ TOKEN_KEY: key })
  const before = JSON.parse((await run(['token', 'status', '--json'], env)).out)
  assert.deepEqual(Object.keys(before).sort(), [
    'cause', 'cooldownUntil', 'expiresAt', 'lastError', 'mode', 'platform', 'refreshDue', 'secondsLeft',
  ])
  assert.equal(before.refreshDue, true)
  const refreshed = await run(['token', 'refresh', '--json'], env)
  assert.equal(refreshed.status, 0)
  const after = JSON.parse(refreshed.out)
  assert.equal(after.mode, 'login')
  assert.ok(after.secondsLeft > 59 * 24 * 3600)
  const text = await run(['token', 'status'], env)
  assert.equal(text.status, 0)
  assert.match(text.out, /^platform   goodcall\nmode       login\nexpires    .*\(in 59 days\)\nrefresh    not due\n$/)
})

test('token without a verb, or with a wrong one, is wrong usage', async () => {
  assert.equal((await run(['token'], settings())).status, 2)
  assert.equal((await run(['token', 'renew'], settings())).status, 2)
  assert.match((await run(['token', 'refresh', '--help'])).out, /--force/)
})

test('a refused refresh is status 3, and for an hour needs --force', async () => {
  const env = settings({ RECEPTIONIST_PASSWORD: 'canary-7f3b' })
  const refused = await run(['token', 'refresh'], env)
  assert.equal(refused.status, 3)
  assert.match(refused.err, /refused the e-mail and password/)
  const early = await run(['token', 'refresh', '--json'], env)
  assert.equal(early.status, 3)
  assert.equal(JSON.parse(early.out).error.code, 'cooldown')
  assert.equal(JSON.parse((await run(['token', 'refresh', '--force', '--json'], env)).out).error.code, 'credentials_refused')
  assert.match((await run(['token', 'status'], env)).out, /cause      wrong_password\n/)
  // The right password ends the wait.
  assert.equal((await run(['token', 'refresh'], { ...env, RECEPTIONIST_PASSWORD: 'sandbox' })).status, 0)
})

test('a refresh against an unreachable receptionist is status 5', async () => {
  const { status } = await run(['token', 'refresh'], settings({ RECEPTIONIST_BASE_URL: 'http://127.0.0.1:1' }))
  assert.equal(status, 5)
})

test('with TOKEN_KEY the ledger file shows no token, and a wrong key is not fatal', async () => {
  const shown = (env) => {
    const path = env.DATABASE_URL.slice('sqlite:'.length)
    const files = [path, `${path}-wal`].filter((name) => existsSync(name))
    return files.some((name) => readFileSync(name).includes('eyJhbGci'))
  }
  const open = settings()
  assert.equal((await run(['token', 'refresh'], open)).status, 0)
  assert.ok(shown(open))
  const env = settings({ TOKEN_KEY: key })
  assert.equal((await run(['token', 'refresh'], env)).status, 0)
  assert.ok(!shown(env))
  const other = await run(['sync'], { ...env, TOKEN_KEY: 'beef'.repeat(16) })
  assert.equal(other.status, 0)
  assert.match(other.err, /kept_login_unreadable/)
  const bad = await run(['sync'], { ...env, TOKEN_KEY: 'canary-key' })
  assert.equal(bad.status, 2)
  assert.match(bad.err, /TOKEN_KEY: .*openssl rand -hex 32/)
  assert.doesNotMatch(bad.err, /canary-key/)
})

test('a service without a schedule logs in when it starts, and warns of a missing key', async () => {
  const env = settings({ PORT: '0', HOST: '127.0.0.1', SYNC_INTERVAL: '0' })
  const service = await start(['serve'], env, 'stderr', (text) => {
    const port = text.match(/ serving .*port=(\d+)/)
    return port && /token_key_unset/.test(text) && /receptionist_logged_in/.test(text) &&
      { url: `http://127.0.0.1:${port[1]}` }
  })
  const status = await (await fetch(`${service.url}/token/status`)).json()
  assert.equal(status.refreshDue, false)
  assert.equal((await fetch(`${service.url}/token/refresh`, { method: 'POST' })).status, 200)
  assert.equal(await service.stop(), 0)
})

// --- Probe, logs ---------------------------------------------------------------------------

async function probe(env) {
  const { status, out, err } = await run(['probe', '--json'], env)
  const found = JSON.parse(out)
  const check = (name) => found.checks.find((one) => one.name === name)
  return { status, found, check, text: out + err }
}

test('probe: all is well', async () => {
  const env = settings({ HUBSPOT_PORTAL_ID: '12345678' })
  const { status, found, check } = await probe(env)
  assert.equal(status, 0)
  assert.equal(found.ok, true)
  for (const one of found.checks) assert.notEqual(one.status, 'failed', JSON.stringify(one))
  assert.equal(check('hubspotPortal').status, 'ok')
  assert.ok(found.receptionist.records > 0)
  assert.equal(found.receptionist.fields.find((field) => field.field === 'id').lacked, 0)
  assert.throws(() => statSync(env.DATABASE_URL.slice('sqlite:'.length)), 'a probe leaves no ledger behind')
  const { status: plain, out } = await run(['probe'], settings())
  assert.equal(plain, 0)
  assert.match(out, /^ok +hubspotToken /m)
  assert.match(out, /^warning +hubspotPortal .*\n +-> Set HUBSPOT_PORTAL_ID=12345678 /m)
})

test('probe: a wrong password is status 3, and is not shown', async () => {
  const { status, check, text } = await probe(settings({ RECEPTIONIST_PASSWORD: 'canary-7f3a' }))
  assert.equal(status, 3)
  assert.equal(check('receptionistLogin').status, 'failed')
  assert.match(check('receptionistLogin').next, /RECEPTIONIST_PASSWORD/)
  assert.equal(check('hubspotToken').status, 'ok')
  assert.doesNotMatch(text, /canary-7f3a/)
})

test('probe: a wrong token is status 3, and is not shown', async () => {
  const { status, check, text } = await probe(settings({ HUBSPOT_TOKEN: 'pat-canary-55d1' }))
  assert.equal(status, 3)
  assert.equal(check('hubspotToken').status, 'failed')
  assert.match(check('hubspotToken').next, /HUBSPOT_TOKEN/)
  assert.equal(check('receptionistLogin').status, 'ok')
  assert.doesNotMatch(text, /canary-55d1/)
})

test('probe: a missing scope is status 3 and named', async () => {
  const front = await inFrontOf(sandbox.hubspot, ({ url }) => {
    if (!url.includes('/contacts/search')) return undefined
    return Response.json({
      status: 'error', category: 'MISSING_SCOPES', message: 'Not all required scopes.',
      errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.read'] } }],
    }, { status: 403 })
  })
  const { status, check } = await probe(settings({ HUBSPOT_BASE_URL: front.url }))
  front.close()
  assert.equal(status, 3)
  assert.equal(check('hubspotContacts').status, 'failed')
  assert.match(check('hubspotContacts').next, /crm\.objects\.contacts\.read/)
})

test('probe: the wrong portal is status 3, an unreachable HubSpot 5', async () => {
  assert.equal((await probe(settings({ HUBSPOT_PORTAL_ID: '999' }))).status, 3)
  const { status, check } = await probe(settings({ HUBSPOT_BASE_URL: 'http://127.0.0.1:1' }))
  assert.equal(status, 5)
  assert.equal(check('hubspotReachable').status, 'failed')
})

// The service's log, from its beginning to the line about its target account.
async function targetAccount(env) {
  const service = await start(['serve'], { PORT: '0', HOST: '127.0.0.1', SYNC_INTERVAL: '0', ...env }, 'stderr',
    (text) => text.split('\n').filter((line) => line.includes(' target_account ')).map((line) => ({ line }))[0])
  assert.equal(await service.stop(), 0)
  return service.line
}

test('a service logs its target account first', async () => {
  const line = await targetAccount(settings())
  for (const part of ['portal=12345678', 'account_type=DEVELOPER_TEST', 'api_version=2026-09', 'activity_api=calls',
    'token="service key or private app"', 'dry_run=no', 'receptionist=goodcall', 'ledger=sqlite:']) {
    assert.ok(line.includes(part), `${part} in ${line}`)
  }
})

test('a service starts even if HubSpot cannot be reached, and says so', async () => {
  const line = await targetAccount(settings({ HUBSPOT_BASE_URL: 'http://127.0.0.1:1' }))
  assert.match(line, / warn +target_account portal=unknown .*why="no answer from HubSpot/)
})

test('requests are debug lines, and carry the run', async () => {
  const { err } = await run(['sync', '--dry-run'], settings({ LOG_LEVEL: 'debug' }))
  assert.match(err, /debug receptionist_asked run=run_\S+ route="GET \/v0\/calls" status=200 ms=\d+/)
  assert.match(err, /debug hubspot_asked run=run_\S+ route="POST \/crm\/objects\/2026-09\/contacts\/search" status=200/)
})

test('the sandbox syncs calls to the right contacts', async () => {
  await firstSync()
  const { calls } = await (await ask('/calls?limit=500&state=synced')).json()
  assert.ok(calls.length >= 60)
  for (const call of calls) assert.ok(call.contactId && call.activityId && call.syncedAt)
  const headers = { Authorization: `Bearer ${sandbox.hubspotToken}` }
  const [{ contactId, phone }] = calls
  const path = `/crm/v3/objects/contacts/${contactId}?properties=phone,mobilephone`
  const contact = await (await fetch(sandbox.hubspot + path, { headers })).json()
  const digits = [contact.properties.phone, contact.properties.mobilephone].map((text) => `${text}`.replace(/\D/g, ''))
  assert.ok(digits.some((number) => number.endsWith(phone.slice(2))))
})

test('calls come in to the sandbox on request', async () => {
  const bring = (query, method = 'POST') => fetch(`${sandbox.receptionist}/sandbox/calls${query}`, { method })
  const { published } = await (await bring('?count=3')).json()
  assert.equal(published.length, 3)
  for (const id of published) assert.match(id, /^c_\d+$/)
  assert.equal((await (await bring('')).json()).published.length, 1)
  for (const query of ['?count=0', '?count=101', '?count=3x', '?count=', '?cuont=3']) {
    assert.equal((await bring(query)).status, 400, query)
  }
  assert.equal((await bring('?count=3', 'GET')).status, 405)
})

test('the sandbox refuses a setting that it cannot read', async () => {
  const { status, err } = await run(['sandbox'], { SYNC_INTERVAL: 'soon', PORT: 'x' })
  assert.equal(status, 2)
  assert.match(err, /SYNC_INTERVAL: is soon/)
  assert.match(err, /PORT: is x/)
})

// What prevents the program from starting. Wrong settings need a person: status 2. A temporary
// error, or one fixed without changing the settings, is status 6: the systemd unit restarts it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { killAll, program, run, standIn, startService } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-boot-'))
after(() => {
  killAll()
  rmSync(folder, { recursive: true })
})

const settings = (more = {}) => ({
  RECEPTIONIST_TOKEN: 'pasted', RECEPTIONIST_BASE_URL: 'http://127.0.0.1:1', HUBSPOT_TOKEN: 'pat-na1-not-a-token',
  HUBSPOT_BASE_URL: 'http://127.0.0.1:1', DATABASE_URL: `sqlite:${folder}/ledger.db`, HOST: '127.0.0.1', PORT: '0', SYNC_INTERVAL: '0', ...more,
})

test('a temporary error is status 6, and the message says what to do', async (t) => {
  const other = await standIn(() => {})
  t.after(() => other.close())
  mkdirSync(`${folder}/no-file`)
  const passing = [
    [{ PORT: new URL(other.url).port }, /another program listens there/],
    [{ HOST: '192.0.2.1' }, /cannot listen on 192.0.2.1/],
    [{ HOST: 'no-such-host.invalid' }, /cannot listen on no-such-host.invalid/],
    [{ DATABASE_URL: `sqlite:${folder}/missing/ledger.db` }, /cannot open the ledger .*No such file or directory; set DATABASE_URL/],
    [{ DATABASE_URL: `sqlite:${folder}/no-file` }, /cannot open the ledger .*no-file/],
  ]
  for (const [more, sentence] of passing) {
    const { status, out, err } = await run(['serve'], settings(more))
    assert.deepEqual([status, out], [6, ''], err)
    assert.match(err, sentence)
  }
  const missing = settings({ DATABASE_URL: `sqlite:${folder}/missing/ledger.db` })
  for (const words of [['sync'], ['calls', 'list'], ['token', 'status'], ['setup-properties'], ['dedup', '--dry-run']]) {
    const { status, err } = await run(words, missing)
    assert.equal(status, 6, `${words}: ${err}`)
  }
})

test('what a profile is read with is missing: status 2, naming the setting', async () => {
  const { RECEPTIONIST_TOKEN: _, ...env } = settings()
  const cases = [
    [{ RECEPTIONIST: 'vapi' }, /RECEPTIONIST_API_KEY: is missing; Vapi is read with an API key/],
    [{ RECEPTIONIST: 'synthflow', RECEPTIONIST_TOKEN: 'x', PORT: 'y' }, /RECEPTIONIST_API_KEY: is missing/],
    [{}, /RECEPTIONIST_TOKEN: set either RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD, or RECEPTIONIST_TOKEN/],
    [{ RECEPTIONIST_API_KEY: 'key' }, /RECEPTIONIST_TOKEN: set either/],
    [{ RECEPTIONIST_EMAIL: 'owner@example.com' }, /RECEPTIONIST_PASSWORD: is missing/],
  ]
  for (const [more, sentence] of cases) {
    const { status, err } = await run(['config', 'check'], { ...env, ...more })
    assert.equal(status, 2, err)
    assert.match(err, sentence)
  }
  writeFileSync(`${folder}/key`, 'key\n', { mode: 0o600 })
  for (const more of [{ RECEPTIONIST_API_KEY: 'key' }, { RECEPTIONIST_API_KEY_FILE: `${folder}/key` }]) {
    const { status, err } = await run(['config', 'check'], { ...env, RECEPTIONIST: 'bland', ...more })
    assert.equal(status, 0, err)
  }
})

test('a full disk is status 6', () => {
  const words = ['-c', `trap '' XFSZ; ulimit -f 1; exec ${program} calls list`]
  const { status, stderr } = spawnSync('sh', words, { env: { ...process.env, ...settings({ DATABASE_URL: `sqlite:${folder}/full.db` }) } })
  assert.equal(status, 6, String(stderr))
  assert.match(String(stderr), /cannot open the ledger .*full.db: /)
})

test('an error that a restart cannot fix is status 2', async () => {
  writeFileSync(`${folder}/letter.txt`, 'Dear Sir or Madam, this is no ledger. '.repeat(40))
  copyFileSync('tests/ledgers/newer.sqlite', `${folder}/newer.db`)
  for (const [name, sentence] of [['letter.txt', /file is not a database; set DATABASE_URL/], ['newer.db', /written by a newer ringbridge/]]) {
    for (const words of [['serve'], ['calls', 'list']]) {
      const { status, err } = await run(words, settings({ DATABASE_URL: `sqlite:${folder}/${name}` }))
      assert.equal(status, 2, err)
      assert.match(err, sentence)
    }
  }
})

test('an admin token that could be guessed is refused at boot, and named', async () => {
  const { status, err } = await run(['serve'], settings({ ADMIN_TOKEN: 'fifteen-of-them' }))
  assert.equal(status, 2)
  assert.match(err, /ADMIN_TOKEN: must have 16 characters or more/)
})

test('without a token a warning at boot says that HOST lets others in', async (t) => {
  for (const [HOST, warned] of [['127.0.0.1', false], ['localhost', false], ['0.0.0.0', true]]) {
    const service = await startService(settings({ HOST }))
    t.after(() => service.stop())
    const line = await service.shown('stderr', (text) => text.match(/ admin_token_unset .*/)?.[0])
    assert.equal(/reverse proxy/.test(line), warned, line)
    const merge = await fetch(`${service.url}/dedup`, { method: 'POST' })
    assert.equal(merge.status === 403 && (await merge.json()).error.code === 'admin_token_needed', warned)
  }
})

const modes = (path) => ['', '-wal', '-shm', '.lock'].map((ending) => statSync(path + ending).mode & 0o777)

test('a ledger that others could read is private once it is opened', async (t) => {
  const path = `${folder}/wide.db`
  const keeper = await startService(settings({ DATABASE_URL: `sqlite:${path}` })) // keeps -wal and -shm there
  t.after(() => keeper.stop())
  await keeper.shown('stderr', (text) => / target_account /.test(text))
  for (const ending of ['', '-wal', '-shm', '.lock']) {
    writeFileSync(path + ending, '', { flag: 'a' })
    chmodSync(path + ending, 0o664)
  }
  assert.equal((await run(['calls', 'list'], settings({ DATABASE_URL: `sqlite:${path}` }))).status, 0)
  assert.deepEqual(modes(path), [0o600, 0o600, 0o600, 0o600])
})

test('if another user owns the ledger, the program warns that others may read it', { skip: process.getuid() !== 0 }, () => {
  const shared = mkdtempSync(join(tmpdir(), 'ringbridge-shared-'))
  chmodSync(shared, 0o777)
  const copy = join(shared, 'program') // the build folder may be closed to others
  copyFileSync(program, copy)
  const env = settings({ DATABASE_URL: `sqlite:${shared}/ledger.db` })
  assert.equal(spawnSync(copy, ['calls', 'list'], { env }).status, 0)
  chmodSync(`${shared}/ledger.db`, 0o666)
  const { status, stderr } = spawnSync(copy, ['calls', 'list'], { env, uid: 65534, gid: 65534 })
  rmSync(shared, { recursive: true })
  assert.equal(status, 0, String(stderr))
  assert.match(String(stderr), / ledger_exposed .*other users may read or write .*Operation not permitted.*chmod 0600/)
})

test('config check names secrets that others can read, and unencrypted addresses', async () => {
  const [open, closed] = ['open', 'closed'].map((name) => `${folder}/${name}`)
  for (const path of [open, closed]) writeFileSync(path, 'pat-na1-secret\n', { mode: 0o600 })
  chmodSync(open, 0o644)
  const check = async (more) => {
    const { HUBSPOT_TOKEN: _, ...env } = settings(more)
    const text = await run(['config', 'check'], env)
    const { ok, warnings } = JSON.parse((await run(['config', 'check', '--json'], env)).out)
    assert.ok(ok && text.status === 0, text.err)
    assert.equal(text.err.match(/^warning: /gm)?.length ?? 0, warnings.length)
    return warnings.map(({ variable }) => variable)
  }
  assert.deepEqual(await check({ HUBSPOT_TOKEN_FILE: closed, HUBSPOT_BASE_URL: 'https://hub.example', RECEPTIONIST_BASE_URL: 'http://[::1]:8080' }), [])
  assert.deepEqual(
    await check({ HUBSPOT_TOKEN_FILE: open, HUBSPOT_BASE_URL: 'http://hub.example', RECEPTIONIST_BASE_URL: 'http://10.0.0.1:80/x' }),
    ['RECEPTIONIST_BASE_URL', 'HUBSPOT_TOKEN_FILE', 'HUBSPOT_BASE_URL'])
})

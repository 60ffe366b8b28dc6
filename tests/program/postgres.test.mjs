// A ledger in a real PostgreSQL, from outside: what the program does when the database is away,
// refuses it or comes back.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { password, startPostgres } from '../postgres/server.mjs'
import { killAll, launch, run, startSandbox, startService } from './program.mjs'

const postgres = startPostgres()
const folder = mkdtempSync(join(tmpdir(), 'ringbridge-postgres-'))

const skip = postgres ? false : 'PostgreSQL is not installed: apt-get install postgresql-15'

describe('a ledger in PostgreSQL', { skip }, () => {
  let sandbox
  before(async () => {
    sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  })
  after(() => {
    killAll()
    postgres.stop()
    rmSync(folder, { recursive: true })
  })

  const settings = (more = {}) => ({
    RECEPTIONIST_EMAIL: 'owner@sandbox.test', RECEPTIONIST_PASSWORD: 'sandbox', RECEPTIONIST_BASE_URL: sandbox.receptionist,
    HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: sandbox.hubspot, HOST: '127.0.0.1', PORT: '0', SYNC_INTERVAL: '0', ...more,
  })

  // The first answer that passes.
  async function eventually(url, passes) {
    for (;;) {
      const answer = await fetch(url)
      const body = await answer.json()
      if (passes(answer.status, body)) return body
      await sleep(100)
    }
  }

  test('carries calls, and a second run of the same window finds them all', async () => {
    const env = settings(postgres.settings('carry'))
    const first = await run(['sync', '--since', '2d', '--json'], env)
    assert.equal(first.status, 0, first.err)
    const { synced, fetched } = JSON.parse(first.out).calls
    assert.ok(synced > 0)
    const second = JSON.parse((await run(['sync', '--since', '2d', '--json'], env)).out).calls
    assert.equal(second.skipped + second.synced, second.fetched)
    assert.ok(second.skipped >= fetched)
    const listed = JSON.parse((await run(['calls', 'list', '--json', '--limit', '500'], env)).out).calls
    assert.ok(listed.length >= fetched)
  })

  test('a command whose database is away ends with 5, a refused password with 3, a wrong setting with 2', async () => {
    const fine = postgres.settings('refusals')
    const refusals = [
      [5, /out of reach/, { DATABASE_URL: 'postgresql://tester@127.0.0.1:1/postgres' }],
      [3, /refuses the login/, { DATABASE_PASSWORD: 'another-password' }],
      [2, /TLS/, { DATABASE_URL: `${fine.DATABASE_URL}&sslmode=require` }],
      [2, /DATABASE_URL/, { DATABASE_URL: 'postgresql://tester:another%2password@127.0.0.1/postgres' }],
    ]
    for (const [status, sentence, wrong] of refusals) {
      for (const words of [['sync'], ['calls', 'list'], ['serve']]) {
        if (status === 5 && words[0] === 'serve') continue // it waits
        const ended = await run(words, settings({ ...fine, ...wrong }))
        assert.equal(ended.status, status, ended.err)
        assert.match(ended.err, sentence)
        assert.doesNotMatch(ended.out + ended.err, /another-password|another%2password/)
      }
    }
  })

  test('serve waits for its database at boot, says so, and begins by itself', async (t) => {
    const own = startPostgres()
    t.after(() => own.stop())
    own.control('stop')
    const env = settings({ DATABASE_URL: own.url.replace(`:${password}`, ''), DATABASE_PASSWORD: password })
    const { child, shown } = launch(['serve'], env)
    t.after(() => child.kill())
    const port = await shown('stderr', (text) => text.match(/ waiting_for_ledger .*port=(\d+)/)?.[1])
    const url = `http://127.0.0.1:${port}`
    assert.equal((await (await fetch(`${url}/health`)).json()).status, 'starting')
    assert.equal((await fetch(`${url}/ready`)).status, 503)
    assert.equal((await fetch(`${url}/calls`)).status, 503)
    own.control('again')
    await shown('stderr', (text) => / serving /.test(text))
    await eventually(`${url}/ready`, (status) => status === 200)
  })

  test('while the database is away nothing is begun, and it goes on by itself', async (t) => {
    const own = startPostgres()
    t.after(() => own.stop())
    const service = await startService(settings({ DATABASE_URL: own.url.replace(`:${password}`, ''), DATABASE_PASSWORD: password, SYNC_INTERVAL: '1s' }))
    t.after(() => service.stop())
    await eventually(`${service.url}/ready`, (status) => status === 200)
    for (const [away, back] of [['stop', 'again'], ['freeze', 'thaw']]) {
      own.control(away)
      await eventually(`${service.url}/ready`, (status, { reasons }) => status === 503 && /database/.test(reasons))
      assert.equal((await fetch(`${service.url}/health`)).status, 200)
      assert.equal((await fetch(`${service.url}/calls`)).status, 503)
      assert.equal((await fetch(`${service.url}/sync-now`, { method: 'POST' })).status, 503)
      own.control(back)
      await eventually(`${service.url}/ready`, (status) => status === 200)
    }
  })

  test('a database that is read-only or whose disk is full is named, and it goes on by itself', async (t) => {
    const own = startPostgres()
    t.after(() => own.stop())
    const service = await startService(settings({ DATABASE_URL: own.url.replace(`:${password}`, ''), DATABASE_PASSWORD: password, SYNC_INTERVAL: '1s' }))
    t.after(() => service.stop())
    await eventually(`${service.url}/ready`, (status) => status === 200)
    const full = `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON memory FOR EACH ROW EXECUTE FUNCTION full_disk()`
    for (const [breaks, reason, fixes] of [
      ['ALTER SYSTEM SET default_transaction_read_only = on', /read-only/, 'ALTER SYSTEM RESET default_transaction_read_only'],
      [full, /No space left/, 'DROP FUNCTION full_disk CASCADE'],
    ]) {
      for (const statement of [breaks, 'SELECT pg_reload_conf()']) own.query(statement)
      await eventually(`${service.url}/ready`, (status, { reasons }) => status === 503 && reason.test(reasons))
      assert.equal((await fetch(`${service.url}/health`)).status, 200)
      assert.equal((await fetch(`${service.url}/calls`)).status, 200)
      for (const statement of [fixes, 'SELECT pg_reload_conf()']) own.query(statement)
      await eventually(`${service.url}/ready`, (status) => status === 200)
    }
  })

  test('a read-only or foreign schema is a wrong setting', async () => {
    const foreign = postgres.settings('foreign_tables')
    postgres.query('CREATE TABLE foreign_tables.invoices (id integer)')
    postgres.query("CREATE USER reader PASSWORD 'readers-password'")
    const asReader = { ...foreign, DATABASE_URL: foreign.DATABASE_URL.replace('tester@', 'reader@'), DATABASE_PASSWORD: 'readers-password' }
    const readOnly = postgres.settings('read_only')
    readOnly.DATABASE_URL += '%20-cdefault_transaction_read_only%3Don'
    for (const [env, sentence] of [[foreign, /invoices/], [asReader, /DATABASE_URL/], [readOnly, /read-only/]]) {
      for (const words of [['sync'], ['serve']]) {
        const ended = await run(words, settings(env))
        assert.equal(ended.status, 2, ended.err)
        assert.match(ended.err, sentence)
        assert.doesNotMatch(ended.out + ended.err, /readers-password/)
      }
    }
  })

  test('ledger copy moves it there and back, and refuses what it must', async (t) => {
    const file = { DATABASE_URL: `sqlite:${folder}/ledger.db` }
    const database = postgres.settings('copied')
    const copy = (from, to) => run(['ledger', 'copy', '--json', '--from', from.DATABASE_URL, '--to', to.DATABASE_URL], { DATABASE_PASSWORD: password })
    assert.equal((await run(['sync', '--since', '2d'], settings(file))).status, 0)
    const service = await startService(settings(file))
    assert.equal((await copy(file, database)).status, 4)
    await service.stop()
    const there = await copy(file, database)
    assert.equal(there.status, 0, there.err)
    assert.ok(JSON.parse(there.out).tables.find(({ table }) => table === 'calls').rows > 0)
    assert.equal((await copy(file, database)).status, 2)
    const again = JSON.parse((await run(['sync', '--since', '2d', '--json'], settings(database))).out).calls
    assert.ok(again.skipped > 0)
    const other = await startService(settings(database))
    t.after(() => other.stop())
    assert.equal((await copy(database, { DATABASE_URL: `sqlite:${folder}/back.db` })).status, 4)
    await other.stop()
    assert.equal((await copy(database, { DATABASE_URL: `sqlite:${folder}/back.db` })).status, 0)
    assert.equal((await copy({ DATABASE_URL: 'mysql://x' }, database)).status, 2)
    assert.equal((await copy({ DATABASE_URL: `sqlite:${folder}/missing.db` }, postgres.settings('empty'))).status, 2)
  })
})

// A newcomer's first hour, with the README's commands: each mistake gets a message that says how to
// fix it, from `probe` and from the command itself, and leaves nothing behind that breaks later.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { beforeHubspot, killAll, run, startSandbox, startService } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-newcomer-'))
const commandsIn = (path) =>
  [...readFileSync(path, 'utf8').matchAll(/^build\/release\/ringbridge (.*?) +#/gm)].map(([, words]) => words.split(' '))
const commands = commandsIn('README.md')
const [probe, dryRun, sync, serve] = commands

let sandbox, scopes, hubspot, env
before(async () => {
  sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  scopes = true
  hubspot = await beforeHubspot(sandbox, (url) => scopes || !/objects.*contacts/.test(url) ? null : new Response(
    JSON.stringify({ status: 'error', message: 'This app hasn\'t been granted all required scopes to make this call.', category: 'MISSING_SCOPES',
      errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: ['crm.objects.contacts.read'] } }] }),
    { status: 403 }))
  env = {
    RECEPTIONIST_EMAIL: 'owner@sandbox.test', RECEPTIONIST_BASE_URL: sandbox.receptionist, HUBSPOT_BASE_URL: hubspot.url,
    HUBSPOT_PORTAL_ID: '12345678', DATABASE_URL: `sqlite:${folder}/ledger.db`,
  }
})
after(async () => {
  await sandbox.stop()
  killAll()
  hubspot.close()
  rmSync(folder, { recursive: true })
})

async function expectBoth(status, says) {
  for (const words of [probe, sync]) {
    const ended = await run(words, env)
    const text = ended.out + ended.err
    assert.equal(ended.status, status, text)
    for (const what of says) assert.match(text, what)
  }
}

test('the README has the four commands', () => {
  assert.deepEqual(commands.map(([name]) => name), ['probe', 'sync', 'sync', 'serve'])
})

test('first the password is forgotten', () => expectBoth(2, [/RECEPTIONIST_PASSWORD: is missing/, /HUBSPOT_TOKEN: is missing/]))

test('then it is wrong', async () => {
  env = { ...env, RECEPTIONIST_PASSWORD: 'Sandbox', HUBSPOT_TOKEN: 'pat-na1-typo' }
  await expectBoth(3, [/refused the e-mail and password/, /RECEPTIONIST_PASSWORD/])
})

test('then the HubSpot token is wrong', async () => {
  env.RECEPTIONIST_PASSWORD = 'sandbox'
  await expectBoth(3, [/refused HUBSPOT_TOKEN/, /Copy the token again/])
})

test('then it lacks a scope', async () => {
  env.HUBSPOT_TOKEN = sandbox.hubspotToken
  scopes = false
  await expectBoth(3, [/crm\.objects\.contacts\.read/])
})

test('then it belongs to another portal', async () => {
  scopes = true
  env.HUBSPOT_PORTAL_ID = '1'
  await expectBoth(3, [/portal \d+/, /HUBSPOT_PORTAL_ID/])
  delete env.HUBSPOT_PORTAL_ID
})

test('then all is right, and every call since the first mistake is synced once', async () => {
  assert.equal((await run(probe, env)).status, 0)
  const dry = await run([...dryRun, '--json'], env)
  assert.equal(dry.status, 0)
  const carried = await run([...sync, '--json'], env)
  assert.equal(carried.status, 0)
  const { calls } = JSON.parse(carried.out)
  assert.ok(calls.synced > 50)
  assert.equal(calls.synced, calls.fetched)
  const service = await startService({ ...env, ADMIN_TOKEN: 'mine-and-nobodys' })
  assert.deepEqual(serve, ['serve'])
  assert.equal((await fetch(`${service.url}/health`)).status, 200)
  assert.equal(await service.stop(), 0)
})

test('the quick start\'s commands work, one after the other', async () => {
  const quick = commandsIn('docs/use/quick-start.md')
  assert.deepEqual(quick.map(([name]) => name), ['config', 'probe', 'sync', 'sync', 'sync', 'serve'])
  for (const words of quick.slice(0, -1)) {
    const { status, out, err } = await run(words, env)
    assert.equal(status, 0, `${words.join(' ')}: ${out}${err}`)
  }
})

const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs', { recursive: true }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]

test('every link between documents has a target', () => {
  for (const path of documents) {
    for (const [, to] of readFileSync(path, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(dirname(path), to)), `${path} links to ${to}`)
    }
  }
})

test('every command that a document names exists, with its options', async () => {
  const named = new Set()
  for (const path of documents) {
    for (const [, words] of readFileSync(path, 'utf8').matchAll(/(?:`|^|\/)ringbridge ((?:[a-z-]+ ?)+(?:--[a-z-]+)?)/gm)) named.add(words.trim())
  }
  assert.ok(named.size > 20, [...named].join())
  for (const command of named) {
    const words = command.split(' ').filter((word) => !word.startsWith('--'))
    const options = command.split(' ').filter((word) => word.startsWith('--'))
    let help
    do help = await run([...words, '--help'])
    while (help.status !== 0 && words.pop() && words.length > 0)
    assert.equal(help.status, 0, command)
    for (const option of options) assert.match(help.out, new RegExp(`${option}\\b`), command)
  }
})

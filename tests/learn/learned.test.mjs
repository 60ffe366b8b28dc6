// Each test site is recorded in Chromium as its first user, and what is learned from the recording
// carries every call of its second user: no hand has touched the profile.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { killAll, run, startService } from '../program/program.mjs'
import { expectAll, townOf } from './carry.mjs'
import { national } from './people.mjs'
import { record, sanitize, siteNames, startSite } from './record.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-learned-'))
after(() => {
  killAll()
  rmSync(folder, { recursive: true })
})

const learn = (recording, ...options) => run(['learn', recording, '--name', 'learned', ...options])

// What says who the recorded user and their callers are, in every form that the sites write it.
const personal = ({ agents, bookings, contacts, calls, ...user }) =>
  [
    ...Object.values(user),
    ...[...calls, ...agents, ...bookings, ...contacts].flatMap(({ id, name, phone }) => [
      `${id}`,
      name,
      phone,
      phone && national(phone),
    ]),
  ].filter((text) => typeof text === 'string' && text.length >= 5)

function expectNothingPersonal(texts, user) {
  for (const secret of personal(user)) {
    const found = texts.find((text) => text.includes(secret))
    assert.equal(found, undefined, `${secret} in ${found}`)
  }
}

const synced = async (service) => {
  const answer = await fetch(`${service.url}/sync-now`, { method: 'POST' })
  const report = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(report))
  return report.calls.synced
}

for (const name of siteNames) {
  test(`${name}: recorded, learned, and every call of another user arrives`, async (t) => {
    const recording = join(folder, `${name}.har`)
    const profile = join(folder, `${name}.learned.yaml`)
    let began
    const { site, user, env, ...ends } = await townOf(t, folder, name, async (recorded) => {
      await record(recorded, recording)
      began = performance.now()
      const { status, out, err } = await learn(recording, '--output', profile)
      assert.equal(status, 0, err)
      const text = readFileSync(profile, 'utf8')
      expectNothingPersonal([text, out, err], recorded.users[0])
      return text
    })
    const first = await run(['sync', '--since', '30d', '--json'], env)
    t.diagnostic(
      `${((performance.now() - began) / 1000).toFixed(1)} s from the recording to the first call`,
    )
    assert.equal(first.status, 0, first.err + readFileSync(profile, 'utf8'))
    const expected = await expectAll({ user, ...ends })
    assert.ok(expected > 25)

    site.endSessions()
    const service = await startService(env)
    site.publish({ user: 1 })
    assert.equal(await synced(service), 1)
    assert.equal(await expectAll({ user, ...ends }), expected + 1)
    assert.equal(await service.stop(), 0)
  })
}

test('--try logs in with what was learned, and shows how each field mapped', async (t) => {
  const site = await startSite('identity_provider')
  t.after(site.stop)
  const recording = await record(site, join(folder, 'try.har'))
  const { email, password } = site.users[1]
  const env = { RECEPTIONIST_EMAIL: email, RECEPTIONIST_PASSWORD: password }
  const tried = await learn(recording, '--json', '--try')
  assert.equal(tried.status, 2, 'without credentials there is nothing to try')

  const { status, out, err } = await run(['learn', recording, '--try'], env)
  assert.equal(status, 0, err)
  assert.match(out, /^name: /m)
  assert.match(err, /caller_phone +\d+ +0 +0  \$\.party\.number/)
  expectNothingPersonal([err], site.users[1])

  const json = JSON.parse((await run(['learn', recording, '--try', '--json'], env)).out)
  assert.deepEqual(Object.keys(json).sort(), ['findings', 'output', 'profile', 'todo', 'try'])
  assert.equal(json.try.ok, true)

  const wrong = { ...env, RECEPTIONIST_PASSWORD: 'guessed-by-nobody' }
  assert.equal((await run(['learn', recording, '--try'], wrong)).status, 3)
  assert.equal(site.logins.refused, 1, 'after one try')
  await site.stop()
  assert.equal((await run(['learn', recording, '--try'], env)).status, 5)
})

test('without what is sensitive the list of calls is found, and something is left to do', async (t) => {
  const site = await startSite('cookie_csrf')
  t.after(site.stop)
  const recording = await record(site, join(folder, 'whole.har'))
  const { status, out } = await learn(sanitize(recording, join(folder, 'less.har')), '--json')
  const said = JSON.parse(out)
  assert.deepEqual(Object.keys(said).sort(), ['findings', 'output', 'profile', 'todo'])
  assert.equal(status, 1)
  assert.match(said.profile, /record_selector: .*\$\.data\[\*\]/)
  assert.match(said.profile, /TODO/)
  assert.ok(said.todo.length)
  expectNothingPersonal([out], site.users[0])
})

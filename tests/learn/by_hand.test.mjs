// For each test site a profile written by hand: the real program carries every call of its second
// user into the sandbox's HubSpot, after its sessions were ended too. It proves that a profile can
// say what these sites need, so that one that was learned can.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { killAll, run, startService } from '../program/program.mjs'
import { expectAll, townOf } from './carry.mjs'
import { siteNames } from './record.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-by-hand-'))
after(() => {
  killAll()
  rmSync(folder, { recursive: true })
})

const profiles = readdirSync(new URL('by_hand', import.meta.url)).map((file) =>
  file.replace('.yaml', ''),
)
// Some sites have several.
const town = (t, profile) =>
  townOf(
    t,
    folder,
    siteNames.find((site) => profile.startsWith(site)),
    () => readFileSync(new URL(`by_hand/${profile}.yaml`, import.meta.url), 'utf8'),
  )
const synced = async (service) => {
  const answer = await fetch(`${service.url}/sync-now`, { method: 'POST' })
  const report = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(report))
  return report.calls.synced
}

for (const name of profiles) {
  test(`${name}: every call arrives, also after a session's end and a restart`, async (t) => {
    const { site, env, ...ends } = await town(t, name)
    const first = await run(['sync', '--since', '30d', '--json'], env)
    assert.equal(first.status, 0, first.err)
    const expected = await expectAll(ends)
    assert.ok(expected > 25)
    assert.equal(JSON.parse(first.out).calls.synced, expected)

    site.endSessions()
    const service = await startService(env)
    for (const fields of [{}, { outcome: 'ongoing', seconds: 0 }])
      site.publish({ user: 1, ...fields })
    site.publish({ user: 0 })
    assert.equal(await synced(service), 2)
    await expectAll(ends)

    site.endSessions()
    site.publish({ user: 1 })
    assert.equal(await synced(service), 1)
    assert.equal(await expectAll(ends), expected + 3)
    assert.equal(await service.stop(), 0)
    if (site.logins) assert.deepEqual([site.logins.good, site.logins.refused], [3, 0])
  })

  test(`${name}: a wrong password or key is reported as one, after one try`, async (t) => {
    const { site, env } = await town(t, name)
    const wrong = env.RECEPTIONIST_TOKEN
      ? { RECEPTIONIST_TOKEN: 'lk_live_guessed' }
      : { RECEPTIONIST_PASSWORD: 'guessed-by-nobody' }
    const { status, err } = await run(['sync'], { ...env, ...wrong })
    assert.equal(status, 3, err)
    if (site.logins) assert.deepEqual([site.logins.good, site.logins.refused], [0, 1])
  })
}

for (const name of ['identity_provider', 'hosted_database']) {
  test(`${name}: a session is renewed without the password, each token used once`, async (t) => {
    const { site, env } = await town(t, name)
    assert.equal((await run(['sync'], env)).status, 0)
    for (let i = 0; i < 3; ++i) {
      site.expireAccess()
      const { status, err } = await run(['sync'], env)
      assert.equal(status, 0, err)
    }
    assert.deepEqual([site.logins.good, site.logins.refreshed, site.logins.reused ?? 0], [1, 3, 0])
  })
}

test('each word of the profile vocabulary is used by one of these sites or by a built-in profile', () => {
  const read = (folder, file) => readFileSync(new URL(`${folder}/${file}`, import.meta.url), 'utf8')
  const texts = (folder, ends) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((file) => file.endsWith(ends))
      .map((file) => read(folder, file))
      .join('\n')
  const codecs = texts('../../src/receptionist', '_codec.cpp')
  const keys = /\b\w+\.(?:optional|required|text|number|span|flag|choice<\w+>)\("(\w+)"/g
  const choices = /\{"(\w+)", \w+::\w+\}/g
  const words = [keys, choices].flatMap((each) => [...codecs.matchAll(each)].map(([, word]) => word))
  const used = texts('by_hand', '.yaml') + texts('../../profiles', '.yaml')
  assert.ok(words.length > 60, 'the vocabulary was not found in the code')
  const unused = new Set(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(used)))
  assert.deepEqual([...unused], [])
})

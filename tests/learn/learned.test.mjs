// Each test site is recorded in Chromium as its first user, and what is learned from the recording
// carries every call of its second user: no hand has touched the profile.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { killAll, run, startService } from '../program/program.mjs'
import { expectAll, townOf } from './carry.mjs'
import { record, sanitize, siteNames } from './record.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-learned-'))
after(() => {
  killAll()
  rmSync(folder, { recursive: true })
})

const learn = (recording, profile) =>
  run(['learn', recording, '--name', 'learned', '--output', profile])

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
      const { status, err } = await learn(recording, profile)
      assert.equal(status, 0, err)
      return readFileSync(profile, 'utf8')
    })
    const first = await run(['sync', '--since', '30d', '--json'], env)
    t.diagnostic(`${((performance.now() - began) / 1000).toFixed(1)} s from the recording to the first call`)
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

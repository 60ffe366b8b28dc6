// kill -9 at any moment: still one activity a call and one contact a number. Real processes, real
// sockets, a real ledger: every other town's in PostgreSQL, if it is installed. Repeat a failing run
// with the KILL_SEED=… that it printed; the kill times are then the same, the processes' progress
// only nearly.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { startPostgres } from '../postgres/server.mjs'
import { killAll } from './program.mjs'
import { assertOneActivityEach, assertOneContactEach, finish, randomNumbers, Town } from './town.mjs'

const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 32))
// Towns run in parallel: each starts with new contacts, and waits do not delay the others.
const towns = 4
const killsInATown = 50
// Rounds that may exceed the 15 seconds after which a call in doubt is written again.
const patientRounds = [20, 40]
const settleTime = 15_000

const postgres = startPostgres()

// How long an undisturbed run takes, with as many others in parallel as there will be.
async function measureRuns() {
  const measure = async () => {
    const town = await Town.open()
    const begun = performance.now()
    assert.equal((await town.sync()).status, 0)
    const span = performance.now() - begun
    await town.close()
    return span
  }
  return Math.max(...(await Promise.all(Array.from({ length: towns }, measure))))
}

// Most rounds start one process, some two on the same ledger, and a few wait for calls in doubt.
async function killAgainAndAgain(town, draw, span) {
  const counts = { killed: 0, ended: 0 }
  let published
  for (let round = 1; counts.killed < killsInATown; ++round) {
    published = await town.bringCalls(1 + Math.floor(draw() * 4))
    const earliest = patientRounds.includes(round) ? settleTime : 0
    const plans = Array.from({ length: round === 1 || draw() < 0.2 ? 2 : 1 }, () => ({
      command: draw() < 0.5 ? 'serve' : 'sync',
      delay: earliest + draw() * span * 1.2,
    }))
    const killed = await Promise.all(plans.map(({ command, delay }) => town.startAndKill(command, delay)))
    for (const one of killed) ++counts[one ? 'killed' : 'ended']
  }
  return { ...counts, published }
}

after(() => {
  killAll()
  postgres?.stop()
})

describe(`killed at any moment, KILL_SEED=${seed}`, { concurrency: towns }, () => {
  let span
  before(async () => {
    span = await measureRuns()
    console.log(`KILL_SEED=${seed}; an undisturbed run takes ${Math.round(span)} ms`)
  })

  for (let number = 1; number <= towns; ++number) {
    test(`town ${number}: one activity a call, one contact a number`, async (context) => {
      const database = number % 2 === 0 ? postgres?.settings(`town_${number}`) : undefined
      const town = await Town.open(database)
      context.after(() => town.close())
      const { killed, ended, published } = await killAgainAndAgain(town, randomNumbers(seed + number), span)

      // The sandbox's own callers keep calling: what they do from here on does not count.
      const window = ['--since', '2d', '--until', new Date().toISOString()]
      const { fetched, synced, skipped, replaced, parked, failed } = await finish(town, window)
      console.log(`town ${number}: ${killed} processes killed, ${ended} done before; ${fetched} calls`)
      assert.ok(fetched >= Number(published.at(-1).slice('c_'.length)))
      assert.equal(synced + skipped, fetched)
      assert.deepEqual([replaced, parked, failed], [0, 0, 0])

      const hubspot = await town.inHubSpot()
      assertOneActivityEach(hubspot, fetched)
      assertOneContactEach(hubspot)
      const again = await finish(town, window)
      assert.deepEqual(again, { fetched, synced: 0, skipped: fetched, replaced: 0, parked: 0, failed: 0 })
      assert.deepEqual(await town.inHubSpot(), hubspot, 'a second run writes nothing')
    })
  }
})

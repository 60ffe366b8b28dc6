// A bridge is served while its database is cut off again and again, restarted and frozen: each call
// that came meanwhile is in HubSpot once. CUT_SEED=… repeats the times.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../postgres/server.mjs'
import { killAll, startService } from './program.mjs'
import { assertOneActivityEach, assertOneContactEach, finish, randomNumbers, Town } from './town.mjs'

const seed = Number(process.env.CUT_SEED ?? randomInt(2 ** 32))
const postgres = startPostgres()

const cut = () =>
  postgres.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'ringbridge'")
const restart = () => postgres.control('restart')
async function freeze() {
  postgres.control('freeze')
  await sleep(12_000)
  postgres.control('thaw')
}

after(() => {
  killAll()
  postgres?.stop()
})

test(`50 cut connections, 10 restarts, 2 freezes, CUT_SEED=${seed}`, { skip: !postgres }, async (context) => {
  const draw = randomNumbers(seed)
  const town = await Town.open(postgres.settings('cut'))
  context.after(() => town.close())
  const service = await startService(town.env)
  context.after(() => service.stop())
  for (let round = 1; round <= 62; ++round) {
    await town.bringCalls(1 + Math.floor(draw() * 3))
    await sleep(draw() * 1_500)
    await (round % 31 === 0 ? freeze : round % 6 === 0 ? restart : cut)()
  }
  while ((await fetch(`${service.url}/ready`)).status !== 200) await sleep(100)
  await service.stop()
  const { fetched } = await finish(town, ['--since', '2d', '--until', new Date().toISOString()])
  console.log(`${fetched} calls`)
  assert.ok(fetched > 100)
  const hubspot = await town.inHubSpot()
  assertOneActivityEach(hubspot, fetched)
  assertOneContactEach(hubspot)
})

// kill -9 at any moment: still one activity a call and one contact a number. Real processes, real
// sockets, a real ledger file. Repeat a failing run with the KILL_SEED=… that it printed; the kill
// times are then the same, the processes' progress only nearly.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { killAll, launch, run, startSandbox } from './program.mjs'

const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 32))
// Towns run in parallel: each starts with new contacts, and waits do not delay the others.
const towns = 4
const killsInATown = 50
// Rounds that may exceed the 15 seconds after which a call in doubt is written again.
const patientRounds = [20, 40]
const settleTime = 15_000

// mulberry32: numbers from 0 to 1, the same for the same seed.
function randomNumbers(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

class Town {
  static async open() {
    return new Town(await startSandbox({ SYNC_INTERVAL: '0' }))
  }

  constructor(sandbox) {
    this.sandbox = sandbox
    this.folder = mkdtempSync(join(tmpdir(), 'ringbridge-kill-'))
    this.env = {
      RECEPTIONIST_EMAIL: 'owner@sandbox.test',
      RECEPTIONIST_PASSWORD: 'sandbox',
      RECEPTIONIST_BASE_URL: sandbox.receptionist,
      HUBSPOT_TOKEN: sandbox.hubspotToken,
      HUBSPOT_BASE_URL: sandbox.hubspot,
      DATABASE_URL: `sqlite:${this.folder}/ledger.db`,
      HOST: '127.0.0.1',
      PORT: '0',
      SYNC_INTERVAL: '100ms',
    }
  }

  async close() {
    await this.sandbox.stop()
    rmSync(this.folder, { recursive: true })
  }

  async bringCalls(count) {
    const answer = await fetch(`${this.sandbox.receptionist}/sandbox/calls?count=${count}`, { method: 'POST' })
    assert.equal(answer.status, 200)
    return (await answer.json()).published
  }

  sync = (...args) => run(['sync', '--json', ...args], this.env)

  // True: it was killed. False: it ended before.
  async startAndKill(command, delay) {
    const { child, ended } = launch([command], this.env)
    await Promise.race([ended, sleep(delay)])
    child.kill('SIGKILL')
    const { status, signal, err } = await ended
    // Done, some calls still in doubt, or another process running: nothing else may happen.
    assert.ok(signal === 'SIGKILL' || [0, 1, 4].includes(status), `${command} ended with ${status}: ${err}`)
    return signal === 'SIGKILL'
  }

  // All HubSpot records of a type, with everything about them that can change.
  async records(type, query) {
    const records = []
    for (let after = ''; after !== undefined; ) {
      const address = `${this.sandbox.hubspot}/crm/v3/objects/${type}?limit=100&${query}&after=${after}`
      const answer = await fetch(address.replace(/&after=$/, ''), {
        headers: { Authorization: `Bearer ${this.sandbox.hubspotToken}` },
      })
      assert.equal(answer.status, 200)
      const { results, paging } = await answer.json()
      records.push(...results)
      after = paging?.next?.after
    }
    return records
  }

  async inHubSpot() {
    return {
      activities: await this.records('calls', 'properties=hs_call_body,hs_call_from_number&associations=contacts'),
      contacts: await this.records('contacts', 'properties=phone,mobilephone,lastmodifieddate'),
    }
  }
}

const lastDigits = (number) => number.replace(/\D/g, '').slice(-10)
const numbersOf = ({ properties: { phone, mobilephone } }) => [phone, mobilephone].filter(Boolean).map(lastDigits)

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

// A last run, undisturbed; if it leaves calls in doubt, another. Returns its report's calls.
async function finish(town, window) {
  for (let tries = 1; ; ++tries) {
    const { status, out, err } = await town.sync(...window)
    if (status === 0) return JSON.parse(out).calls
    assert.ok(status === 1 && tries < 5, `sync ended with ${status}: ${out}${err}`)
  }
}

function assertOneActivityEach({ activities, contacts }, count) {
  const markers = activities.map(({ properties }) => properties.hs_call_body.match(/GoodCall ID: (c_\d+)$/)[1])
  const twice = markers.filter((id, at) => markers.indexOf(id) !== at)
  assert.deepEqual(twice, [], 'calls with a second activity')
  assert.deepEqual(new Set(markers), new Set(Array.from({ length: count }, (_, at) => `c_${at + 1}`)))
  const byId = new Map(contacts.map((contact) => [contact.id, contact]))
  for (const { properties, associations } of activities) {
    const ids = new Set(associations.contacts.results.map(({ id }) => id))
    assert.equal(ids.size, 1)
    const [contact] = [...ids].map((id) => byId.get(id))
    assert.ok(numbersOf(contact).includes(lastDigits(properties.hs_call_from_number)))
  }
}

function assertOneContactEach({ contacts }) {
  const numbers = contacts.flatMap((contact) => [...new Set(numbersOf(contact))])
  const twice = numbers.filter((number, at) => numbers.indexOf(number) !== at)
  assert.deepEqual(twice, [], 'numbers with a second contact')
}

after(killAll)

describe(`killed at any moment, KILL_SEED=${seed}`, { concurrency: towns }, () => {
  let span
  before(async () => {
    span = await measureRuns()
    console.log(`KILL_SEED=${seed}; an undisturbed run takes ${Math.round(span)} ms`)
  })

  for (let number = 1; number <= towns; ++number) {
    test(`town ${number}: one activity a call, one contact a number`, async (context) => {
      const town = await Town.open()
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

// A sandbox, and a bridge beside it whose processes are killed and whose database is cut off: what
// was done to it must not show in HubSpot.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { launch, run, startSandbox } from './program.mjs'

// mulberry32: numbers from 0 to 1, the same for the same seed.
export function randomNumbers(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export class Town {
  // Without a database its ledger is a file.
  static async open(database) {
    return new Town(await startSandbox({ SYNC_INTERVAL: '0' }), database)
  }

  constructor(sandbox, database) {
    this.sandbox = sandbox
    this.folder = mkdtempSync(join(tmpdir(), 'ringbridge-kill-'))
    this.env = {
      RECEPTIONIST_EMAIL: 'owner@sandbox.test',
      RECEPTIONIST_PASSWORD: 'sandbox',
      RECEPTIONIST_BASE_URL: sandbox.receptionist,
      HUBSPOT_TOKEN: sandbox.hubspotToken,
      HUBSPOT_BASE_URL: sandbox.hubspot,
      ...(database ?? { DATABASE_URL: `sqlite:${this.folder}/ledger.db` }),
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

// A last run, undisturbed; if it leaves calls in doubt, another. Returns its report's calls.
export async function finish(town, window) {
  for (let tries = 1; ; ++tries) {
    const { status, out, err } = await town.sync(...window)
    if (status === 0) return JSON.parse(out).calls
    assert.ok(status === 1 && tries < 5, `sync ended with ${status}: ${out}${err}`)
  }
}

export function assertOneActivityEach({ activities, contacts }, count) {
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

export function assertOneContactEach({ contacts }) {
  const numbers = contacts.flatMap((contact) => [...new Set(numbersOf(contact))])
  const twice = numbers.filter((number, at) => numbers.indexOf(number) !== at)
  assert.deepEqual(twice, [], 'numbers with a second contact')
}

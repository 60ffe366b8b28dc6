// For each test site a profile written by hand: the real program carries every call of its second
// user into the sandbox's HubSpot, after its sessions were ended too. It proves that a profile can
// say what these sites need, so that one that was learned can.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { killAll, run, startSandbox, startService } from '../program/program.mjs'
import { siteNames, startSite } from './record.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-by-hand-'))
after(() => {
  killAll()
  rmSync(folder, { recursive: true })
})

const profiles = readdirSync(new URL('by_hand', import.meta.url)).map((file) => file.replace('.yaml', ''))
const siteOf = (profile) => siteNames.find((name) => profile.startsWith(name))
// What a site does not list, because it is in each call's detail only.
const inDetail = { identity_provider: ['name', 'summary', 'transcript', 'answers'] }

// The profile with the site's addresses, as a file.
function profileFor(site, name) {
  let text = readFileSync(new URL(`by_hand/${name}.yaml`, import.meta.url), 'utf8')
  for (const [address, url] of Object.entries(site.addresses)) text = text.replaceAll(address, url)
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, text)
  return path
}

// Site, sandbox, and the settings that lead the second user's calls from one to the other.
async function townOf(t, name) {
  const site = await startSite(siteOf(name))
  const sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  t.after(async () => {
    await site.stop()
    assert.equal(await sandbox.stop(), 0)
  })
  const user = site.users[1]
  const login = user.key ? { RECEPTIONIST_TOKEN: user.key } : { RECEPTIONIST_EMAIL: user.email, RECEPTIONIST_PASSWORD: user.password }
  const env = {
    ...login, RECEPTIONIST: profileFor(site, name), HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: sandbox.hubspot,
    DATABASE_URL: `sqlite:${folder}/${name}.db`, SYNC_INTERVAL: '0', DEFAULT_REGION: site.country ?? 'US',
  }
  return { site, user, sandbox, env }
}

const properties = ['hs_timestamp', 'hs_call_title', 'hs_call_body', 'hs_call_duration', 'hs_call_from_number', 'hs_call_to_number', 'hs_call_status', 'hs_call_direction']

// All call activities, by the id of their call.
async function activitiesIn({ hubspot, hubspotToken }) {
  const found = []
  for (let after = ''; after !== undefined;) {
    const query = new URLSearchParams({ limit: 100, properties: properties.join(), ...(after && { after }) })
    const answer = await fetch(`${hubspot}/crm/v3/objects/calls?${query}`, { headers: { Authorization: `Bearer ${hubspotToken}` } })
    assert.equal(answer.status, 200)
    const { results, paging } = await answer.json()
    found.push(...results.map(({ properties }) => properties))
    after = paging?.next.after
  }
  return new Map(found.map((one) => [one.hs_call_body.match(/ ID: ([^<\s]+)/)[1], one]))
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const statuses = { answered: 'COMPLETED', missed: 'NO_ANSWER', ongoing: 'IN_PROGRESS' }

// Whether an activity says what its call is.
function compare(activity, call, without) {
  const { id } = call
  const [ours, theirs] = call.outbound ? ['hs_call_from_number', 'hs_call_to_number'] : ['hs_call_to_number', 'hs_call_from_number']
  assert.equal(Date.parse(activity.hs_timestamp), call.at, id)
  assert.equal(Number(activity.hs_call_duration), call.seconds * 1000, id)
  assert.equal(activity[theirs], call.phone, id)
  if (activity[ours]) assert.match(activity[ours], /^\+(1703555010|4930901820)/, id)
  assert.equal(activity.hs_call_status, statuses[call.outcome], id)
  assert.equal(activity.hs_call_direction, call.outbound ? 'OUTBOUND' : 'INBOUND', id)
  const shows = (text) => assert.ok([text, escaped(text), escaped(text).replaceAll("'", '&#39;')].some((one) => activity.hs_call_body.includes(one)), `${id}: ${text} in ${activity.hs_call_body}`)
  if (!without.includes('name')) assert.ok(activity.hs_call_title.includes(call.name), activity.hs_call_title)
  if (!without.includes('summary')) shows(call.summary)
  if (!without.includes('answers')) call.answers.flat().forEach(shows)
  if (!without.includes('transcript')) call.transcript.forEach(([, words]) => shows(words))
}

async function expectAll({ user, sandbox }, name) {
  const activities = await activitiesIn(sandbox)
  const calls = user.calls.filter(({ phone, spam, deleted }) => phone && !spam && !deleted)
  assert.deepEqual([...activities.keys()].sort(), calls.map(({ id }) => id).sort())
  for (const call of calls) compare(activities.get(call.id), call, inDetail[siteOf(name)] ?? [])
  return calls.length
}

const synced = async (service) => {
  const answer = await fetch(`${service.url}/sync-now`, { method: 'POST' })
  const report = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(report))
  return report.calls
}

for (const name of profiles) {
  test(`${name}: every call arrives, also after the session has ended and the program was restarted`, async (t) => {
    const town = await townOf(t, name)
    const { site, env } = town
    const first = await run(['sync', '--since', '30d', '--json'], env)
    assert.equal(first.status, 0, first.err)
    const expected = await expectAll(town, name)
    assert.ok(expected > 25)
    assert.equal(JSON.parse(first.out).calls.synced, expected)

    site.endSessions()
    const service = await startService(env)
    for (const fields of [{}, { outcome: 'ongoing', seconds: 0 }]) site.publish({ user: 1, ...fields })
    site.publish({ user: 0 })
    assert.equal((await synced(service)).synced, 2)
    await expectAll(town, name)

    site.endSessions()
    site.publish({ user: 1 })
    assert.equal((await synced(service)).synced, 1)
    assert.equal(await expectAll(town, name), expected + 3)
    assert.equal(await service.stop(), 0)
    if (site.logins) assert.deepEqual([site.logins.good, site.logins.refused], [3, 0])
  })

  test(`${name}: a wrong password or key is reported as one, after one try`, async (t) => {
    const { site, env } = await townOf(t, name)
    const wrong = env.RECEPTIONIST_TOKEN ? { RECEPTIONIST_TOKEN: 'lk_live_guessed' } : { RECEPTIONIST_PASSWORD: 'guessed-by-nobody' }
    const { status, err } = await run(['sync'], { ...env, ...wrong })
    assert.equal(status, 3, err)
    if (site.logins) assert.deepEqual([site.logins.good, site.logins.refused], [0, 1])
  })
}

for (const name of ['identity_provider', 'hosted_database']) {
  test(`${name}: the session is renewed without the password, each refresh token used once`, async (t) => {
    const { site, env } = await townOf(t, name)
    assert.equal((await run(['sync'], env)).status, 0)
    for (let i = 0; i < 3; ++i) {
      site.expireAccess()
      const { status, err } = await run(['sync'], env)
      assert.equal(status, 0, err)
    }
    assert.deepEqual([site.logins.good, site.logins.refreshed, site.logins.reused ?? 0], [1, 3, 0])
  })
}

// Runs the real program with a profile of a test site, and compares what is in HubSpot with what
// the site's calls are.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { startSandbox } from '../program/program.mjs'
import { startSite } from './record.mjs'

let towns = 0

// A site, a sandbox, and the settings that lead the second user's calls from one to the other with
// the profile that `profileOf(site)` returns: its text, in which the site's addresses may stand as
// it names them itself. Both end with the test `t`.
export async function townOf(t, folder, siteName, profileOf) {
  const site = await startSite(siteName)
  const sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  t.after(async () => {
    await site.stop()
    assert.equal(await sandbox.stop(), 0)
  })
  let text = await profileOf(site)
  for (const [address, url] of Object.entries(site.addresses)) text = text.replaceAll(address, url)
  const files = join(folder, `${siteName}-${++towns}`)
  writeFileSync(`${files}.yaml`, text)
  const user = site.users[1]
  const login = user.key
    ? { RECEPTIONIST_TOKEN: user.key }
    : { RECEPTIONIST_EMAIL: user.email, RECEPTIONIST_PASSWORD: user.password }
  const env = {
    ...login,
    RECEPTIONIST: `${files}.yaml`,
    HUBSPOT_TOKEN: sandbox.hubspotToken,
    HUBSPOT_BASE_URL: sandbox.hubspot,
    DATABASE_URL: `sqlite:${files}.db`,
    SYNC_INTERVAL: '0',
    DEFAULT_REGION: site.country ?? 'US',
  }
  return { site, user, sandbox, env }
}

const properties = [
  'hs_timestamp',
  'hs_call_title',
  'hs_call_body',
  'hs_call_duration',
  'hs_call_from_number',
  'hs_call_to_number',
  'hs_call_status',
  'hs_call_direction',
]

// All call activities, by the id of their call.
async function activitiesIn({ hubspot, hubspotToken }) {
  const found = []
  for (let after = ''; after !== undefined; ) {
    const query = new URLSearchParams({
      limit: 100,
      properties: properties.join(),
      ...(after && { after }),
    })
    const answer = await fetch(`${hubspot}/crm/v3/objects/calls?${query}`, {
      headers: { Authorization: `Bearer ${hubspotToken}` },
    })
    assert.equal(answer.status, 200)
    const { results, paging } = await answer.json()
    found.push(...results.map(({ properties }) => properties))
    after = paging?.next.after
  }
  const byId = new Map(found.map((one) => [one.hs_call_body.match(/ ID: ([^<\s]+)/)[1], one]))
  assert.equal(byId.size, found.length, 'no call twice')
  return byId
}

const escaped = (text) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
const statuses = { answered: 'COMPLETED', missed: 'NO_ANSWER', ongoing: 'IN_PROGRESS' }

// Whether an activity says what its call is, but for the fields in `without`.
function compare(activity, call, without) {
  const { id } = call
  const [ours, theirs] = call.outbound
    ? ['hs_call_from_number', 'hs_call_to_number']
    : ['hs_call_to_number', 'hs_call_from_number']
  assert.equal(Date.parse(activity.hs_timestamp), call.at, id)
  assert.equal(Number(activity.hs_call_duration), call.seconds * 1000, id)
  assert.equal(activity[theirs], call.phone, id)
  if (activity[ours]) assert.match(activity[ours], /^\+(1703555010|4930901820)/, id)
  assert.equal(activity.hs_call_status, statuses[call.outcome], id)
  assert.equal(activity.hs_call_direction, call.outbound ? 'OUTBOUND' : 'INBOUND', id)
  const { hs_call_body: body, hs_call_title: title } = activity
  const shows = (text) =>
    assert.ok(
      [text, escaped(text), escaped(text).replaceAll('&#39;', "'")].some((one) =>
        body.includes(one),
      ),
      `${id}: ${text} in ${body}`,
    )
  if (!without.includes('name')) assert.ok(title.includes(call.name), `${id}: ${title}`)
  if (!without.includes('summary')) shows(call.summary)
  if (!without.includes('answers')) call.answers.flat().forEach(shows)
  if (!without.includes('transcript')) call.transcript.forEach(([, words]) => shows(words))
}

// Every call of the user that has a number and is worth a person's time is in HubSpot once, and
// nothing else. Returns how many.
export async function expectAll({ user, sandbox }, without = []) {
  const activities = await activitiesIn(sandbox)
  const calls = user.calls.filter(({ phone, spam, deleted }) => phone && !spam && !deleted)
  assert.deepEqual([...activities.keys()].sort(), calls.map(({ id }) => id).sort())
  for (const call of calls) compare(activities.get(call.id), call, without)
  return calls.length
}

// Finding and merging duplicate contacts, through the real program.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { inFrontOf, killAll, run, startSandbox } from './program.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-dedup-'))
// One number, in the formats of people and programs.
const forms = [
  '+15715550123', '15715550123', '5715550123', '(571) 555-0123', '(571)555-0123', '571-555-0123', '571.555.0123',
  '571 555 0123', '1-571-555-0123', '+1 571 555 0123', '+1 (571) 555-0123', '+1-571-555-0123', '1 (571) 555-0123',
  '571/555-0123', 'tel:+1-571-555-0123',
]

let sandbox, hubspot, env
let asked = []
let refusal
before(async () => {
  sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  hubspot = await inFrontOf(sandbox.hubspot, ({ method, url }) => {
    asked.push(`${method} ${url.split('?')[0]}`)
    return refusal?.(url)
  })
  env = {
    RECEPTIONIST_TOKEN: 'pasted', HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: hubspot.url,
    DATABASE_URL: `sqlite:${folder}/ledger.db`,
  }
})
after(async () => {
  assert.equal(await sandbox.stop(), 0)
  killAll()
  rmSync(folder, { recursive: true })
})

// Contacts, oldest first; their ids.
async function create(contacts) {
  const made = []
  for (let i = 0; i < contacts.length; i += 100) {
    const inputs = contacts.slice(i, i + 100).map((properties) => ({ properties }))
    const response = await fetch(`${sandbox.hubspot}/crm/v3/objects/contacts/batch/create`, {
      method: 'POST', body: JSON.stringify({ inputs }),
      headers: { Authorization: `Bearer ${sandbox.hubspotToken}`, 'Content-Type': 'application/json' },
    })
    assert.equal(response.status, 201)
    made.push(...(await response.json()).results.map(({ id }) => id))
  }
  return made.sort((one, other) => one - other)
}

async function plan(more = {}) {
  const { status, out, err } = await run(['dedup', '--dry-run', '--json'], { ...env, ...more })
  assert.equal(status, 0, err)
  return JSON.parse(out)
}

test('contacts with one number are one group, in any format, across all pages; nothing is written', async () => {
  const before = await plan()
  assert.deepEqual([before.converged, before.dryRun, before.running], [before.duplicates === 0, true, false])
  const [first, ...rest] = await create(forms.slice(0, 5).map((phone) => ({ phone })))
  const others = await create(Array.from({ length: 120 }, (_, i) => ({ phone: `+1202555${String(1000 + i)}` })))
  const [mobile] = await create([{ mobilephone: forms[5], firstname: 'Jane' }])
  asked = []
  const found = await plan({ DEDUP_HOLD: 'email,name' })
  assert.equal(found.scanned, before.scanned + 5 + others.length + 1)
  assert.deepEqual(found.plan.find(({ keep }) => keep === first),
    { keep: first, merge: [...rest, mobile], phones: ['+15715550123'], held: null })
  assert.deepEqual([found.groups - before.groups, found.duplicates - before.duplicates], [1, 5])
  assert.deepEqual([found.merged, found.converged], [0, false])
  const writes = asked.filter((ask) => !/^GET|^POST .*\/(search|batch\/read)$/.test(ask))
  assert.deepEqual(writes, [])
  assert.ok(asked.filter((ask) => /^GET .*\/contacts$/.test(ask)).length >= 2, asked.join('\n'))
})

test('signs of two people hold a group, with the reason, unless the rule is off', async () => {
  const [one] = await create([
    { phone: '+15715550150', firstname: 'Jane', lastname: 'Doe' }, { phone: '571-555-0150', firstname: 'John', lastname: 'Doe' }])
  const [two] = await create([
    { phone: '+15715550151', email: 'a@example.com' }, { phone: '571-555-0151', email: 'b@example.com' }])
  const [six] = await create(Array.from({ length: 6 }, () => ({ phone: '+15715550152' })))
  const heldIn = async (hold) => Object.fromEntries((await plan({ DEDUP_HOLD: hold })).plan.map(({ keep, held }) => [keep, held]))
  const all = await heldIn('email,name,shared')
  assert.match(all[one], /names/)
  assert.match(all[two], /e-mail/)
  assert.match(all[six], /6 contacts have the number/)
  const none = await heldIn('none')
  assert.deepEqual([none[one], none[two], none[six]], [null, null, null])
  const listed = await plan({ DEDUP_HOLD: 'none', DEDUP_PROTECT: one, DEDUP_SWITCHBOARDS: '571-555-0151' })
  assert.match(listed.plan.find(({ keep }) => keep === one).held, /must not be merged/)
  assert.match(listed.plan.find(({ keep }) => keep === two).held, /switchboard/)
  const { out } = await run(['dedup', '--dry-run'], env)
  assert.match(out, /^contacts +\d+ read: \d+ to merge into others, \d+ of \d+ groups held for a person\n/)
  assert.match(out, new RegExp(`\nhold +${one} +<- \\d+ {2}\\(\\+15715550150\\)\n +because they have clearly different names\n`))
})

test('every format is the same number', async () => {
  const [first, ...rest] = await create(forms.map((phone) => ({ phone: phone.replaceAll('0123', '0177') })))
  const group = (await plan({ DEDUP_HOLD: 'none' })).plan.find(({ keep }) => keep === first)
  assert.deepEqual(group?.merge, rest)
})

const contact = async (id) => (await fetch(`${sandbox.hubspot}/crm/v3/objects/contacts/${id}?properties=jobtitle`, {
  headers: { Authorization: `Bearer ${sandbox.hubspotToken}` } })).json()

test('dedup merges into the oldest, a second pass finds nothing, and the lost values can be read', async () => {
  const [first, second] = await create([{ phone: '+15715550180' }, { phone: '571-555-0180', jobtitle: 'Electrician' }])
  const more = { ...env, DEDUP_HOLD: 'none' }
  const merging = await run(['dedup', '--json'], more)
  assert.equal(merging.status, 0, merging.err)
  const report = JSON.parse(merging.out)
  assert.deepEqual([report.dryRun, report.running, report.converged, report.passes], [false, false, true, 1])
  assert.ok(report.merged > 0 && report.merged === report.duplicates, merging.out)
  assert.equal((await contact(first)).id, (await contact(second)).id)
  assert.equal((await plan({ DEDUP_HOLD: 'none' })).duplicates, 0)
  const kept = await run(['dedup', 'undo-data', second], more)
  assert.equal(JSON.parse(kept.out).properties.jobtitle, 'Electrician')
  const unknown = await run(['dedup', 'undo-data', '1'], more)
  assert.equal(unknown.status, 2)
  assert.match(unknown.err, /no contact 1 /)
})

test('of an edited plan only what it lists is merged; an invalid one is refused with the position', async () => {
  const [one, other] = await create([
    { phone: '+15715550190', email: 'c@example.com', jobtitle: 'Plumber' },
    { phone: '571-555-0190', email: 'd@example.com', jobtitle: 'Electrician' }])
  const [third, fourth] = await create([{ phone: '+15715550191' }, { phone: '571-555-0191' }])
  const found = await plan()
  assert.deepEqual(found.lost.filter(({ merge }) => merge === other).map(({ property, value, kept }) => [property, value, kept]),
    [['jobtitle', 'Electrician', 'Plumber'], ['phone', '571-555-0190', '+15715550190']])
  const table = await run(['dedup', '--dry-run', '--csv'], env)
  assert.match(table.out, /^keep,merge,phones,held\r\n/)
  assert.ok(table.out.includes(`\r\n${one},${other}," +15715550190","they have different e-mail addresses"\r\n`), table.out)
  const file = join(folder, 'plan.json')
  const approve = async (text) => {
    writeFileSync(file, text)
    return run(['dedup', '--approve', file, '--json'], env)
  }
  const group = found.plan.find(({ keep }) => keep === one)
  const merging = await approve(JSON.stringify({ ...found, plan: [{ ...group, approve: true }] }))
  assert.equal(merging.status, 0, merging.err)
  assert.deepEqual([JSON.parse(merging.out).merged, JSON.parse(merging.out).passes], [1, 0])
  assert.equal((await contact(one)).id, (await contact(other)).id)
  assert.notEqual((await contact(third)).id, (await contact(fourth)).id)
  for (const [text, message] of [
    ['keep: 1', /plan\.json: is not a plan/], ['{"plan":[{"keep":1}]}', /plan\.json: \/plan\/0: keep must be a contact id/],
    ['{"plan":[{"keep":"1","merge":["2"],"phones":["12"]}]}', /a number must have the plan's format/]]) {
    const { status, err } = await approve(text)
    assert.equal(status, 2)
    assert.match(err, message)
  }
  assert.equal((await run(['dedup', '--approve', join(folder, 'none.json')], env)).status, 2)
})

test('over HTTP the plan is the request body', async () => {
  const [one, other] = await create([{ phone: '+15715550195' }, { phone: '571-555-0195' }])
  const post = (query, body, type = 'application/json') => fetch(`${sandbox.bridge}/dedup${query}`, {
    method: 'POST', body, headers: { 'Content-Type': type } })
  const { plan } = await (await post('?dryRun=true')).json()
  const body = JSON.stringify({ plan: plan.filter(({ keep }) => keep === one) })
  assert.equal((await post('?dryRun=true', body)).status, 400)
  assert.equal((await post('', '{"plan":1}')).status, 400)
  assert.equal((await post('', body, 'text/plain')).status, 415)
  const merging = await post('', body)
  assert.equal(merging.status, 200)
  assert.equal((await merging.json()).merged, 1)
  assert.equal((await contact(one)).id, (await contact(other)).id)
})

test('a missing scope is named in the error', async () => {
  refusal = (url) => url.includes('/contacts?') && Response.json(
    { status: 'error', category: 'MISSING_SCOPES', message: 'This app needs crm.objects.contacts.read' }, { status: 403 })
  const { status, err } = await run(['dedup', '--dry-run'], env)
  refusal = undefined
  assert.equal(status, 3, err)
  assert.match(err, /crm\.objects\.contacts\.read/)
})

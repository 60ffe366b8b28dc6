// HubSpot's own clients, old and new, against the simulated HubSpot: it must accept what they send,
// and they must understand its answers. Two clients that we did not write.
//
// HUBSPOT_URL: where it listens, loopback only. HUBSPOT_SIM_TOKEN: its token.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'

const require = createRequire(import.meta.url)
const { Client } = require('@hubspot/api-client')
const OldClient = require('hubspot')

const url = process.env.HUBSPOT_URL?.replace(/\/$/, '')
const token = process.env.HUBSPOT_SIM_TOKEN ?? 'pat-na1-00000000-sandbox'
const skip = url ? false : 'HUBSPOT_URL is not set: start a simulated HubSpot first'
if (url) {
  const { hostname } = new URL(url)
  assert.ok(['127.0.0.1', 'localhost', '[::1]'].includes(hostname), `${hostname} is not loopback`)
}

const hubspot = new Client({ accessToken: token, basePath: url })
const old = new OldClient({ accessToken: token, baseUrl: url, checkLimit: false })
const contacts = hubspot.crm.contacts
const calls = hubspot.crm.objects.calls

// Names unique to this run, so that the same portal can be used again.
const run = Date.now().toString(36)
const phone = `+1571${String(Date.now()).slice(-7)}`
const at = '2026-04-12T15:04:05.000Z'
const readBack = '2026-04-12T15:04:05Z'
const callTo = (id) => ({
  to: { id },
  types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }],
})

// Search may lag behind: retries for up to ten seconds.
async function eventually(ask, good) {
  for (let tries = 0; ; ++tries) {
    const answer = await ask()
    if (good(answer) || tries === 20) return answer
    await new Promise((resume) => setTimeout(resume, 500))
  }
}

const filter = (propertyName, value) => ({
  filterGroups: [{ filters: [{ propertyName, operator: 'EQ', value }] }],
  properties: [propertyName],
  sorts: [],
  limit: 10,
  after: '0',
})

const newContact = (properties) =>
  contacts.basicApi.create({ properties: { lastname: run, ...properties }, associations: [] })

async function refused(promise) {
  const error = await promise.then(() => assert.fail('it was accepted'), (reason) => reason)
  return { status: error.code ?? error.statusCode, body: error.body ?? error.error }
}

describe('contacts', { skip }, () => {
  test('are created, read and updated', async () => {
    const created = await newContact({ firstname: 'Jane', phone })
    assert.match(created.id, /^\d+$/)
    assert.ok(created.createdAt instanceof Date)
    assert.equal(created.properties.phone, phone)
    await contacts.basicApi.update(created.id, { properties: { city: 'Reston' } })
    const read = await contacts.basicApi.getById(created.id, ['city', 'zip'])
    assert.equal(read.properties.city, 'Reston')
    assert.equal(read.properties.zip, null)
    assert.equal(read.archived, false)
  })

  test('are found by their number, as typed and as calculated', async () => {
    const created = await newContact({ phone })
    for (const [name, value] of [
      ['phone', phone],
      ['hs_searchable_calculated_phone_number', phone.slice(2)],
    ]) {
      const found = await eventually(
        () => contacts.searchApi.doSearch(filter(name, value)),
        (answer) => answer.results.some((row) => row.id === created.id)
      )
      assert.ok(found.results.some((row) => row.id === created.id), name)
      assert.ok(found.total >= 1)
    }
  })

  test('come in batches, in any order, each with its trace', async () => {
    const made = await contacts.batchApi.create({
      inputs: [1, 2, 3].map((n) => ({
        objectWriteTraceId: `t${n}`,
        properties: { firstname: `Batch ${n}`, lastname: run },
        associations: [],
      })),
    })
    assert.equal(made.status, 'COMPLETE')
    const traces = made.results.map((row) => row.objectWriteTraceId)
    assert.deepEqual(traces.sort(), ['t1', 't2', 't3'])
    const ids = made.results.map((row) => ({ id: row.id }))
    const updated = await contacts.batchApi.update({
      inputs: ids.map(({ id }) => ({ id, properties: { city: 'Vienna' } })),
    })
    assert.equal(updated.results.length, 3)
    const read = await contacts.batchApi.read({
      inputs: [...ids, { id: '7' }],
      properties: ['city'],
      propertiesWithHistory: [],
    })
    assert.deepEqual(read.results.map((row) => row.properties.city), Array(3).fill('Vienna'))
    assert.equal(read.numErrors, 1)
    assert.deepEqual(read.errors[0].context.ids, ['7'])
    await contacts.batchApi.archive({ inputs: ids })
    assert.equal((await refused(contacts.basicApi.getById(ids[0].id))).status, 404)
  })

  test('cannot share an e-mail address', async () => {
    const email = `${run}@example.com`
    const created = await newContact({ email })
    const { status, body } = await refused(newContact({ email }))
    assert.equal(status, 409)
    assert.equal(body.message, `Contact already exists. Existing ID: ${created.id}`)
  })

  test('merge into one to which both ids resolve', async () => {
    const one = await newContact({ phone })
    const two = await newContact({ city: 'Reston' })
    const merged = await contacts.basicApi.merge({
      primaryObjectId: one.id,
      objectIdToMerge: two.id,
    })
    assert.equal((await contacts.basicApi.getById(one.id)).id, merged.id)
    const read = await contacts.basicApi.getById(two.id, ['city', 'phone'])
    assert.equal(read.id, merged.id)
    assert.deepEqual([read.properties.city, read.properties.phone], ['Reston', phone])
  })

  test('are refused with the details that the client shows', async () => {
    const { status, body } = await refused(newContact({ nope: 'x' }))
    assert.equal(status, 400)
    assert.equal(body.category, 'VALIDATION_ERROR')
    assert.equal(body.errors[0].code, 'PROPERTY_DOESNT_EXIST')
  })
})

describe('calls', { skip }, () => {
  test('are created on a contact and found there', async () => {
    const person = await newContact({ phone })
    const call = await calls.basicApi.create({
      properties: { hs_timestamp: at, hs_call_title: run, hs_call_direction: 'INBOUND' },
      associations: [callTo(person.id)],
    })
    const read = await calls.basicApi.getById(call.id, ['hs_timestamp'], undefined, ['contacts'])
    assert.equal(read.properties.hs_timestamp, readBack)
    assert.equal(read.associations.contacts.results[0].id, person.id)
    const found = await eventually(
      () => calls.searchApi.doSearch(filter('associations.contact', person.id)),
      (answer) => answer.total === 1
    )
    assert.equal(found.results[0].id, call.id)
    const links = await hubspot.crm.associations.v4.batchApi.getPage('contacts', 'calls', {
      inputs: [{ id: person.id }],
    })
    assert.equal(links.results[0].to[0].toObjectId, call.id)
    assert.equal(links.results[0].to[0].associationTypes[0].typeId, 193)
  })

  test('come in batches in which a bad row does not fail the good ones', async () => {
    const person = await newContact({ phone })
    const made = await calls.batchApi.create({
      inputs: [
        {
          objectWriteTraceId: 'good',
          properties: { hs_timestamp: at },
          associations: [callTo(person.id)],
        },
        { objectWriteTraceId: 'bad', properties: {}, associations: [] },
      ],
    })
    assert.deepEqual(made.results.map((row) => row.objectWriteTraceId), ['good'])
    assert.deepEqual(made.errors[0].context.objectWriteTraceId, ['bad'])
  })

  test('are the same in the dated version', async () => {
    const person = await newContact({ phone })
    const response = await hubspot.apiRequest({
      method: 'POST',
      path: '/crm/objects/2026-09/calls',
      body: { properties: { hs_timestamp: at }, associations: [callTo(person.id)] },
    })
    assert.equal(response.status, 201)
    const call = await response.json()
    assert.equal((await calls.basicApi.getById(call.id)).id, call.id)
    const { basicApi } = hubspot.crm.associations.v4
    await basicApi.archive('calls', call.id, 'contacts', person.id)
    await basicApi.createDefault('calls', call.id, 'contacts', person.id)
    const page = await basicApi.getPage('calls', call.id, 'contacts')
    assert.equal(page.results[0].toObjectId, person.id)
  })
})

describe('properties', { skip }, () => {
  const { coreApi, groupsApi, batchApi } = hubspot.crm.properties
  const group = `g_${run}`
  const text = (name, more = {}) => ({
    name: `${name}_${run}`,
    label: name,
    type: 'string',
    fieldType: 'text',
    groupName: group,
    ...more,
  })

  test('are defined in a group of their own and then used', async () => {
    await groupsApi.create('contacts', { name: group, label: 'Group' })
    assert.equal((await groupsApi.getByName('contacts', group)).label, 'Group')
    const defined = await coreApi.create('contacts', text('one'))
    assert.ok(defined.createdAt instanceof Date)
    assert.equal(defined.modificationMetadata.readOnlyValue, false)
    const created = await newContact({ [`one_${run}`]: 'value' })
    assert.equal(created.properties[`one_${run}`], 'value')
    const again = await refused(coreApi.create('contacts', text('one')))
    assert.equal(again.status, 409)
  })

  test('are defined and read in batches', async () => {
    const made = await batchApi.create('contacts', { inputs: [text('two'), text('three')] })
    assert.equal(made.results.length, 2)
    const read = await batchApi.read('contacts', {
      archived: false,
      dataSensitivity: 'non_sensitive',
      inputs: [{ name: `two_${run}` }, { name: `four_${run}` }],
    })
    assert.equal(read.results[0].name, `two_${run}`)
    assert.equal(read.numErrors, 1)
    const all = await coreApi.getAll('contacts')
    assert.ok(all.results.some((row) => row.name === 'hs_object_id' && row.hubspotDefined))
  })

  test('with unique values let calls be written once', async () => {
    await groupsApi.create('calls', { name: group, label: 'Group' })
    await coreApi.create('calls', text('ring_id', { hasUniqueValue: true }))
    const input = {
      id: 'c_1',
      idProperty: `ring_id_${run}`,
      properties: { hs_timestamp: at, [`ring_id_${run}`]: 'c_1' },
    }
    const first = await calls.batchApi.upsert({ inputs: [input] })
    const second = await calls.batchApi.upsert({ inputs: [input] })
    assert.deepEqual([first.results[0]._new, second.results[0]._new], [true, false])
    assert.equal(first.results[0].id, second.results[0].id)
  })
})

describe('v1 engagements', { skip }, () => {
  const engagement = (contactId) => ({
    engagement: { type: 'CALL', timestamp: Date.parse(at) },
    associations: { contactIds: [Number(contactId)] },
    metadata: { body: '<p>Hello</p>', durationMilliseconds: 38000, status: 'COMPLETED' },
  })

  test('are created, listed by contact, changed and deleted', async () => {
    const person = await newContact({ phone })
    const created = await old.engagements.create(engagement(person.id))
    const { id } = created.engagement
    assert.ok(Number.isInteger(id))
    assert.deepEqual(created.associations.contactIds, [Number(person.id)])
    const listed = await old.engagements.getAssociated('CONTACT', person.id, { limit: 10 })
    assert.deepEqual(listed.results.map((row) => row.engagement.id), [id])
    assert.equal(listed.hasMore, false)
    const changed = await old.engagements.update(id, { metadata: { body: 'new' } })
    assert.equal(changed.metadata.durationMilliseconds, 38000)
    const path = `/engagements/v1/engagements/${id}`
    assert.equal((await old.apiRequest({ method: 'GET', path })).metadata.body, 'new')
    await old.apiRequest({ method: 'DELETE', path })
    assert.ok(!(await old.apiRequest({ method: 'GET', path })), 'an empty body')
  })

  test('are listed for the whole account, and by their last change', async () => {
    const person = await newContact({ phone })
    const { id } = (await old.engagements.create(engagement(person.id))).engagement
    const recent = await old.engagements.getRecentlyModified({ count: 5 })
    assert.equal(recent.results[0].engagement.id, id)
    const ids = []
    for (let offset, more = true; more; ) {
      const page = await old.engagements.get({ limit: 2, offset })
      ids.push(...page.results.map((row) => row.engagement.id))
      ;({ offset, hasMore: more } = page)
    }
    assert.ok(ids.includes(id))
    assert.equal(new Set(ids).size, ids.length)
  })

  test('show the same calls as the calls object', async () => {
    const person = await newContact({ phone })
    const created = await old.engagements.create(engagement(person.id))
    const read = await calls.basicApi.getById(String(created.engagement.id), [
      'hs_call_body',
      'hs_call_duration',
      'hs_timestamp',
    ])
    assert.equal(read.properties.hs_call_body, '<p>Hello</p>')
    assert.equal(read.properties.hs_call_duration, '38000')
    assert.equal(read.properties.hs_timestamp, readBack)
    const dispositions = await old.engagements.getCallDispositions()
    assert.ok(dispositions.some((row) => row.label === 'Connected'))
  })

  test('refuse contacts that do not exist', async () => {
    const { status, body } = await refused(old.engagements.create(engagement('7')))
    assert.equal(status, 400)
    assert.equal(body.status, 'error')
  })
})

describe('access', { skip }, () => {
  test('a wrong token is refused with the reason', async () => {
    const stranger = new Client({ accessToken: 'pat-na1-wrong', basePath: url })
    const { status, body } = await refused(stranger.crm.contacts.basicApi.getPage())
    assert.equal(status, 401)
    assert.equal(body.category, 'EXPIRED_AUTHENTICATION')
  })

  test('lists are read to the end', async () => {
    const all = await contacts.getAll(100)
    assert.ok(all.length > 0)
    assert.equal(new Set(all.map((row) => row.id)).size, all.length)
  })
})

// The vendors' own clients read the simulated vendors' APIs, as the sandbox serves them: clients that
// we did not write. Their verifiers accept its webhooks.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import { createServer } from 'node:http'
import { killAll, startSandbox } from '../program/program.mjs'

const require = createRequire(import.meta.url)
const { ElevenLabsClient } = require('@elevenlabs/elevenlabs-js')
const { default: Retell, verify } = require('retell-sdk')
const { VapiClient } = require('@vapi-ai/server-sdk')

after(killAll)

// The sandbox begins with the calls of a day.
const calls = 60
const since = () => Date.now() - 25 * 3600 * 1000

async function sandboxOf(t, platform, env = {}) {
  const sandbox = await startSandbox(env, platform)
  t.after(() => sandbox.stop())
  return sandbox
}

test("ElevenLabs' client lists conversations page by page and reads one", async (t) => {
  const { receptionist, apiKey } = await sandboxOf(t, 'elevenlabs')
  const client = new ElevenLabsClient({ apiKey, baseUrl: receptionist })
  const { conversations: api } = client.conversationalAi
  const seen = new Map()
  for (let cursor, more = true; more; ) {
    const page = await api.list({
      cursor, pageSize: 25, callStartAfterUnix: Math.floor(since() / 1000), summaryMode: 'include', sortDirection: 'asc',
    })
    for (const one of page.conversations) seen.set(one.conversationId, one)
    more = page.hasMore
    cursor = page.nextCursor
  }
  assert.ok(seen.size >= calls)
  const [id, row] = [...seen][0]
  const whole = await api.get(id)
  assert.equal(whole.metadata.startTimeUnixSecs, row.startTimeUnixSecs)
  assert.match(whole.metadata.phoneCall.externalNumber, /^\+1\d{10}$/)
  assert.equal(whole.analysis.dataCollectionResults.service_address.value, '12 Oak St')
  assert.equal(whole.transcript[0].message, 'How can I help?')
})

test("Retell's client lists calls page by page and reads one", async (t) => {
  const { receptionist, apiKey } = await sandboxOf(t, 'retell')
  const client = new Retell({ apiKey, baseURL: receptionist })
  const seen = new Map()
  for (let key, more = true; more; ) {
    const page = await client.call.list({
      filter_criteria: { start_timestamp: { type: 'number', op: 'ge', value: since() } },
      sort_order: 'ascending', limit: 25, ...(key ? { pagination_key: key } : {}),
    })
    for (const one of page.items) seen.set(one.call_id, one)
    more = page.has_more
    key = page.pagination_key
  }
  assert.ok(seen.size >= calls)
  const whole = await client.call.retrieve([...seen.keys()][0])
  assert.match(whole.transcript, /^Agent: How can I help\?\nUser: /)
  assert.equal(whole.call_analysis.custom_analysis_data.service_address, '12 Oak St')
})

test("Vapi's client lists calls and numbers and reads one", async (t) => {
  const { receptionist, apiKey } = await sandboxOf(t, 'vapi')
  const client = new VapiClient({ token: apiKey, baseUrl: receptionist })
  const first = await client.calls.list({ limit: 25, createdAtGe: new Date(since()) })
  assert.equal(first.length, 25)
  const rest = await client.calls.list({ limit: 1000, createdAtGe: new Date(since()), createdAtLe: new Date(first.at(-1).createdAt) })
  const ids = new Set([...first, ...rest].map(({ id }) => id))
  assert.ok(ids.size >= calls)
  const whole = await client.calls.get({ id: first[0].id })
  assert.equal(whole.endedReason, 'customer-ended-call')
  const numbers = await client.phoneNumbers.list()
  assert.equal(numbers.find(({ id }) => id === whole.phoneNumberId).number, '+17035550100')
})

// What the sandbox's platform sends of one call: headers, and the bytes as they came.
async function sentBy(sandbox) {
  const server = createServer().listen(0, '127.0.0.1').unref()
  const sent = new Promise((resolve) => server.on('request', async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    response.end('{}')
    resolve({ headers: request.headers, body: Buffer.concat(chunks).toString() })
  }))
  await new Promise((listening) => server.once('listening', listening))
  const hook = encodeURIComponent(`http://127.0.0.1:${server.address().port}/hook`)
  await fetch(`${sandbox.receptionist}/sandbox/calls?webhook=${hook}`, { method: 'POST' })
  server.close()
  return sent
}

test("ElevenLabs' verifier accepts what the sandbox sends", async (t) => {
  const sandbox = await sandboxOf(t, 'elevenlabs')
  const { headers, body } = await sentBy(sandbox)
  const { webhooks } = new ElevenLabsClient({ apiKey: 'none' })
  const event = await webhooks.constructEvent(body, headers['elevenlabs-signature'], sandbox.webhookSecret)
  assert.equal(event.type, 'post_call_transcription')
  await assert.rejects(webhooks.constructEvent(body, headers['elevenlabs-signature'], 'another'))
})

test("Retell's verifier accepts what the sandbox sends", async (t) => {
  const sandbox = await sandboxOf(t, 'retell')
  const { headers, body } = await sentBy(sandbox)
  assert.equal(await verify(body, sandbox.webhookSecret, headers['x-retell-signature']), true)
  assert.equal(await verify(body + ' ', sandbox.webhookSecret, headers['x-retell-signature']), false)
})

for (const platform of ['elevenlabs', 'retell', 'vapi', 'bland', 'synthflow']) {
  test(`${platform}: the sandbox's call is in its HubSpot by webhook`, async (t) => {
    const sandbox = await sandboxOf(t, platform, { SYNC_INTERVAL: '0' })
    const { published: [id] } = await (await fetch(`${sandbox.receptionist}/sandbox/calls`, { method: 'POST' })).json()
    const state = async () => (await (await fetch(`${sandbox.bridge}/calls/${id}`)).json()).state
    while ((await state()) !== 'synced') await new Promise((resolve) => setTimeout(resolve, 50))
    const { runs: [run] } = await (await fetch(`${sandbox.bridge}/runs?limit=1`)).json()
    assert.equal(run.trigger, 'webhook')
  })
}

test('a wrong key is refused in the way that the clients know', async (t) => {
  const retell = await sandboxOf(t, 'retell')
  await assert.rejects(new Retell({ apiKey: 'wrong', baseURL: retell.receptionist, maxRetries: 0 }).call.list({}), { status: 401 })
})

// The vendors' own code for webhooks: it accepts what our tests' sender signs, and ringbridge accepts what
// it signs. HUBSPOT_URL and HUBSPOT_SIM_TOKEN: the simulated HubSpot.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startService } from '../program/program.mjs'
import { asPython, callOf, senders } from '../program/sender.mjs'

const require = createRequire(import.meta.url)
const { ElevenLabsClient } = require('@elevenlabs/elevenlabs-js')
const { sign, verify } = require('retell-sdk')

const secret = 'a-secret-of-the-webhook'
const elevenlabs = new ElevenLabsClient({ apiKey: 'none' })

test('the SDK of ElevenLabs accepts what our sender signs', async () => {
  const body = asPython(senders.elevenlabs.event(callOf('sdk_1')))
  const header = senders.elevenlabs.headers(secret, body)['ElevenLabs-Signature']
  const event = await elevenlabs.webhooks.constructEvent(body, header.replace(', ', ','), secret)
  assert.equal(event.type, 'post_call_transcription')
})

test("Retell's SDK accepts what our sender signs", async () => {
  const body = JSON.stringify(senders.retell.event(callOf('sdk_2')))
  assert.equal(await verify(body, secret, senders.retell.headers(secret, body)['x-retell-signature']), true)
  assert.equal(await verify(body, 'guessed', senders.retell.headers(secret, body)['x-retell-signature']), false)
})

test("ringbridge accepts what Retell's SDK signs", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ringbridge-sdk-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { url, stop } = await startService({
    RECEPTIONIST: 'retell', WEBHOOK_SECRET: secret, SYNC_INTERVAL: '0', DATABASE_URL: `sqlite:${folder}/ledger.db`,
    HUBSPOT_TOKEN: process.env.HUBSPOT_SIM_TOKEN, HUBSPOT_BASE_URL: process.env.HUBSPOT_URL,
  })
  t.after(stop)
  const body = JSON.stringify(senders.retell.event(callOf('sdk_3')))
  const deliver = async (signature) =>
    (await fetch(`${url}/webhooks/retell`, { method: 'POST', body, headers: { 'x-retell-signature': signature } })).status
  assert.equal(await deliver(await sign(body, secret)), 200)
  assert.equal(await deliver(await sign(body, 'guessed')), 401)
})

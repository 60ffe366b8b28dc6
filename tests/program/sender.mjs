// The platforms' webhooks, as their documentation has them signed; and what became of them.
import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

const hmac = (secret, text, encoding = 'hex') => createHmac('sha256', secret).update(text).digest(encoding)
const nowS = () => Math.floor(Date.now() / 1000)
const iso = (at) => new Date(at).toISOString()

// A call of +1 202 555 01xx that ended just now.
export const callOf = (id, more = {}) => ({
  id, from: `+1202555${String(100 + (Number(id.replace(/\D/g, '').slice(-6)) % 100)).padStart(4, '0')}`,
  to: '+12025550110', at: Date.now() - 120_000, seconds: 87, name: 'Dana Whitlow', summary: 'Wants a visit.', ...more,
})

export const senders = {
  elevenlabs: {
    event: (call) => ({
      type: 'post_call_transcription', event_timestamp: nowS(),
      data: {
        conversation_id: call.id, agent_id: 'agent_1', status: 'done',
        transcript: [{ role: 'agent', message: 'How may I help?' }, { role: 'user', message: 'The heater drips.' }],
        metadata: {
          start_time_unix_secs: Math.floor(call.at / 1000), call_duration_secs: call.seconds,
          phone_call: { direction: 'inbound', external_number: call.from, agent_number: call.to },
        },
        analysis: {
          transcript_summary: call.summary, call_successful: 'success',
          data_collection_results: { caller_name: { data_collection_id: 'caller_name', value: call.name } },
        },
      },
    }),
    ignored: () => ({ type: 'post_call_audio', event_timestamp: nowS(), data: { conversation_id: 'c', full_audio: 'SUQz' } }),
    headers: (secret, body, at = nowS()) => ({ 'ElevenLabs-Signature': `t=${at}, v0=${hmac(secret, `${at}.${body}`)}` }),
  },
  retell: {
    event: (call) => ({
      event: 'call_analyzed',
      call: {
        call_id: call.id, call_type: 'phone_call', call_status: 'ended', direction: 'inbound', from_number: call.from,
        to_number: call.to, start_timestamp: call.at, duration_ms: call.seconds * 1000, transcript: 'Agent: Hello.\nUser: Hi.\n',
        call_analysis: { call_summary: call.summary, custom_analysis_data: { name: call.name } },
      },
    }),
    ignored: () => ({ event: 'call_started', call: { call_id: 'c' } }),
    headers: (secret, body, at = nowS()) => ({ 'x-retell-signature': `v=${at * 1000},d=${hmac(secret, `${body}${at * 1000}`)}` }),
  },
  vapi: {
    event: (call) => ({
      message: {
        type: 'end-of-call-report', timestamp: Date.now(), startedAt: iso(call.at), endedAt: iso(call.at + call.seconds * 1000),
        endedReason: 'customer-ended-call', call: { id: call.id, type: 'inboundPhoneCall' },
        customer: { number: call.from, name: call.name }, phoneNumber: { number: call.to, twilioAuthToken: 'never kept' },
        analysis: { summary: call.summary }, artifact: { transcript: 'AI: Hello.\nUser: Hi.\n' },
      },
    }),
    ignored: () => ({ message: { type: 'status-update', status: 'ended' } }),
    headers: (secret, body, at = nowS()) => ({ 'x-timestamp': String(at), 'x-signature': hmac(secret, `${at}.${body}`) }),
  },
  bland: {
    event: (call) => ({
      call_id: call.id, completed: true, inbound: true, from: call.from, to: call.to, status: 'completed',
      created_at: iso(call.at), started_at: iso(call.at), corrected_duration: String(call.seconds), summary: call.summary,
      concatenated_transcript: 'assistant: Hello. \n user: Hi.', analysis: { 'Caller name': call.name },
    }),
    ignored: () => ({ call_id: 'c', category: 'call', message: 'Call answered' }),
    headers: (secret, body) => ({ 'X-Webhook-Signature': hmac(secret, body) }),
  },
}

// Like a Python server's JSON: blanks, and no letter beyond ASCII.
export const asPython = (event) =>
  JSON.stringify(event, null, 1).replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

export async function send(url, platform, secret, event, { body = JSON.stringify(event), at, path = platform } = {}) {
  const headers = { 'Content-Type': 'application/json', ...senders[platform].headers(secret, body, at) }
  const answer = await fetch(`${url}/webhooks/${path}`, { method: 'POST', headers, body })
  return { status: answer.status, ...(await answer.json()) }
}

export async function get(url) {
  const answer = await fetch(url)
  return { status: answer.status, ...(await answer.json()) }
}

export async function until(find) {
  for (;;) {
    const found = await find()
    if (found) return found
    await sleep(50)
  }
}

export const synced = (url, id) => until(async () => (await get(`${url}/calls/${id}`)).state === 'synced')

// All markers in HubSpot that begin so.
export async function markers(sandbox, prefix) {
  const found = []
  for (let after = ''; after !== undefined; ) {
    const address = `${sandbox.hubspot}/crm/v3/objects/calls?limit=100&properties=hs_call_body${after && `&after=${after}`}`
    const { results, paging } = await (await fetch(address, { headers: { Authorization: `Bearer ${sandbox.hubspotToken}` } })).json()
    for (const { properties } of results) {
      const id = properties.hs_call_body.match(/ID: (\S+)$/)?.[1]
      if (id?.startsWith(prefix)) found.push(id)
    }
    after = paging?.next?.after
  }
  return found.sort()
}

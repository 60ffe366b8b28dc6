// Webhooks on the real program, over real sockets: whole, broken, too large, forged, many at once.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { killAll, run, startSandbox, startService } from './program.mjs'
import { asPython, callOf, get, markers, send, senders, synced, until } from './sender.mjs'

const secret = 'a-secret-of-the-webhook'
let sandbox, folder
before(async () => {
  sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  folder = mkdtempSync(join(tmpdir(), 'ringbridge-webhooks-'))
})
after(async () => {
  await sandbox.stop()
  killAll()
  rmSync(folder, { recursive: true })
})

const environment = (platform, name, more = {}) => ({
  RECEPTIONIST: platform, WEBHOOK_SECRET: `an-older-one, ${secret}`, SYNC_INTERVAL: '0', LOG_LEVEL: 'warn',
  HUBSPOT_TOKEN: sandbox.hubspotToken, HUBSPOT_BASE_URL: sandbox.hubspot, DATABASE_URL: `sqlite:${folder}/${name}.db`, ...more,
})

// At LOG_LEVEL=warn the program does not say where it listens.
const serve = (platform, name, more) => startService({ ...environment(platform, name, more), LOG_LEVEL: 'info' })

// Sends bytes as they are; what comes back until the other side closes.
const talk = (url, bytes, { end = false } = {}) =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => (end ? socket.end(bytes) : socket.write(bytes)))
    let text = ''
    socket.on('data', (piece) => (text += piece)).on('close', () => resolve(text)).on('error', () => {})
  })

const head = (platform, headers, more) =>
  `POST /webhooks/${platform} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
  Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('') + `${more}\r\n\r\n`

for (const platform of Object.keys(senders)) {
  test(`${platform}: a signed event is kept, answered and in HubSpot, and others are not`, async (t) => {
    const { url, stop } = await serve(platform, platform)
    t.after(stop)
    const id = `${platform}_1`
    const event = senders[platform].event(callOf(id, { name: 'Zoë O’Neil' }))
    assert.deepEqual(await send(url, platform, secret, event), { status: 200, callId: id, state: 'pending' })
    await synced(url, id)
    assert.equal((await send(url, platform, secret, event, { body: asPython(event) })).status, 200)
    assert.equal((await send(url, platform, secret, event, { path: `${platform}/main` })).status, 200)
    assert.deepEqual(await markers(sandbox, platform), [id])
    assert.deepEqual(await send(url, platform, secret, senders[platform].ignored()), { status: 200, state: 'ignored' })
    const forged = await send(url, platform, 'guessed', event)
    assert.deepEqual([forged.status, forged.error.code], [401, 'bad_signature'])
    assert.equal((await send(url, platform, secret, event, { path: `${platform}/other` })).status, 404)
    assert.equal((await fetch(`${url}/webhooks/${platform}`)).status, 405)
    const { status, error } = await send(url, platform, secret, {}, { body: 'no json' })
    assert.deepEqual([status, error.code], [400, 'not_json'])
    // By push alone.
    assert.equal((await get(`${url}/ready`)).status, 200)
    assert.deepEqual((await get(`${url}/health`)).reasons, [])
    const report = await (await fetch(`${url}/sync-now`, { method: 'POST' })).json()
    assert.equal(report.requests.receptionist, 0)
  })
}

test('what is broken, slow or too large is refused, and the next is kept', async (t) => {
  const { url, stop } = await serve('elevenlabs', 'broken')
  t.after(stop)
  const body = JSON.stringify(senders.elevenlabs.event(callOf('broken_1')))
  const headers = senders.elevenlabs.headers(secret, body)
  const mebibytes = 1024 * 1024
  assert.match(await talk(url, head('elevenlabs', headers, `Content-Length: ${32 * mebibytes + 1}`)), /^HTTP\/1.1 413/)
  const chunk = `${mebibytes.toString(16)}\r\n${'x'.repeat(mebibytes)}\r\n`
  assert.match(await talk(url, head('elevenlabs', headers, 'Transfer-Encoding: chunked') + chunk.repeat(33)), /^HTTP\/1.1 413/)
  assert.match(await talk(url, head('elevenlabs', headers, `Content-Length: ${body.length - 1}`) + body.slice(0, -1)), /^HTTP\/1.1 401/)
  // Cut off, or never finished: no answer, and nothing is kept.
  assert.equal(await talk(url, head('elevenlabs', headers, `Content-Length: ${body.length}`) + body.slice(0, 50), { end: true }), '')
  const never = talk(url, head('elevenlabs', headers, `Content-Length: ${body.length}`) + body.slice(0, 50))
  const latin = Buffer.from('{"type":"caf\u00e9"}', 'latin1')
  const answer = await fetch(`${url}/webhooks/elevenlabs`, {
    method: 'POST', body: latin, headers: senders.elevenlabs.headers(secret, latin.toString('latin1')),
  })
  assert.equal(answer.status, 401) // what is signed are the bytes
  assert.deepEqual((await get(`${url}/calls`)).calls, [])
  const pieces = body.match(/.{1,40}/gs).map((piece) => `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`).join('')
  assert.match(await talk(url, head('elevenlabs', headers, 'Transfer-Encoding: chunked') + pieces + '0\r\n\r\n'), /^HTTP\/1.1 200/)
  await synced(url, 'broken_1')
  assert.equal(await never, '')
})

test('a thousand at fifty at once all land once, while others are answered', async (t) => {
  const { url, stop } = await serve('bland', 'many')
  t.after(stop)
  let left = 1000
  const sendSome = async () => {
    while (left > 0) {
      const { status } = await send(url, 'bland', secret, senders.bland.event(callOf(`many_${String(left--).padStart(4, '0')}`)))
      assert.equal(status, 200)
    }
  }
  let asked = 0
  const askHealth = async () => {
    while (left > 0) {
      assert.equal((await fetch(`${url}/health`)).status, 200)
      ++asked
    }
  }
  await Promise.all([...Array.from({ length: 50 }, sendSome), askHealth()])
  assert.ok(asked > 0)
  await until(async () => (await get(`${url}/overview`)).calls.synced === 1000)
  const ids = await markers(sandbox, 'many_')
  assert.equal(ids.length, 1000)
  assert.equal(new Set(ids).size, 1000)
})

// What strangers send must not keep anybody from being answered.
test('a flood of forged, slow and huge ones starves neither people nor what is signed', async (t) => {
  const { url, stop } = await serve('bland', 'flood')
  t.after(stop)
  const slow = Array.from({ length: 40 }, () => talk(url, head('bland', {}, 'Content-Length: 1000') + 'x'))
  let flooding = true
  const forge = async (body) => {
    while (flooding) {
      const answer = await fetch(`${url}/webhooks/bland`, { method: 'POST', body, headers: { 'X-Webhook-Signature': 'ab'.repeat(32) } })
      assert.equal(answer.status, 401)
      await answer.text()
    }
  }
  const flood = [...Array.from({ length: 30 }, () => forge('{"call_id":"x"}')), forge('x'.repeat(1024 * 1024))]
  for (let i = 0; i < 20; ++i) {
    assert.equal((await fetch(`${url}/health`)).status, 200)
    assert.equal((await send(url, 'bland', secret, senders.bland.event(callOf(`flood_${i}`)))).status, 200)
  }
  for (let i = 0; i < 20; ++i) await synced(url, `flood_${i}`)
  flooding = false
  await Promise.all([...flood, ...slow])
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(metrics, /ringbridge_webhook_events_total\{outcome="kept"\} 20\n/)
  const count = (outcome) => Number(metrics.match(new RegExp(`_bodies_total\\{outcome="${outcome}"\\} (\\d+)`))[1])
  assert.equal(count('begun') - count('whole') - count('cut_off'), 40) // the slow ones
  assert.deepEqual(new Set(metrics.match(/(?<=webhook_events_total\{outcome=")\w+/g)), new Set(['kept', 'bad_signature']))
})

test('a secret without a platform that sends, and a signature that proves too little, stop the start', async () => {
  const goodcall = await run(['serve'], environment('goodcall', 'boot'))
  assert.equal(goodcall.status, 2)
  assert.match(goodcall.err, /WEBHOOK_SECRET/)
  const synthflow = await run(['serve'], environment('synthflow', 'boot'))
  assert.equal(synthflow.status, 2)
  assert.match(synthflow.err, /RECEPTIONIST_API_KEY/)
  const nothing = await run(['serve'], { ...environment('retell', 'boot'), WEBHOOK_SECRET: '' })
  assert.equal(nothing.status, 2)
  assert.match(nothing.err, /WEBHOOK_SECRET/)
})

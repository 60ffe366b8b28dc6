// Starts the real program for black-box tests. No secret that it is given may leak: the output of
// each process is checked to its end, and so is each HTTP answer.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

export const program = process.env.RINGBRIDGE ?? 'build/release/ringbridge'

// What a program needs of this machine's environment; none of its settings.
const bare = { PATH: process.env.PATH, HOME: process.env.HOME ?? '/' }

const running = new Set()
const secrets = new Map()

// Shorter ones are words that may occur in any text: `sandbox`, the simulated login's password.
function keepSecret(env) {
  for (const name of ['HUBSPOT_TOKEN', 'RECEPTIONIST_PASSWORD', 'RECEPTIONIST_TOKEN', 'ADMIN_TOKEN', 'TOKEN_KEY', 'WEBHOOK_SECRET', 'DATABASE_PASSWORD']) {
    if (env[name]?.length > 7) secrets.set(env[name], name)
  }
}

// The name of a secret that a text shows; login tokens are recognized by their form. Undefined for
// none.
export function secretIn(text) {
  for (const [secret, name] of secrets) if (text.includes(secret)) return name
  return /eyJ[\w-]{8,}\./.test(text) ? 'a JWT' : undefined
}

function leak({ out, err }, env) {
  const secret = secretIn(out + err)
  if (secret) return `it shows ${secret}`
  if (env.LOG_PII !== '1' && /^(\d{4}-|\{).*\+1\d{10}(?!\d)/m.test(err)) return 'its log shows a whole phone number'
  return undefined
}

// Every test's fetch is this one.
const fetchAnswer = globalThis.fetch
globalThis.fetch = async (...request) => {
  const answer = await fetchAnswer(...request)
  const secret = secretIn([...answer.headers].join() + (await answer.clone().text()))
  if (secret) throw new Error(`the answer to ${request[0]} shows ${secret}`)
  return answer
}

// Starts it: `child`, `ended`, a promise of { status, signal, out, err }, and `shown(stream,
// find)`, a promise of the first thing that `find` finds in the stream so far.
export function launch(args, env = {}) {
  if (args[0] !== 'sandbox') keepSecret(env)
  const child = spawn(program, args, { env: { ...bare, ...env } })
  running.add(child)
  const text = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (piece) => (text[stream] += piece))
  }
  const ended = new Promise((resolve, reject) =>
    child.on('close', (status, signal) => {
      running.delete(child)
      const end = { status, signal, out: text.stdout, err: text.stderr }
      const why = args[0] === 'sandbox' ? undefined : leak(end, env)
      if (why) reject(new Error(`${args.join(' ')}: ${why}`))
      else resolve(end)
    }))
  const shown = (stream, find) =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = find(text[stream])
        if (found) resolve(found)
      }
      child[stream].on('data', check)
      child.on('close', (status) => reject(new Error(`it ended with ${status}: ${text[stream]}`)))
      check()
    })
  return { child, ended, shown }
}

// Runs to its end.
export const run = (args, env) => launch(args, env).ended

// Starts a service and waits for the first line in which `ready` finds something.
export async function start(args, env, stream, ready) {
  const { child, ended, shown } = launch(args, env)
  const found = await shown(stream, ready)
  const stop = async () => {
    child.kill('SIGTERM')
    return (await ended).status
  }
  return { ...found, child, ended, shown, stop }
}

// The real service, answering at `url`. On loopback and any free port, unless `env` says otherwise.
export const startService = (env, args = []) =>
  start(['serve', ...args], { HOST: '127.0.0.1', PORT: '0', ...env }, 'stderr', (text) => {
    const port = text.match(/ serving .*port=(\d+)/)
    return port && { url: `http://127.0.0.1:${port[1]}` }
  })

// The sandbox: { receptionist, hubspot, bridge, hubspotToken, stop }.
export const startSandbox = (env = {}, platform = 'goodcall') =>
  start(['sandbox', '--json', '--platform', platform], { PORT: '0', ...env }, 'stdout', (text) =>
    text.includes('\n') ? JSON.parse(text.slice(0, text.indexOf('\n'))) : null)

// For the end of a test file: processes left by a failed test would keep it from ending.
export function killAll() {
  for (const child of running) child.kill('SIGKILL')
}

// A test server, at `url`; it does not keep the test file from ending.
export async function standIn(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1').unref()
  await new Promise((listening) => server.once('listening', listening))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

// A proxy in front of another server, which gets each request unless `instead` answers it with a
// Response, now or later.
export const inFrontOf = (url, instead) =>
  standIn(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const pass = () =>
      fetchAnswer(url + request.url, {
        method: request.method, headers, body: request.method === 'GET' ? undefined : body,
      })
    try {
      const answer = (await instead(request, body)) ?? (await pass())
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text())
    } catch {
      response.destroy() // the other server is gone
    }
  })

// A receptionist that lists these calls to anyone.
export async function receptionistWith(calls) {
  const answer = JSON.stringify({ calls, page: 1, pageSize: 100, total: calls.length })
  const server = await standIn((_, response) => response.setHeader('Content-Type', 'application/json').end(answer))
  return { server, env: { RECEPTIONIST_TOKEN: 'pasted', RECEPTIONIST_BASE_URL: server.url } }
}

// A proxy in front of the simulated HubSpot: `refusal(url, body)` may answer instead.
export const beforeHubspot = (sandbox, refusal) =>
  inFrontOf(sandbox.hubspot, ({ url }, body) => refusal(url, String(body)))

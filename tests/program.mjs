// Starting the real program, for tests that look at it from outside.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

export const program = process.env.RINGBRIDGE ?? 'build/release/ringbridge'

// What of this machine a program needs to run at all; none of its settings.
const bare = { PATH: process.env.PATH, HOME: process.env.HOME ?? '/' }

const living = new Set()

function spawnProgram(args, env) {
  const child = spawn(program, args, { env: { ...bare, ...env } })
  living.add(child)
  child.on('close', () => living.delete(child))
  return child
}

// For `after`: what a failed test left running would keep the test from ending.
export const killAll = () => living.forEach((child) => child.kill('SIGKILL'))

// Lets it run: `child`, and `ended`, a promise of { status, signal, out, err }.
export function launch(args, env = {}) {
  const child = spawnProgram(args, env)
  let out = '', err = ''
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const ended = new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, out, err })))
  return { child, ended }
}

// Runs to its end.
export const run = (args, env) => launch(args, env).ended

// Starts a service and waits for the first line that `ready` finds something in.
export function start(args, env, stream, ready) {
  const child = spawnProgram(args, env)
  let text = ''
  const stop = () =>
    new Promise((resolve) => {
      child.on('close', (status) => resolve(status))
      child.kill('SIGTERM')
    })
  child[stream === 'stdout' ? 'stderr' : 'stdout'].resume()
  return new Promise((resolve, reject) => {
    child[stream].on('data', (piece) => {
      text += piece
      const found = ready(text)
      if (found) resolve({ ...found, child, stop })
    })
    child.on('exit', (status) => reject(new Error(`it ended with ${status}: ${text}`)))
  })
}

// The real service: { url, child, stop }. On loopback and any free port, whatever `env` says else.
export const startService = (env) =>
  start(['serve'], { HOST: '127.0.0.1', PORT: '0', ...env }, 'stderr', (text) => {
    const port = text.match(/ serving .*port=(\d+)/)
    return port && { url: `http://127.0.0.1:${port[1]}` }
  })

// The sandbox: { receptionist, hubspot, bridge, hubspotToken, stop }.
export const startSandbox = (env = {}) =>
  start(['sandbox', '--json'], { PORT: '0', ...env }, 'stdout', (text) =>
    text.includes('\n') ? JSON.parse(text.slice(0, text.indexOf('\n'))) : null)

// A receptionist that lists these calls, whoever asks.
export async function receptionistWith(calls) {
  const answer = JSON.stringify({ calls, page: 1, pageSize: 100, total: calls.length })
  const server = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(answer))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { server, env: { RECEPTIONIST_TOKEN: 'pasted', RECEPTIONIST_BASE_URL: `http://127.0.0.1:${server.address().port}` } }
}

// A stand-in before the simulated HubSpot: `refusal` may answer in its place.
export async function beforeHubspot(sandbox, refusal) {
  const front = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const refused = refusal(request.url)
    const answer = refused ?? (await fetch(sandbox.hubspot + request.url, {
      method: request.method,
      headers: { Authorization: request.headers.authorization, 'Content-Type': 'application/json' },
      body: request.method === 'GET' ? undefined : Buffer.concat(chunks),
    }))
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => front.once('listening', resolve))
  return { url: `http://127.0.0.1:${front.address().port}`, close: () => front.close() }
}

// Starting the real program, for tests that look at it from outside.
import { spawn } from 'node:child_process'

export const program = process.env.RINGBRIDGE ?? 'build/release/ringbridge'

// What of this machine a program needs to run at all; none of its settings.
const bare = { PATH: process.env.PATH, HOME: process.env.HOME ?? '/' }

// Lets it run: `child`, and `ended`, a promise of { status, signal, out, err }.
export function launch(args, env = {}) {
  const child = spawn(program, args, { env: { ...bare, ...env } })
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
  const child = spawn(program, args, { env: { ...bare, ...env } })
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

// The sandbox: { receptionist, hubspot, bridge, hubspotToken, stop }.
export const startSandbox = (env = {}) =>
  start(['sandbox', '--json'], { PORT: '0', ...env }, 'stdout', (text) =>
    text.includes('\n') ? JSON.parse(text.slice(0, text.indexOf('\n'))) : null)

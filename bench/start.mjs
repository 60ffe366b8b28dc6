// Starts a program, for benchmarks that measure it from outside.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

// Resolves with what `ready` finds in a line of its stdout or stderr.
export function start(command, args, env, source, ready) {
  const begun = performance.now()
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  child[source === 'stdout' ? 'stderr' : 'stdout'].resume()
  const lines = createInterface(child[source])
  const ended = new Promise((done) => child.on('close', done))
  return new Promise((resolve, reject) => {
    child.on('close', (status) => reject(new Error(`${command} ended with ${status}`)))
    lines.on('line', (line) => {
      const found = ready(line)
      if (found) resolve({ ...found, child, ended, lines, millisecondsToStart: performance.now() - begun })
    })
  })
}

// The last line that a service logs before it answers contains its address.
export function serving(line) {
  const port = line.match(/ serving .*port=(\d+)/)
  return port && { url: `http://127.0.0.1:${port[1]}` }
}

// Starting a program, for benchmarks that look at it from outside.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

// A program whose stdout or stderr tells `ready` something.
export function start(command, args, env, source, ready) {
  const begun = performance.now()
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  child[source === 'stdout' ? 'stderr' : 'stdout'].resume()
  const lines = createInterface(child[source])
  const ended = new Promise((done) => child.on('close', done))
  return new Promise((resolve, reject) => {
    child.on('close', (status) => reject(new Error(`${command} ended with ${status}`)))
    lines.on('line', (line) => {
      const told = ready(line)
      if (told) resolve({ ...told, child, ended, lines, millisecondsToStart: performance.now() - begun })
    })
  })
}

// The last line that a service tells before it answers: its address is in it.
export function serving(line) {
  const port = line.match(/ serving .*port=(\d+)/)
  return port && { url: `http://127.0.0.1:${port[1]}` }
}

// Every admin route at random moments while the real, multithreaded program syncs calls. It is
// meant for the sanitizers: ./dev test runs it with ASan and, in a separate build, with TSan.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { killAll, startSandbox } from './program.mjs'

const requests = 1_500
const atOnce = 24
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

// A linear congruential generator with the constants of Numerical Recipes.
let state = seed
const below = (end) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return Math.floor((state / 2 ** 32) * end)
}
const oneOf = (list) => list[below(list.length)]

after(killAll)

const routesOf = ({ paths }) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })))

async function idsOf(url, member, id) {
  const answer = await (await fetch(url)).json()
  return answer[member].map((one) => one[id])
}

// Each of these ends at once except one: the event stream is dropped as soon as it has begun.
async function ask(bridge, { method, path }, ids) {
  const id = oneOf(path.startsWith('/runs') ? ids.runs : ids.calls)
  const url = bridge + path.replaceAll(/\{\w+\}/g, encodeURIComponent(id ?? 'none'))
  const body = path.endsWith('/number') || path.endsWith('/forget') ? '{"phone":"+1 571 830 8515"}' : undefined
  const answer = await fetch(url, {
    method, body, redirect: 'manual', headers: body ? { 'Content-Type': 'application/json' } : {},
  })
  if (path === '/events') await answer.body.cancel()
  const text = path === '/events' ? '' : await answer.text()
  assert.notEqual(answer.status, 500, `${method} ${url}: ${text}`)
}

test(`every route during runs, seed ${seed}`, async () => {
  const sandbox = await startSandbox()
  const { bridge } = sandbox
  const routes = routesOf(await (await fetch(`${bridge}/openapi.json`)).json())
  const ids = { calls: [], runs: [] }
  let left = requests
  const drive = async () => {
    while (left-- > 0) {
      if (left % 100 === 0) {
        await fetch(`${sandbox.receptionist}/sandbox/calls?count=20`, { method: 'POST' })
        ids.calls = await idsOf(`${bridge}/calls?limit=100`, 'calls', 'callId')
        ids.runs = await idsOf(`${bridge}/runs`, 'runs', 'runId')
      }
      await ask(bridge, oneOf(routes), ids)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, drive))
  sandbox.child.kill('SIGTERM')
  const { status, err } = await sandbox.ended
  assert.equal(status, 0, err)
})

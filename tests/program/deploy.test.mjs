// The ways to deploy it agree with each other and with the program. That the image builds and
// starts needs a Docker engine, which no test requires.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { run } from './program.mjs'

const [docker, compose, replicas, railway, unit, ignored] =
  ['deploy/Dockerfile', 'deploy/compose.yaml', 'deploy/compose-replicas.yaml', 'railway.toml', 'deploy/ringbridge.service', '.dockerignore']
    .map((path) => readFileSync(path, 'utf8'))
const one = (text, pattern) => text.match(pattern)?.[1] ?? assert.fail(`no ${pattern}`)

test('the ledger is on the volume, wherever it runs', () => {
  const folder = one(docker, /^VOLUME (\S+)$/m)
  assert.equal(one(docker, /DATABASE_URL=sqlite:(\S+)\/ringbridge\.db/), folder)
  assert.equal(one(docker, /^WORKDIR (\/var\S+)$/m), folder)
  assert.equal(one(compose, /ledger:(\/[^"]+)/), folder)
  assert.equal(one(railway, /requiredMountPath = "(.*)"/), folder)
  assert.equal(`/var/lib/${one(unit, /^StateDirectory=(.*)$/m)}`, folder)
})

test('each setting and each file that they name exists', async () => {
  const { out } = await run(['config', 'example'])
  const settings = new Set([...out.matchAll(/^# ([A-Z_]+):/gm)].map(([, name]) => name))
  const named = [...compose.matchAll(/^ {6}([A-Z_]+):/gm), ...replicas.matchAll(/^ {2}([A-Z_]+):/gm), ...replicas.matchAll(/\*settings, (\w+):/g)]
  assert.ok(named.length > 15)
  for (const [, name] of named) assert.ok(settings.has(name.replace(/_FILE$/, '')), name)
  const given = [...one(docker, /^ENV (.*)$/m).matchAll(/(\w+)=/g)].map(([, name]) => name)
  for (const name of given) assert.ok(settings.has(name), name)
  for (const path of [one(railway, /dockerfilePath = "(.*)"/), one(compose, /dockerfile: (.*)/)]) assert.ok(existsSync(path), path)
  for (const file of [compose, replicas]) {
    for (const name of one(file, /secrets: \[(.*)\]/).split(', ')) {
      assert.match(file, new RegExp(`_FILE: /run/secrets/${name}\\n`))
      assert.match(file, new RegExp(`file: \\./secrets/${name}\\n`))
    }
  }
})

test('a replica is as guarded as a single process, and each has its own name', () => {
  for (const line of ['read_only: true', 'cap_drop: [ALL]', 'security_opt: ["no-new-privileges:true"]', 'stop_grace_period: 20s']) {
    for (const file of [compose, replicas]) assert.ok(file.includes(line), line)
  }
  const names = [...replicas.matchAll(/REPLICA_NAME: (\w+)/g)].map(([, name]) => name)
  assert.equal(names.length, 2)
  assert.equal(new Set(names).size, 2)
  assert.equal(one(unit, /^(Type=exec)$/m), 'Type=exec', 'where CMake puts a replica\'s settings')
})

test('the unit restarts after every error but wrong settings', async () => {
  const { out } = await run(['man'])
  const statuses = Object.fromEntries([...out.matchAll(/^\\fB(\d)\\fR\n(.*)$/gm)].map(([, status, meaning]) => [status, meaning]))
  assert.match(statuses[one(unit, /^RestartPreventExitStatus=(.*)$/m)], /settings/)
  assert.match(statuses[6], /a later start may succeed/)
  assert.equal(one(unit, /^Restart=(.*)$/m), 'on-failure')
})

test('no built file is ignored, and nothing runs as root', () => {
  for (const name of ['build', '.git']) assert.ok(ignored.split('\n').includes(name))
  assert.match(docker, /^USER ringbridge$/m)
  assert.match(unit, /^User=ringbridge$/m)
  assert.equal(one(docker, /curl .*:\$PORT(\/\w+)"/), one(railway, /healthcheckPath = "(.*)"/))
})

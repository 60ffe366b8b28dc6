// The Debian package on this machine: it installs, its service syncs calls as its own user, it
// uninstalls without a trace. Tests what `./dev package` built; only as root, and if it is not
// installed already.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { killAll, startSandbox } from './program.mjs'

const folder = 'build/release/package'
const settings = '/etc/ringbridge/ringbridge.yaml'
const state = '/var/lib/ringbridge'
const unit = '/usr/lib/systemd/system/ringbridge.service'
const replica = '/usr/lib/systemd/system/ringbridge@.service'

const package_ = existsSync(folder) && readdirSync(folder).find((name) => name.endsWith('.deb'))
const because = !package_ ? 'no package is built: run ./dev package'
  : process.getuid() !== 0 ? 'installing a package takes root'
    : existsSync('/usr/bin/ringbridge') && 'ringbridge is installed on this machine'
if (because) {
  console.log(`package: skipped, ${because}`)
  process.exit(77)
}

const output = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
const install = () => output('dpkg', '--install', `${folder}/${package_}`)
const id = (which) => Number(output('id', which, 'ringbridge'))
const mode = (path) => (statSync(path).mode & 0o777).toString(8)

after(() => {
  killAll()
  if (existsSync('/usr/bin/ringbridge')) output('dpkg', '--purge', 'ringbridge')
})

test('it installs: the program, its manual page, settings that only root and the service read', () => {
  install()
  assert.match(output('ringbridge', 'version'), /^ringbridge \d/)
  assert.match(output('dpkg', '--listfiles', 'ringbridge'), /man1\/ringbridge\.1/) // slim images leave manuals out
  assert.match(readFileSync(replica, 'utf8'), /^Environment=REPLICA_NAME=%H-%i PORT=%i$/m)
  assert.equal(mode(settings), '640')
  assert.equal(statSync(settings).gid, id('-g'))
  assert.match(output('ringbridge', 'config', 'check', '--config', settings), /can start/)
})

test('systemd finds no error in its unit', { skip: !existsSync('/usr/bin/systemd-analyze') && 'no systemd here' }, () => {
  output('systemd-analyze', 'verify', unit)
  assert.match(output('systemd-analyze', 'security', '--offline=true', unit), /: \d\.\d OK/)
})

test('its service, as the unit starts it, syncs calls with its own ledger', async () => {
  const sandbox = await startSandbox({ SYNC_INTERVAL: '0' })
  writeFileSync(settings, `
receptionist_email: owner@sandbox.test
receptionist_password: sandbox
receptionist_base_url: ${sandbox.receptionist}
hubspot_token: ${sandbox.hubspotToken}
hubspot_base_url: ${sandbox.hubspot}
database_url: sqlite:${state}/ringbridge.db
sync_interval: 0
host: 127.0.0.1
port: 0
`)
  mkdirSync(state, { mode: 0o700 }) // as StateDirectory= does
  chownSync(state, id('-u'), id('-g'))
  const [command, ...args] = readFileSync(unit, 'utf8').match(/^ExecStart=(.*)$/m)[1].split(' ')
  const service = spawn(command, args, { cwd: state, uid: id('-u'), gid: id('-g'), env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((done) => service.on('close', done))
  const port = await new Promise((found, failed) => {
    let log = ''
    service.stderr.setEncoding('utf8').on('data', (piece) => {
      log += piece
      const serving = log.match(/ serving .*port=(\d+)/)
      if (serving) found(serving[1])
    })
    service.on('close', () => failed(new Error(log)))
  })
  const report = await (await fetch(`http://127.0.0.1:${port}/sync-now`, { method: 'POST' })).json()
  assert.ok(report.calls.synced > 0, JSON.stringify(report))
  service.kill('SIGTERM')
  assert.equal(await ended, 0)
  await sandbox.stop()
  assert.equal(mode(`${state}/ringbridge.db`), '600')
  assert.equal(statSync(`${state}/ringbridge.db`).uid, id('-u'))
})

test('an upgrade keeps settings and their mode', () => {
  const before = readFileSync(settings, 'utf8')
  chmodSync(settings, 0o644)
  install()
  assert.equal(readFileSync(settings, 'utf8'), before)
  assert.equal(mode(settings), '640')
})

test('removing it keeps settings and ledger; purging leaves nothing', () => {
  output('dpkg', '--remove', 'ringbridge')
  assert.ok(!existsSync('/usr/bin/ringbridge') && !existsSync(unit))
  assert.ok(existsSync(settings) && existsSync(`${state}/ringbridge.db`))
  output('dpkg', '--purge', 'ringbridge')
  assert.ok(!existsSync('/etc/ringbridge') && !existsSync(state))
  assert.throws(() => id('-u'))
})

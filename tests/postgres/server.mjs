// A real PostgreSQL server for black-box tests: tests/postgres/server.sh. Undefined if none is
// installed.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'server.sh')

export const password = 'only-for-tests'

export function startPostgres(...options) {
  const folder = mkdtempSync(join(tmpdir(), 'ringbridge-pg-'))
  const started = spawnSync(script, ['start', folder, ...options], { encoding: 'utf8' })
  if (started.status === 77) {
    rmSync(folder, { recursive: true })
    return undefined
  }
  if (started.status !== 0) throw new Error(started.stderr)
  const url = started.stdout.trim()
  const control = (command) => execFileSync(script, [command, folder], { stdio: 'pipe' })
  const query = (statement) => execFileSync('psql', [url, '-qtAc', statement], { encoding: 'utf8' }).trim()
  return {
    url,
    control,
    query,
    // The settings of a program whose ledger is in a schema of its own.
    settings(schema) {
      query(`SET client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS ${schema}`)
      return { DATABASE_URL: `${url.replace(`:${password}`, '')}?options=-csearch_path%3D${schema}`, DATABASE_PASSWORD: password }
    },
    stop() {
      spawnSync(script, ['stop', folder])
      rmSync(folder, { recursive: true })
    },
  }
}

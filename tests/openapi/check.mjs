// node check.mjs TRACE_PROGRAM: every request that ringbridge sends, and every answer of the
// simulated HubSpot, against HubSpot's own OpenAPI descriptions. They are not part of this project:
// without the folder the test is skipped (status 77).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const specs = process.env.HUBSPOT_SPECS ?? join(here, '../../../shared/specs')
if (!existsSync(specs)) {
  console.log(`skipped: HubSpot's OpenAPI descriptions are not at ${specs}; set HUBSPOT_SPECS to their folder`)
  process.exit(77)
}

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-trace-'))
const trace = join(folder, 'trace.jsonl')
const validate = (file) =>
  spawnSync(process.execPath, [join(here, 'validate.mjs'), file, specs], { encoding: 'utf8' })

const written = spawnSync(process.argv[2], [trace], { stdio: 'inherit' })
const good = validate(trace)
const bad = validate(join(here, 'bad_trace.jsonl'))
rmSync(folder, { recursive: true })

console.log(good.stdout + good.stderr)
if (bad.status !== 1) console.log('the validator accepted a trace that is known to be wrong')
process.exit(written.status === 0 && good.status === 0 && bad.status === 1 ? 0 : 1)

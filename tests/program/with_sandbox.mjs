// node with_sandbox.mjs FILE: runs a node test file against the sandbox's simulated HubSpot.
import { spawn } from 'node:child_process'
import { startSandbox } from './program.mjs'

const sandbox = await startSandbox()
const child = spawn(process.execPath, ['--test', process.argv[2]], {
  stdio: 'inherit',
  env: { ...process.env, HUBSPOT_URL: sandbox.hubspot, HUBSPOT_SIM_TOKEN: sandbox.hubspotToken },
})
const status = await new Promise((resolve) => child.on('close', resolve))
await sandbox.stop()
process.exit(status ?? 1)

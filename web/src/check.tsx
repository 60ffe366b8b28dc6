// What works and what does not, as a checklist. It queries both sides, so it runs only on request.
import { useState } from 'preact/hooks'
import { api, type Check as Finding } from './api'
import { Act } from './parts'

const marks = { ok: '✓', warning: '!', failed: '✗', skipped: '–' }
const words = { ok: 'works', warning: 'needs attention', failed: 'does not work', skipped: 'not checked' }

/// `hubspotQuota`: HubSpot quota
const title = (name: string) =>
  name.replace(/^hubspot/, 'HubSpot').replace(/^receptionist/, 'Receptionist').replace(/(?<=[a-z])([A-Z])(?=[a-z]+$)/, (letter) => ` ${letter.toLowerCase()}`)

export function Checks({ checks }: { checks: Finding[] }) {
  return (
    <ul class="checks" aria-live="polite">{checks.map(({ name, status, found, next }) => (
      <li class={status}>
        <span class="mark" role="img" aria-label={words[status]}>{marks[status]}</span>
        <div><strong>{title(name)}</strong>: {found}{next && <p class="next">{next}</p>}</div>
      </li>
    ))}</ul>
  )
}

export function Check() {
  const [checks, setChecks] = useState<Finding[]>()
  return (
    <>
      <h1>Connection check</h1>
      <p>Checks both sides end to end, and writes nothing.</p>
      <p><Act label={checks ? 'Check again' : 'Check now'} work={async () => setChecks((await api.probe()).checks)} /></p>
      {checks && <Checks checks={checks} />}
    </>
  )
}

// Getting started, step by step: check both sides, preview a sync, sync the first calls.
import { useState } from 'preact/hooks'
import { api, type Call, type Check as Finding, type Run } from './api'
import { Checks } from './check'
import { useLive } from './live'
import { Act, Webhooks } from './parts'
import { many, midnight, shortly } from './words'

const spans: [string, string][] = [['1d', 'the last day'], ['7d', 'the last seven days'], ['30d', 'the last thirty days']]

const Heading = ({ number, done, children }: { number: number, done: boolean, children: string }) =>
  <h2>{number}. {children}{done && <span class="done" role="img" aria-label="done"> ✓</span>}</h2>

function Preview({ run }: { run: Run }) {
  const { calls, contacts } = run
  return (
    <p>
      {many(calls.fetched, 'call')}: {calls.synced} would be synced, {calls.skipped} are already in HubSpot, {calls.parked} need a person.{' '}
      {many(contacts.created, 'new contact')} would be created, {contacts.matched} {contacts.matched === 1 ? 'is' : 'are'} known. Nothing was changed.
    </p>
  )
}

function Landed({ call }: { call: Call }) {
  return (
    <p>
      <strong>The first call is in HubSpot:</strong>{' '}
      <a href={`#/calls/${encodeURIComponent(call.callId)}`}>{call.phone}, {shortly(call.calledAt)}</a>. New calls are now synced automatically.{' '}
      <a href="#/">Show the day at a glance</a>
    </p>
  )
}

// Docs are beside the program, not on this page's host.
const OtherReceptionist = () => (
  <details>
    <summary>Another receptionist, without an API?</summary>
    <p>Log out of its site, open the browser's developer tools (F12) and their Network tab, and switch on <em>Preserve log</em>. Log in, open the list of calls, its next page, and one call. Save the recording as a HAR file with sensitive data, then run:</p>
    <pre>ringbridge learn acme.har --output acme.yaml --try</pre>
    <p>and start ringbridge with <code>RECEPTIONIST=acme.yaml</code>. Every step, with pictures: <code>docs/use/record-your-receptionist.md</code>.</p>
  </details>
)

export function Setup() {
  const [checks, setChecks] = useState<Finding[]>()
  const [span, setSpan] = useState('7d')
  const [preview, setPreview] = useState<Run>()
  const [landed, setLanded] = useState<Call | null>()
  const webhooks = useLive(() => api.overview(midnight()), []).value?.webhooks
  const open = checks?.filter(({ status }) => status !== 'ok') ?? []
  const works = checks !== undefined && !open.some(({ status }) => status === 'failed')
  const sync = async () => {
    await api.syncNow({ since: span })
    setLanded((await api.calls({ state: 'synced', limit: '1' })).calls[0] ?? null)
  }
  return (
    <>
      <h1>Getting started</h1>
      <Heading number={1} done={works}>Check both sides</Heading>
      <p>Checks the receptionist and HubSpot, and writes nothing.</p>
      <OtherReceptionist />
      <p><Act label={checks ? 'Check again' : 'Check now'} work={async () => setChecks((await api.probe()).checks)} /></p>
      {checks && (open.length ? <Checks checks={open} /> : <p>Everything works.</p>)}
      {webhooks && <Webhooks webhooks={webhooks} />}
      {works && (
        <>
          <Heading number={2} done={preview !== undefined}>Preview the sync</Heading>
          <p class="row">
            <label>Calls of <select value={span} onChange={(event) => { setSpan(event.currentTarget.value); setPreview(undefined) }}>
              {spans.map(([value, name]) => <option value={value}>{name}</option>)}
            </select></label>
            <Act label="Preview" work={async () => setPreview(await api.syncNow({ since: span, dryRun: 'true' }))} />
          </p>
          {preview && <Preview run={preview} />}
        </>
      )}
      {preview && (
        <>
          <Heading number={3} done={Boolean(landed)}>Sync them</Heading>
          <p><Act label="Sync them" work={sync} /></p>
          {landed === null && <p>No call is in HubSpot yet: <a href="#/calls">see why</a>.</p>}
          {landed && <Landed call={landed} />}
        </>
      )}
    </>
  )
}

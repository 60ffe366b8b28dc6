// What each run did.
import { api, type Run } from './api'
import { useLive } from './live'
import { Shown } from './parts'
import { shortly, span } from './words'

const triggers: Record<string, string> = { schedule: 'scheduled', request: 'requested', webhook: 'webhook' }

const Row = ({ run }: { run: Run }) => (
  <tr>
    <td class="whole">{shortly(run.startedAt)}</td>
    <td class="whole">{triggers[run.trigger]}</td>
    <td class="number">{run.calls.synced}</td><td class="number">{run.calls.skipped}</td>
    <td class="number">{run.calls.parked}</td><td class="number">{run.calls.failed}</td>
    <td class="number">{run.contacts.created}</td>
    <td class="number">{run.requests.hubspot}</td>
    <td class="number">{run.durationMs < 1000 ? `${run.durationMs} ms` : span(run.durationMs)}</td>
    <td>{run.errors.map(({ callId, message }) => <div>{callId && <a href={`#/calls/${encodeURIComponent(callId)}`}>{callId}</a>} {message}</div>)}</td>
  </tr>
)

export function Runs() {
  const runs = useLive(api.runs, [])
  return (
    <>
      <h1>Runs</h1>
      <Shown loaded={runs}>{({ runs }) => (runs.length ? (
        <div class="wide">
          <table>
            <thead><tr>{['Started', 'Trigger', 'Synced', 'Skipped', 'Parked', 'Failed', 'New contacts', 'HubSpot requests', 'Duration', 'Errors']
              .map((name, i) => <th scope="col" class={i > 1 && i < 9 ? 'number' : ''}>{name}</th>)}</tr></thead>
            <tbody>{runs.map((run) => <Row key={run.runId} run={run} />)}</tbody>
          </table>
        </div>
      ) : <p class="quiet">No run yet.</p>)}</Shown>
    </>
  )
}

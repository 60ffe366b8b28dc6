// The list of calls, and one call's history.
import { useEffect, useState } from 'preact/hooks'
import { api, states, type Call, type Overview, type State } from './api'
import { useLive } from './live'
import { Act, Form, Shown, StateTag } from './parts'
import { between, contactAddress, fully, midnight, shortly, stateWords, whatToDo } from './words'

const pageSize = 50

function Rows({ calls }: { calls: Call[] }) {
  return (
    <div class="wide">
      <table>
        <thead><tr><th scope="col">Called</th><th scope="col">Number</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
        <tbody>{calls.map((call) => (
          <tr key={call.callId}>
            <td><a href={`#/calls/${encodeURIComponent(call.callId)}`}>{shortly(call.calledAt)}</a></td>
            <td>{call.phone ?? <span class="quiet">none</span>}</td>
            <td><StateTag state={call.state} /></td>
            <td>{call.reason}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  )
}

export function Calls({ state }: { state: string }) {
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [cursors, setCursors] = useState<string[]>([])
  useEffect(() => {
    const soon = setTimeout(() => setAsked(text.trim()), 200)
    return () => clearTimeout(soon)
  }, [text])
  useEffect(() => setCursors([]), [asked, state])
  const cursor = cursors.at(-1) ?? ''
  const page = useLive(() => api.calls({
    limit: String(pageSize), ...(state && { state }), ...(asked && { q: asked }), ...(cursor && { cursor }),
  }), [state, asked, cursor])
  return (
    <>
      <h1>Calls</h1>
      <div class="row" role="search">
        <label>Search <input type="search" value={text} placeholder="number, name or id" onInput={(event) => setText(event.currentTarget.value)} /></label>
        <label>State{' '}
          <select value={state} onChange={(event) => { location.hash = event.currentTarget.value ? `#/calls?state=${event.currentTarget.value}` : '#/calls' }}>
            <option value="">all</option>
            {states.map((one: State) => <option value={one}>{stateWords[one]}</option>)}
          </select>
        </label>
      </div>
      <Shown loaded={page}>{({ calls, nextCursor }) => (
        <>
          {calls.length ? <Rows calls={calls} /> : <p class="quiet">No calls.</p>}
          <p class="row">
            {cursors.length > 0 && <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>Newer</button>}
            {nextCursor && <button type="button" onClick={() => setCursors([...cursors, nextCursor])}>Older</button>}
          </p>
        </>
      )}</Shown>
    </>
  )
}

const Step = ({ at, children }: { at?: string | null, children: preact.ComponentChildren }) =>
  <li>{at && <time dateTime={at}>{fully(at)}</time>} {children}</li>

function Story({ call, hubspot }: { call: Call, hubspot?: Overview['hubspot'] }) {
  const address = hubspot && contactAddress(hubspot, call.contactId)
  return (
    <ol class="story">
      <Step at={call.calledAt}>{call.phone ? <>called from <strong>{call.phone}</strong>{call.givenPhone && ' (given by hand)'}</> : 'called, without a number'}</Step>
      <Step at={call.seenAt}>read from the receptionist, {between(call.calledAt, call.seenAt)} later</Step>
      {call.contactId && <Step>matched to contact {address ? <a href={address} rel="noreferrer">{call.contactId}</a> : call.contactId}, by its number</Step>}
      {call.activityId && <Step at={call.syncedAt}>is in HubSpot as call activity {call.activityId}{call.syncedAt && `, ${between(call.calledAt, call.syncedAt)} after it was made`}</Step>}
      {call.attempts > 0 && <Step>{call.attempts} failed {call.attempts === 1 ? 'try' : 'tries'}</Step>}
      {call.reason && <Step><strong>{call.reason}</strong></Step>}
      {call.retryAt && <Step at={call.retryAt}>will be tried again</Step>}
    </ol>
  )
}

function GiveNumber({ call, again }: { call: Call, again: () => void }) {
  const [phone, setPhone] = useState('')
  return (
    <Form label="Assign this number" work={async () => { await api.giveNumber(call.callId, phone); again() }}>
      <label>The caller's number <input type="tel" value={phone} onInput={(event) => setPhone(event.currentTarget.value)} /></label>
    </Form>
  )
}

function Actions({ call, again }: { call: Call, again: () => void }) {
  if (call.state === 'synced' || call.state === 'pending') return null
  return (
    <section aria-labelledby="do">
      <h2 id="do">What to do</h2>
      <p>{whatToDo(call) || 'It stays out of HubSpot until it is tried again.'}</p>
      {call.state === 'parked' && !call.unreadable && <GiveNumber call={call} again={again} />}
      <p class="row">
        <Act label="Try it again" work={async () => { await api.retry(call.callId); again() }} />
        {call.state !== 'dismissed' && <Act label="Dismiss it" kind="plain" work={async () => { await api.dismiss(call.callId, ''); again() }} />}
      </p>
    </section>
  )
}

export function OneCall({ id }: { id: string }) {
  const call = useLive(() => api.call(id), [id])
  const overview = useLive(() => api.overview(midnight()), [])
  return (
    <>
      <p><a href="#/calls">All calls</a></p>
      <h1>Call {id}</h1>
      <Shown loaded={call}>{(value) => (
        <>
          <p><StateTag state={value.state} /></p>
          <Story call={value} hubspot={overview.value?.hubspot} />
          <Actions call={value} again={call.again} />
          {value.record && <details><summary>The original record</summary><pre tabIndex={0}>{value.record}</pre></details>}
        </>
      )}</Shown>
    </>
  )
}

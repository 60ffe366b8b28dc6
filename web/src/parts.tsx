// Components that several views share.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Overview, State } from './api'
import type { Loaded } from './live'
import { shortly, stateWords } from './words'

export const StateTag = ({ state }: { state: State }) => <span class="state"><i class={`dot ${state}`} />{stateWords[state]}</span>

/// What was read, or the error.
export function Shown<T>({ loaded, children }: { loaded: Loaded<T>, children: (value: T) => ComponentChildren }) {
  return (
    <>
      {loaded.error && <p class="error" role="alert">{loaded.error}</p>}
      {loaded.value === undefined ? !loaded.error && <p class="quiet">One moment…</p> : children(loaded.value)}
    </>
  )
}

type Work = { label: string, work: () => Promise<unknown> }

function useWork(work: Work['work']) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const run = async () => {
    setBusy(true)
    setFailure('')
    try { await work() } catch (error) { setFailure((error as Error).message) }
    setBusy(false)
  }
  return { busy, run, alert: failure && <span class="error" role="alert">{failure}</span> }
}

/// A button that runs `work` and shows its error.
export function Act({ label, work, kind = '' }: Work & { kind?: string }) {
  const { busy, run, alert } = useWork(work)
  return <span class="act"><button type="button" class={kind} disabled={busy} onClick={run}>{busy ? 'One moment…' : label}</button>{alert}</span>
}

/// The same for a form.
export function Form({ label, work, children }: Work & { children: ComponentChildren }) {
  const { busy, run, alert } = useWork(work)
  const submit = (event: Event) => {
    event.preventDefault()
    void run()
  }
  return <form class="row" onSubmit={submit}>{children}<button disabled={busy}>{busy ? 'One moment…' : label}</button>{alert}</form>
}

export function Gauge({ name, left, limit }: { name: string, left: number | null, limit: number | null }) {
  if (left === null || limit === null) return <div class="gauge"><span>{name}</span><span class="quiet">not known yet</span></div>
  return (
    <label class="gauge"><span>{name}</span>
      <meter min={0} max={limit} low={limit * 0.2} optimum={limit} value={left} />
      <span>{left.toLocaleString()} of {limit.toLocaleString()} left</span>
    </label>
  )
}

/// The address to paste at the receptionist, and whether its webhooks arrive.
export function Webhooks({ webhooks: { path, on, lastEventAt } }: { webhooks: NonNullable<Overview['webhooks']> }) {
  const found = !on ? 'off. Set WEBHOOK_SECRET, restart, and enter this address at the receptionist: calls are then in HubSpot within seconds.'
    : lastEventAt ? `the last one came ${shortly(lastEventAt)}.`
      : 'none has come yet. Enter this address at the receptionist, then call it.'
  return (
    <p class="webhooks">
      <i class={`dot ${lastEventAt ? 'synced' : 'dismissed'}`} /> Webhooks to <code>{location.origin + path}</code>: {found}
      {!lastEventAt && location.protocol !== 'https:' && ' The receptionist must reach this machine: put the name that it has on the internet before the path, with https.'}
    </p>
  )
}

// Did the calls land? The day at a glance.
import { api, type Call, type Counts, type Overview, type Token } from './api'
import { Chart } from './chart'
import { useLive } from './live'
import { Act, Gauge, Shown, StateTag, Webhooks } from './parts'
import { between, midnight, shortly, span } from './words'

const chartDays = 30
const total = (counts: Counts) => Object.values(counts).reduce((sum, count) => sum + count, 0)

const Figure = ({ name, value, to, hint }: { name: string, value: number, to: string, hint: string }) =>
  <a class="figure" href={to}><strong>{value.toLocaleString()}</strong><span>{name}</span><small>{hint}</small></a>

function Newest({ call }: { call: Call }) {
  return (
    <p>
      The newest call: <a href={`#/calls/${encodeURIComponent(call.callId)}`}>{call.phone ?? 'no number'}, {shortly(call.calledAt)}</a>{' '}
      <StateTag state={call.state} />
      {call.syncedAt && <> {between(call.calledAt, call.syncedAt)} after it was made</>}
    </p>
  )
}

function Glance({ overview, again }: { overview: Overview, again: () => void }) {
  const { recent, calls } = overview
  const open = calls.parked
  return (
    <>
      <div class="figures">
        <Figure name="calls today" value={total(recent)} to="#/calls" hint={`${total(calls).toLocaleString()} in all`} />
        <Figure name="in HubSpot" value={recent.synced} to="#/calls?state=synced" hint="of today's" />
        <Figure name="on their way" value={calls.pending + calls.failed} to="#/calls?state=failed" hint={calls.failed ? `${calls.failed} will be tried again` : 'nothing is stuck'} />
        <Figure name={open === 1 ? 'needs a person' : 'need a person'} value={open} to="#/calls?state=parked" hint={open ? 'see what to do' : 'nothing to do'} />
      </div>
      {overview.reasons.map((reason) => <p class="error" role="alert">{reason}</p>)}
      {overview.newest ? <Newest call={overview.newest} /> : <p>No call has come in yet. <a href="#/setup">Getting started: the first call in three steps</a></p>}
      <p class="row">
        <span>{overview.running ? 'A run is under way.'
          : overview.lastSync ? `Last run ${shortly(overview.lastSync.at)}: ${overview.lastSync.ok ? 'succeeded' : 'failed'}.` : 'No run yet.'}</span>
        <Act label="Sync now" work={async () => { await api.syncNow(); again() }} />
      </p>
    </>
  )
}

function loginOf({ mode, secondsLeft }: Token): string {
  if (secondsLeft !== null) return `logged in for another ${span(secondsLeft * 1000)}`
  return mode === 'static' ? 'logged in with a pasted token' : 'not logged in yet'
}

function Gauges({ overview }: { overview: Overview }) {
  const token = useLive(api.token, [])
  const { hubspot } = overview
  return (
    <section aria-labelledby="health">
      <h2 id="health">Connections</h2>
      <Gauge name="HubSpot today" left={hubspot.dailyLeft} limit={hubspot.dailyLimit} />
      <Gauge name="HubSpot, ten seconds" left={hubspot.burstLeft} limit={hubspot.burstLimit} />
      <Shown loaded={token}>{(token) => (
        <p>
          {token.platform}: {loginOf(token)}
          {token.lastError && <span class="error"> {token.lastError}</span>}
        </p>
      )}</Shown>
      {overview.webhooks && <Webhooks webhooks={overview.webhooks} />}
    </section>
  )
}

export function Today() {
  const overview = useLive(() => api.overview(midnight()), [])
  const history = useLive(() => api.history(midnight(chartDays - 1), '1d'), [])
  return (
    <>
      <h1>Today</h1>
      <Shown loaded={overview}>{(value) => <Glance overview={value} again={overview.again} />}</Shown>
      <section aria-labelledby="chart">
        <h2 id="chart">The last {chartDays} days</h2>
        <Shown loaded={history}>{(value) => <Chart history={value} days={chartDays} />}</Shown>
      </section>
      {overview.value && <Gauges overview={overview.value} />}
    </>
  )
}

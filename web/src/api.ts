// The admin API, as far as the dashboard uses it: shapes from src/admin/openapi.json.

export type State = 'synced' | 'pending' | 'parked' | 'failed' | 'dismissed'
export const states: State[] = ['synced', 'pending', 'parked', 'failed', 'dismissed']
export type Counts = Record<State, number>

export type Call = {
  callId: string, state: State, reason: string | null, phone: string | null, contactId: string | null,
  activityId: string | null, calledAt: string, seenAt: string, syncedAt: string | null, attempts: number,
  retryAt: string | null, record?: string, unreadable?: boolean, givenPhone?: string,
}
export type Overview = {
  now: string, since: string, status: 'ok' | 'degraded' | 'starting', reasons: string[],
  lastSync: { at: string, ok: boolean } | null, running: boolean, sweeping: boolean,
  calls: Counts, recent: Counts, newest: Call | null,
  hubspot: {
    portalId: string | null, uiDomain: string | null, burstLeft: number | null, burstLimit: number | null,
    dailyLeft: number | null, dailyLimit: number | null,
  },
  webhooks: { path: string, on: boolean, lastEventAt: string | null } | null,
}
export type History = { stepMs: number, stretches: { at: string, calls: Counts }[] }
export type Run = {
  runId: string, trigger: string, startedAt: string, durationMs: number,
  window: { since: string, until: string },
  calls: { fetched: number, synced: number, skipped: number, replaced: number, parked: number, failed: number },
  contacts: { created: number, matched: number, updated: number },
  requests: { receptionist: number, hubspot: number },
  errors: { callId: string | null, stage: string, message: string, retryAt: string | null }[],
}
export type Group = { keep: string, merge: string[], phones: string[], held: string | null }
export type Dedup = {
  dryRun: boolean, running: boolean, scanned: number, groups: number, held: number, duplicates: number,
  merged: number, converged: boolean, plan: Group[], errors: { message: string }[],
}
export type Check = { name: string, status: 'ok' | 'warning' | 'failed' | 'skipped', found: string, next: string | null }
export type Token = { platform: string, mode: string, expiresAt: string | null, secondsLeft: number | null, lastError: string | null }
export type Session = { signedIn: boolean, tokenNeeded: boolean }
export type Bridge = { name: string, status: string }

/// An error response of the API, with its message.
export class Refused extends Error {
  constructor(readonly status: number, message: string) { super(message) }
}

let bridge = ''
export const chooseBridge = (name: string) => { bridge = name }

export function address(path: string, query: Record<string, string> = {}): string {
  const all = new URLSearchParams({ ...query, ...(bridge && { bridge }) })
  return all.size > 0 ? `${path}?${all}` : path
}

async function ask<T>(method: string, url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    method, ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  let decoded: any
  try { decoded = JSON.parse(text) } catch { decoded = {} }
  if (!answer.ok) throw new Refused(answer.status, decoded.error?.message ?? `the bridge answered ${answer.status}`)
  return decoded
}

const get = <T>(path: string, query?: Record<string, string>) => ask<T>('GET', address(path, query))
const post = <T>(path: string, query?: Record<string, string>, body?: unknown) => ask<T>('POST', address(path, query), body)
const ofCall = (id: string) => `/calls/${encodeURIComponent(id)}`

export const api = {
  session: () => ask<Session>('GET', '/session'),
  signIn: (token: string) => ask<Session>('POST', '/session', { token }),
  signOut: () => ask('DELETE', '/session'),
  bridges: () => ask<{ bridges: Bridge[] }>('GET', '/bridges'),
  overview: (since: Date) => get<Overview>('/overview', { since: since.toISOString() }),
  history: (since: Date, step: string) => get<History>('/history', { since: since.toISOString(), step }),
  calls: (query: Record<string, string>) => get<{ calls: Call[], nextCursor: string | null }>('/calls', query),
  call: (id: string) => get<Call>(ofCall(id)),
  retry: (id: string) => post<Call>(`${ofCall(id)}/retry`),
  dismiss: (id: string, reason: string) => post<Call>(`${ofCall(id)}/dismiss`, {}, reason ? { reason } : {}),
  giveNumber: (id: string, phone: string) => post<Call>(`${ofCall(id)}/number`, {}, { phone }),
  runs: () => get<{ runs: Run[] }>('/runs', { limit: '30' }),
  syncNow: (query?: Record<string, string>) => post<Run>('/sync-now', query),
  token: () => get<Token>('/token/status'),
  probe: () => get<{ checks: Check[] }>('/probe'),
  duplicates: () => get<Dedup>('/dedup'),
  findDuplicates: () => post<Dedup>('/dedup', { dryRun: 'true' }),
  merge: (plan: (Group & { approve?: boolean })[]) => post<Dedup>('/dedup', {}, { plan }),
}

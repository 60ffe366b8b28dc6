// Times, numbers and states as people read them.
import type { Call, Overview, State } from './api'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export function midnight(daysAgo = 0): Date {
  const date = new Date()
  date.setHours(0, 0, 0, 0)
  date.setDate(date.getDate() - daysAgo)
  return date
}

export const dayOf = (moment: string | Date) => day.format(new Date(moment))
export const fully = (moment: string) => full.format(new Date(moment))
export const shortly = (moment: string) =>
  new Date(moment) >= midnight() ? clock.format(new Date(moment)) : `${dayOf(moment)}, ${clock.format(new Date(moment))}`

export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export const many = (count: number, one: string) => `${count.toLocaleString()} ${one}${count === 1 ? '' : 's'}`

export const between = (from: string, to: string) => span(Date.parse(to) - Date.parse(from))

export const stateWords: Record<State, string> = {
  synced: 'in HubSpot', pending: 'on its way', parked: 'needs a person', failed: 'will be tried again', dismissed: 'dismissed',
}

/// What a person can do about it; empty if nothing.
export function whatToDo(call: Call): string {
  if (call.state === 'parked') {
    return call.unreadable ? 'Its record could not be understood: fix the profile, or dismiss the call.'
      : 'If you know the number, assign it; or dismiss the call.'
  }
  if (call.state === 'failed') return 'Nothing: it is retried automatically. You can have it tried at the next run.'
  return ''
}

/// As in the `url` of recorded responses; 0-1 is HubSpot's type id of contacts.
export const contactAddress = ({ uiDomain, portalId }: Overview['hubspot'], contact: string | null) =>
  uiDomain && portalId && contact ? `https://${uiDomain}/contacts/${portalId}/record/0-1/${contact}` : undefined

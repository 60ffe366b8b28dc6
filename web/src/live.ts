// Live data: whatever was read is read again when the bridge reports a change.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { address, Refused } from './api'

let pulse = 0
const listeners = new Set<() => void>()

/// Listens while the page is open. Returns a function that stops it.
export function listen(): () => void {
  const source = new EventSource(address('/events'))
  let last = ''
  source.onmessage = ({ data }) => {
    if (data === last) return
    last = data
    ++pulse
    listeners.forEach((notify) => notify())
  }
  return () => source.close()
}

export type Loaded<T> = { value?: T, error?: string, status?: number, again: () => void }

/// What `read` returned, read again whenever the bridge reports a change or `keys` change.
export function useLive<T>(read: () => Promise<T>, keys: unknown[]): Loaded<T> {
  const [beat, setBeat] = useState(pulse)
  const [loaded, setLoaded] = useState<{ value?: T, error?: string, status?: number }>({})
  const again = useCallback(() => setBeat((beat) => beat + 1), [])
  useEffect(() => {
    listeners.add(again)
    return () => { listeners.delete(again) }
  }, [])
  useEffect(() => {
    let wanted = true
    read().then(
      (value) => wanted && setLoaded({ value }),
      (error) => wanted && setLoaded((before) => ({
        value: before.value, error: error.message, status: error instanceof Refused ? error.status : undefined,
      })))
    return () => { wanted = false }
  }, [beat, ...keys])
  return { ...loaded, again }
}

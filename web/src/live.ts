// What is shown is what is: whatever was read is read again when the bridge says that something changed.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { address, Refused } from './api'

let pulse = 0
const listeners = new Set<() => void>()

/// Listens for as long as the page is open. Returns what ends it.
export function listen(): () => void {
  const source = new EventSource(address('/events'))
  let last = ''
  source.onmessage = ({ data }) => {
    if (data === last) return
    last = data
    ++pulse
    listeners.forEach((tell) => tell())
  }
  return () => source.close()
}

export type Loaded<T> = { value?: T, trouble?: string, status?: number, again: () => void }

/// `read`'s answer, read anew whenever something changed or `keys` did.
export function useLive<T>(read: () => Promise<T>, keys: unknown[]): Loaded<T> {
  const [beat, setBeat] = useState(pulse)
  const [told, setTold] = useState<{ value?: T, trouble?: string, status?: number }>({})
  const again = useCallback(() => setBeat((beat) => beat + 1), [])
  useEffect(() => {
    listeners.add(again)
    return () => { listeners.delete(again) }
  }, [])
  useEffect(() => {
    let wanted = true
    read().then(
      (value) => wanted && setTold({ value }),
      (error) => wanted && setTold((before) => ({
        value: before.value, trouble: error.message, status: error instanceof Refused ? error.status : undefined,
      })))
    return () => { wanted = false }
  }, [beat, ...keys])
  return { ...told, again }
}

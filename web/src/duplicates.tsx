// Contacts that share a number: the plan, and its approval.
import { useRef, useState } from 'preact/hooks'
import { api, type Dedup, type Group } from './api'
import { useLive } from './live'
import { Act, Shown } from './parts'
import { many } from './words'

function Plan({ dedup, again }: { dedup: Dedup, again: () => void }) {
  const [left, setLeft] = useState<Set<string>>(new Set(dedup.plan.filter(({ held }) => held).map(({ keep }) => keep)))
  const dialog = useRef<HTMLDialogElement>(null)
  const chosen = dedup.plan.filter(({ keep }) => !left.has(keep))
  const losers = chosen.reduce((sum, { merge }) => sum + merge.length, 0)
  const toggle = ({ keep }: Group) => {
    const others = new Set(left)
    if (!others.delete(keep)) others.add(keep)
    setLeft(others)
  }
  const merge = async () => {
    dialog.current!.close()
    await api.merge(chosen.map((group) => (group.held ? { ...group, approve: true } : group)))
    again()
  }
  return (
    <>
      <p>{many(dedup.scanned, 'contact')} checked. {many(dedup.groups, 'number')} on several of them, {dedup.held} held for you to decide.</p>
      <div class="wide">
        <table>
          <thead><tr><th scope="col">Merge</th><th scope="col">Number</th><th scope="col">Kept</th><th scope="col">Merged into it</th><th scope="col">Held because</th></tr></thead>
          <tbody>{dedup.plan.map((group) => (
            <tr key={group.keep}>
              <td><input type="checkbox" aria-label={`merge ${group.phones.join(', ')}`} checked={!left.has(group.keep)} onChange={() => toggle(group)} /></td>
              <td>{group.phones.join(', ')}</td><td>{group.keep}</td><td>{group.merge.join(', ')}</td><td>{group.held}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      {losers > 0 && <p><button type="button" onClick={() => dialog.current!.showModal()}>Merge {many(losers, 'contact')} into {chosen.length}…</button></p>}
      <dialog ref={dialog} aria-labelledby="sure">
        <h2 id="sure">Merge {many(losers, 'contact')}?</h2>
        <p>HubSpot cannot undo a merge. What each merged contact held is kept in the ledger: <code>ringbridge dedup undo-data ID</code> shows it.</p>
        <p class="row">
          <Act label="Merge them" work={merge} />
          <button type="button" class="plain" onClick={() => dialog.current!.close()}>Not now</button>
        </p>
      </dialog>
    </>
  )
}

function Outcome({ dedup }: { dedup: Dedup }) {
  return (
    <>
      <p role="status">{dedup.running ? 'Merging: ' : 'Merged: '}{dedup.merged} of {dedup.duplicates}{dedup.converged && '. No duplicates are left.'}</p>
      <progress max={Math.max(1, dedup.duplicates)} value={dedup.merged} aria-label="merged contacts" />
      {dedup.errors.map(({ message }) => <p class="error">{message}</p>)}
    </>
  )
}

export function Duplicates() {
  const dedup = useLive(api.duplicates, [])
  const find = async () => { await api.findDuplicates(); dedup.again() }
  const unknown = dedup.status === 404
  return (
    <>
      <h1>Duplicates</h1>
      <p>Several contacts with one number split a caller's history. The oldest is kept. Nothing is merged until you confirm.</p>
      {!dedup.value?.running && <p><Act label="Look for duplicates" work={find} /></p>}
      {!unknown && <Shown loaded={dedup}>{(value) => {
        if (!value.dryRun) return <Outcome dedup={value} />
        return value.plan.length ? <Plan key={JSON.stringify(value.plan)} dedup={value} again={dedup.again} /> : <p>No two contacts share a number.</p>
      }}</Shown>}
    </>
  )
}

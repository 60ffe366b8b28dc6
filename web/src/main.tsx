// The dashboard: sign in once, then a view for each question a person has.
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { api, chooseBridge, type Bridge, type Session } from './api'
import { Calls, OneCall } from './calls'
import { Check } from './check'
import { Duplicates } from './duplicates'
import { listen } from './live'
import { Act, Form } from './parts'
import { Runs } from './runs'
import { Setup } from './setup'
import './style.css'
import { Today } from './today'

const places = [['#/', 'Today'], ['#/calls', 'Calls'], ['#/duplicates', 'Duplicates'], ['#/runs', 'Runs'], ['#/check', 'Check']] as const

function useHash(): string {
  const [hash, setHash] = useState(location.hash || '#/')
  useEffect(() => {
    const follow = () => { setHash(location.hash || '#/'); document.querySelector('main')?.focus() }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return hash
}

function View({ hash }: { hash: string }) {
  const [path = '', query = ''] = hash.slice(2).split('?')
  const [view = '', id] = path.split('/')
  if (view === 'calls') return id ? <OneCall id={decodeURIComponent(id)} /> : <Calls state={new URLSearchParams(query).get('state') ?? ''} />
  if (view === 'duplicates') return <Duplicates />
  if (view === 'runs') return <Runs />
  if (view === 'check') return <Check />
  if (view === 'setup') return <Setup />
  return <Today />
}

function Shell({ bridges, mayLeave, leave }: { bridges: Bridge[], mayLeave: boolean, leave: () => void }) {
  const hash = useHash()
  const [bridge, setBridge] = useState(bridges.length > 1 ? bridges[0]!.name : '')
  chooseBridge(bridge)
  useEffect(listen, [bridge])
  const here = (place: string) => (place === '#/' ? hash === '#/' : hash.startsWith(place))
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.querySelector('main')?.focus() }}>Skip to the content</a>
      <header>
        <strong class="name">ringbridge</strong>
        <nav aria-label="Views">{places.map(([place, name]) => <a href={place} aria-current={here(place) ? 'page' : undefined}>{name}</a>)}</nav>
        {bridges.length > 1 && (
          <label>Bridge <select value={bridge} onChange={(event) => setBridge(event.currentTarget.value)}>{bridges.map(({ name }) => <option>{name}</option>)}</select></label>
        )}
        {mayLeave && <Act label="Sign out" kind="plain" work={async () => { await api.signOut(); leave() }} />}
      </header>
      <main id="main" tabIndex={-1} key={bridge}><View hash={hash} /></main>
    </>
  )
}

function SignIn({ enter }: { enter: () => void }) {
  const [token, setToken] = useState('')
  return (
    <main class="sign-in">
      <h1>ringbridge</h1>
      <Form label="Sign in" work={async () => { await api.signIn(token); enter() }}>
        <label>Admin token <input type="password" autocomplete="current-password" value={token} onInput={(event) => setToken(event.currentTarget.value)} /></label>
      </Form>
      <p class="quiet">The ADMIN_TOKEN that ringbridge was started with.</p>
    </main>
  )
}

function App() {
  const [bridges, setBridges] = useState<Bridge[]>()
  const [session, setSession] = useState<Session>()
  const [failure, setFailure] = useState('')
  const enter = async () => {
    try {
      const session = await api.session()
      setBridges(session.signedIn ? (await api.bridges()).bridges : undefined)
      setSession(session)
    } catch (error) { setFailure((error as Error).message) }
  }
  useEffect(() => { void enter() }, [])
  if (failure) return <main class="sign-in"><h1>ringbridge</h1><p class="error" role="alert">{failure}</p></main>
  if (!session) return null
  return bridges ? <Shell bridges={bridges} mayLeave={session.tokenNeeded} leave={enter} /> : <SignIn enter={enter} />
}

render(<App />, document.getElementById('app')!)

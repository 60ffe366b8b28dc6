// Hellodesk, made as React frameworks make sites: a form sent by script with a CSRF token from an
// endpoint, the session as a JWT in a cookie, and an endpoint that says whose session it is and
// until when. The account's id from there is part of every other address. Cursor in the answer, a
// week of days beside the calls.
import { notFound, page, publicAnswer } from '../page.mjs'
import { iso, national, peopleOf, userBy } from '../people.mjs'
import { Refused, claimsOf, html, json, jwt, secret, serveSite, strangers } from '../server.mjs'

const script = `
let account, cursor
let number = 0
const ask = async (path) => {
  const answer = await fetch(path)
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.error)
  return said
}
const open = async (id) => {
  const { call } = await ask('/api/accounts/' + account + '/calls/' + id)
  ui.call(call.customer.name + ': ' + call.recap)
}
const load = async () => {
  const { calls, nextCursor } = await ask(
    '/api/accounts/' +
      account +
      '/calls?limit=10' +
      (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''),
  )
  cursor = nextCursor
  ui.calls(
    ++number,
    calls.map(({ callId, createdAt, customer }) => ({
      id: callId,
      cells: [new Date(createdAt).toISOString(), customer.name],
    })),
    open,
  )
}
ask('/api/auth/session')
ui.onLogin(async (email, password) => {
  const { csrfToken } = await ask('/api/auth/csrf')
  const body = new URLSearchParams({
    email,
    password,
    redirect: 'false',
    csrfToken,
    callbackUrl: location.href,
    json: 'true',
  })
  const answer = await fetch('/api/auth/callback/credentials', { method: 'POST', body })
  if (!answer.ok) throw new Error(new URL((await answer.json()).url).searchParams.get('error'))
  account = (await ask('/api/auth/session')).user.accountId
  ui.enter()
  const [days, agents] = await Promise.all([
    ask('/api/accounts/' + account + '/calls/by-day'),
    ask('/api/accounts/' + account + '/agents'),
    load(),
  ])
  ui.list(
    'agents',
    agents.agents.map(({ name }) => name),
  )
  ui.list(
    'bookings',
    days.days.map(({ createdAt, calls }) => createdAt + ': ' + calls),
  )
  ui.beacon('/collect', 'calls_shown')
})
ui.onNext(load)
`

const recordOf = (call, user) => ({
  callId: call.id,
  createdAt: call.at,
  durationMs: call.seconds * 1000,
  customer: { name: call.name, phoneNumber: call.phone ? national(call.phone) : null },
  phoneLine: user.agentPhone,
  disposition: { answered: 'HANDLED', missed: 'ABANDONED', ongoing: 'LIVE' }[call.outcome],
  recap: call.summary,
  dialogue: call.transcript.map(([role, content]) => ({ role, content })),
  qa: Object.fromEntries(call.answers.map(([question, answer]) => [question, { value: answer }])),
})

const cookieOf = (name, value, more = '') =>
  `${name}=${encodeURIComponent(value)}; Path=/; HttpOnly; SameSite=Lax${more}`

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({ seed: 808, now, idOf: (_, hex) => `cm${hex(10)}` })
  for (const user of users) user.account = `acct_${user.id.slice(4)}`
  const logins = { good: 0, refused: 0 }
  let key = secret()

  const sessionCookie = (user) => {
    const at = Math.floor(now() / 1000)
    const token = jwt({ sub: user.id, iat: at, exp: at + 30 * 86_400, jti: secret(4) }, key)
    return cookieOf(
      'hellodesk.session-token',
      token,
      `; Expires=${new Date(now() + 30 * 86_400_000).toUTCString()}`,
    )
  }
  const userOf = ({ cookies }) => {
    const claims = claimsOf(
      decodeURIComponent(cookies['hellodesk.session-token'] ?? ''),
      key,
      now(),
    )
    return users.find(({ id }) => id === claims?.sub)
  }
  const csrf = () => {
    const token = secret(24)
    return json({ csrfToken: token }, 200, {
      'Set-Cookie': cookieOf('hellodesk.csrf-token', `${token}|${token.length}`),
    })
  }
  const login = ({ type, form, cookies, headers }) => {
    const [token] = decodeURIComponent(cookies['hellodesk.csrf-token'] ?? '').split('|')
    const sent = [...form.keys()].sort().join()
    const isPage =
      type === 'application/x-www-form-urlencoded' &&
      sent === 'callbackUrl,csrfToken,email,json,password,redirect'
    if (!isPage || !token || form.get('csrfToken') !== token)
      return json({ url: `http://${headers.host}/api/auth/signin?csrf=true` }, 400)
    const user = userBy(users, form.get('email'), form.get('password'))
    ++logins[user ? 'good' : 'refused']
    if (!user)
      return json(
        {
          url: `http://${headers.host}/api/auth/error?error=CredentialsSignin&provider=credentials`,
        },
        401,
      )
    return json({ url: form.get('callbackUrl') }, 200, { 'Set-Cookie': sessionCookie(user) })
  }
  // Asking for it renews it.
  const session = (asked) => {
    const user = userOf(asked)
    if (!user) return json({})
    const said = {
      user: { name: user.name, email: user.email, accountId: user.account },
      expires: iso(now() + 30 * 86_400_000),
    }
    return json(said, 200, { 'Set-Cookie': sessionCookie(user) })
  }

  const calls = ({ query }, user) => {
    const limit = Number(query.get('limit'))
    if (strangers(query, ['limit', 'cursor']).length || !(limit > 0 && limit <= 50))
      throw new Refused(json({ error: 'Bad Request' }, 400))
    const cursor = query.get('cursor')
    const from =
      cursor === null
        ? 0
        : user.calls.findIndex(({ id }) => Buffer.from(id).toString('base64') === cursor)
    if (from < 0) throw new Refused(json({ error: 'Bad cursor' }, 400))
    const next = user.calls[from + limit]
    return json({
      calls: user.calls.slice(from, from + limit).map((call) => recordOf(call, user)),
      nextCursor: next ? Buffer.from(next.id).toString('base64') : null,
    })
  }
  const ofAccount = (asked) => {
    const user = userOf(asked)
    if (!user) throw new Refused(json({ error: 'Unauthorized' }, 401))
    const [, account, rest] = asked.path.match(/^\/api\/accounts\/(\w+)\/(.*)$/) ?? []
    if (account !== user.account) throw new Refused(json({ error: 'Forbidden' }, 403))
    if (rest === 'calls') return calls(asked, user)
    if (rest === 'calls/by-day')
      return json({
        days: Array.from({ length: 30 }, (_, i) => ({
          id: i,
          createdAt: now() - i * 86_400_000,
          calls: (i * 7) % 5,
        })),
      })
    if (rest === 'agents')
      return json({
        agents: user.agents.map(({ id, name, phone, at }) => ({
          agentId: `ag${id}`,
          createdAt: at,
          name,
          phoneNumber: national(phone),
        })),
      })
    const call = user.calls.find(({ id }) => rest === `calls/${id}`)
    if (!call) throw notFound()
    return json({
      call: { ...recordOf(call, user), steps: [{ createdAt: call.at, label: 'Greeting' }] },
    })
  }

  const site = await serveSite((asked) => {
    switch (asked.route) {
      case 'GET /':
        return html(page('Hellodesk'))
      case 'GET /api/auth/csrf':
        return csrf()
      case 'GET /api/auth/session':
        return session(asked)
      case 'POST /api/auth/callback/credentials':
        return login(asked)
    }
    const open = publicAnswer(asked, script)
    if (open) return open
    if (asked.method !== 'GET' || !asked.path.startsWith('/api/accounts/')) throw notFound()
    return ofAccount(asked)
  })
  return {
    ...site,
    addresses: { 'https://hellodesk.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => {
      key = secret()
    },
    login: 'POST /api/auth/callback/credentials',
    list: `GET /api/accounts/${users[0].account}/calls`,
  }
}

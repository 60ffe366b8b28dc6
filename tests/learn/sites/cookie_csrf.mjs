// Ringdesk: the session in a cookie, a CSRF token from an endpoint before the login and another one
// after it, numbered pages with a total, a window in RFC 3339.
import { notFound, page, publicAnswer } from '../page.mjs'
import { iso, peopleOf, userBy, within } from '../people.mjs'
import { Refused, html, json, secret, serveSite, strangers } from '../server.mjs'

const script = `
let csrf,
  number = 1
const until = new Date(),
  since = new Date(until - 45 * 86400000)
const ask = async (path, body) => {
  const answer = await fetch(path, {
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body),
    headers: {
      ...(csrf && { 'X-CSRF-Token': csrf }),
      ...(body && { 'Content-Type': 'application/json' }),
    },
  })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.error.message)
  return said
}
const newToken = async () => {
  csrf = (await ask('/api/csrf')).csrfToken
}
const open = async (id) => {
  const { data } = await ask('/api/v2/calls/' + id)
  ui.call(data.caller.name + ': ' + data.summary + ' ' + data.events.length)
  ui.beacon('/collect', 'call_opened')
}
const load = async () => {
  const parameters = new URLSearchParams({
    page: number,
    per_page: 15,
    from: since.toISOString(),
    to: until.toISOString(),
    sort: '-started_at',
  })
  const { data } = await ask('/api/v2/calls?' + parameters)
  ui.calls(
    number,
    data.map(({ id, started_at, caller }) => ({
      id,
      cells: [started_at, caller.name, caller.phone?.e164],
    })),
    open,
  )
}
document.cookie = '_rd_visitor=' + Math.random().toString(36).slice(2) + '; path=/'
newToken()
ui.onLogin(async (email, password) => {
  await ask('/api/session', { email, password, remember: true })
  await newToken()
  ui.enter()
  const [, agents, bookings] = await Promise.all([
    ask('/api/me'),
    ask('/api/v2/agents'),
    ask('/api/v2/bookings?upcoming=true'),
    load(),
  ])
  ui.list(
    'agents',
    agents.data.map(({ name }) => name),
  )
  ui.list(
    'bookings',
    bookings.data.map(({ starts_at, customer }) => starts_at + ' ' + customer.name),
  )
  ui.beacon('/collect', 'calls_shown')
})
ui.onNext(() => {
  ++number
  load()
})
`

const recordOf = (call, user) => ({
  id: call.id,
  started_at: iso(call.at),
  duration_seconds: call.seconds,
  caller: { name: call.name, phone: call.phone ? { e164: call.phone, country: 'US' } : null },
  line: { name: 'Main line', number: user.agentPhone },
  status:
    call.outcome === 'answered'
      ? 'completed'
      : call.outcome === 'missed'
        ? 'missed'
        : 'in_progress',
  is_spam: call.spam,
  summary: call.summary || null,
  transcript: call.transcript.map(([role, text]) => ({ role, text })),
  recording: call.recorded
    ? { url: `https://media.ringdesk.test/${call.id}.mp3?sig=${secret(6)}`, seconds: call.seconds }
    : null,
  intake: call.answers.map(([question, answer], i) => ({ position: i + 1, question, answer })),
})

const refuse = (status, code, message) => new Refused(json({ error: { code, message } }, status))

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({
    seed: 101,
    now,
    idOf: (_, hex) => `call_${hex(12)}`,
    has: { spam: true },
  })
  const sessions = new Map()
  const logins = { good: 0, refused: 0 }
  const cookie = (id) => ({ 'Set-Cookie': `sid=${id}; Path=/; HttpOnly; SameSite=Lax` })
  const begin = (user) => {
    const id = secret()
    sessions.set(id, { user })
    return id
  }

  const csrf = ({ cookies }) => {
    const known = sessions.has(cookies.sid)
    const id = known ? cookies.sid : begin()
    sessions.get(id).csrf = secret()
    return json({ csrfToken: sessions.get(id).csrf }, 200, known ? {} : cookie(id))
  }
  const checked = ({ cookies, headers }) => {
    const session = sessions.get(cookies.sid)
    if (!session?.csrf || headers['x-csrf-token'] !== session.csrf)
      throw refuse(403, 'csrf_failed', 'The CSRF token is missing or wrong.')
    return session
  }
  const login = (asked) => {
    if (asked.headers.origin !== site.url) throw refuse(403, 'bad_origin', 'This is not our page.')
    checked(asked)
    if (asked.type !== 'application/json' || !asked.json)
      throw refuse(415, 'unsupported', 'Send JSON.')
    const [stranger] = strangers(asked.json, ['email', 'password', 'remember'])
    if (stranger || asked.json.remember !== true)
      throw refuse(422, 'invalid', `Unknown field ${stranger}`)
    const user = userBy(users, asked.json.email, asked.json.password)
    ++logins[user ? 'good' : 'refused']
    if (!user)
      throw refuse(422, 'invalid_login', 'That e-mail and password do not match an account.')
    sessions.delete(asked.cookies.sid)
    return json(
      { user: { id: `usr_${user.id}`, name: user.name, email: user.email }, next: '/calls' },
      200,
      cookie(begin(user)),
    )
  }

  const calls = ({ query }, user) => {
    const [stranger] = strangers(query, ['page', 'per_page', 'from', 'to', 'sort'])
    if (stranger) throw refuse(400, 'unknown_parameter', `Unknown parameter ${stranger}`)
    const size = Number(query.get('per_page')),
      number = Number(query.get('page'))
    const [from, to] = ['from', 'to'].map((name) => {
      if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(query.get(name)))
        throw refuse(422, 'invalid', `${name} must be RFC 3339`)
      return Date.parse(query.get(name))
    })
    if (![15, 30, 50].includes(size) || !(number >= 1) || query.get('sort') !== '-started_at')
      throw refuse(422, 'invalid', 'Bad page')
    const found = within(user.calls, from, to)
    return json({
      data: found.slice((number - 1) * size, number * size).map((call) => recordOf(call, user)),
      meta: {
        page: number,
        per_page: size,
        total: found.length,
        total_pages: Math.ceil(found.length / size),
      },
    })
  }
  const detail = (id, user) => {
    const call = user.calls.find((one) => one.id === id)
    if (!call) throw notFound()
    return json({
      data: {
        ...recordOf(call, user),
        events: [
          { type: 'ringing', at: iso(call.at) },
          { type: 'ended', at: iso(call.at + call.seconds * 1000) },
        ],
      },
    })
  }
  const ofUser = (asked) => {
    if (!sessions.get(asked.cookies.sid)?.user)
      throw refuse(401, 'unauthenticated', 'You need to sign in.')
    const { user } = checked(asked)
    switch (asked.path) {
      case '/api/me':
        return json({
          user: { id: `usr_${user.id}`, name: user.name, email: user.email, company: user.company },
        })
      case '/api/v2/agents':
        return json({
          data: user.agents.map(({ id, name, phone, at }) => ({
            id,
            name,
            phone,
            created_at: iso(at),
          })),
        })
      case '/api/v2/bookings':
        return json({
          data: user.bookings.map(({ id, name, phone, at, minutes }) => ({
            id: `book_${id}`,
            starts_at: iso(at),
            duration_minutes: minutes,
            customer: { name, phone },
          })),
          meta: { total: user.bookings.length },
        })
      case '/api/v2/calls':
        return calls(asked, user)
    }
    if (asked.path.startsWith('/api/v2/calls/')) return detail(asked.path.split('/').at(-1), user)
    throw notFound()
  }

  const site = await serveSite((asked) => {
    if (asked.route === 'GET /') return html(page('Ringdesk'))
    if (asked.route === 'GET /api/csrf') return csrf(asked)
    if (asked.route === 'POST /api/session') return login(asked)
    const open = publicAnswer(asked, script)
    if (open) return open
    if (asked.method !== 'GET') throw notFound()
    return ofUser(asked)
  })
  return {
    ...site,
    addresses: { 'https://app.ringdesk.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => sessions.clear(),
    login: 'POST /api/session',
    list: 'GET /api/v2/calls',
  }
}

// Voicedock: the login is at an identity provider on another origin, as a password grant; access
// tokens live an hour, refresh tokens are good once. The list of calls is thin and goes on in a
// Link header; what was said is in each call's detail.
import { notFound, page, publicAnswer } from '../page.mjs'
import { iso, peopleOf, userBy } from '../people.mjs'
import { Refused, acrossOrigins, html, json, secret, serveSite, strangers } from '../server.mjs'

const client = 'vd-web-3f81c2'
const accepts = 'application/vnd.voicedock.v2+json'

const scriptFor = (identity) => `
const identity = '${identity}'
let token
const grant = async (fields) => {
  const body = new URLSearchParams({ client_id: '${client}', ...fields })
  const answer = await fetch(identity + '/oauth/token', { method: 'POST', body })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.error_description)
  token = said.access_token
  sessionStorage.setItem('refresh', said.refresh_token)
}
const ask = async (address) => {
  const answer = await fetch(address, {
    headers: { Accept: '${accepts}', Authorization: 'Bearer ' + token },
  })
  return { link: answer.headers.get('Link'), said: await answer.json() }
}
let next = '/v2/calls?limit=10&started_after=' + Math.floor(Date.now() / 1000 - 45 * 86400),
  number = 0
// A page of its own, on which the session begins again with the refresh token.
const open = (id) => location.assign('/calls/' + id)
const showCall = async () => {
  const { said } = await ask('/v2' + location.pathname)
  ui.enter()
  ui.call(said.contact.name + ': ' + said.analysis.summary)
}
const load = async () => {
  const { link, said } = await ask(next)
  next = link?.match(/<([^>]*)>; rel="next"/)?.[1]
  ui.calls(
    ++number,
    said.calls.map(({ id, begin, party }) => ({ id, cells: [begin, party.number] })),
    open,
  )
}
const show = async () => {
  ui.enter()
  const [agents, bookings] = await Promise.all([
    ask('/v2/agents'),
    ask('/v2/bookings?limit=50'),
    ask('/v2/me'),
    load(),
  ])
  ui.list(
    'agents',
    agents.said.agents.map(({ name }) => name),
  )
  ui.list(
    'bookings',
    bookings.said.bookings.map(({ begin, party }) => begin + party.name),
  )
  ui.beacon('/collect', 'calls_shown')
}
const kept = sessionStorage.getItem('refresh')
if (kept)
  grant({ grant_type: 'refresh_token', refresh_token: kept }).then(
    location.pathname === '/' ? show : showCall,
  )
ui.onLogin(async (username, password) => {
  await grant({
    grant_type: 'password',
    username,
    password,
    audience: 'voicedock',
    scope: 'openid offline_access',
  })
  await show()
})
ui.onNext(load)
`

const states = { answered: 'done', missed: 'no-answer', ongoing: 'ringing' }
const thin = (call) => ({
  id: call.id,
  begin: iso(call.at),
  end: iso(call.at + call.seconds * 1000),
  state: states[call.outcome],
  flags: { spam: call.spam, archived: false },
  party: { number: call.phone || null, type: 'external' },
  updated: iso(call.at + call.seconds * 1000 + 5000),
})
const full = (call, user) => ({
  ...thin(call),
  contact: { name: call.name },
  line: { number: user.agentPhone },
  analysis: { summary: call.summary },
  turns: call.transcript.map(([role, content]) => ({ role, content })),
  form: call.answers.map(([label, value]) => ({ label, value })),
  media: call.recorded
    ? [{ type: 'audio', href: `https://media.voicedock.test/${call.id}.mp3` }]
    : [],
})

const refuseGrant = (error, error_description, status = 400) =>
  new Refused(json({ error, error_description }, status))
const problem = (status, title) =>
  new Refused(
    json({ type: 'about:blank', title, status }, status, {
      'Content-Type': 'application/problem+json',
    }),
  )

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({
    seed: 404,
    now,
    idOf: (n, hex) => `01J${hex(8).toUpperCase()}${n}`,
    has: { spam: true },
  })
  const logins = { good: 0, refused: 0, refreshed: 0, reused: 0 }
  const access = new Map() // token → { user, until }
  const refresh = new Map() // token → { user, used }
  let origin

  const issue = (user) => {
    const tokens = {
      access_token: secret(32),
      refresh_token: secret(32),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid offline_access',
    }
    access.set(tokens.access_token, { user, until: now() + 3_600_000 })
    refresh.set(tokens.refresh_token, { user })
    return json(tokens, 200, { 'Cache-Control': 'no-store' })
  }
  const byPassword = ({ form }) => {
    if (form.get('audience') !== 'voicedock' || form.get('scope') !== 'openid offline_access')
      throw refuseGrant('invalid_request', 'Unknown audience or scope.')
    const user = userBy(users, form.get('username'), form.get('password'))
    ++logins[user ? 'good' : 'refused']
    if (!user) throw refuseGrant('invalid_grant', 'Wrong email or password.', 403)
    return issue(user)
  }
  // One that comes twice was stolen: all of that user's sessions end.
  const byRefresh = ({ form }) => {
    const kept = refresh.get(form.get('refresh_token'))
    if (!kept) throw refuseGrant('invalid_grant', 'Unknown or invalid refresh token.', 403)
    if (kept.used) {
      ++logins.reused
      for (const [token, { user }] of access) if (user === kept.user) access.delete(token)
      for (const [token, { user }] of refresh) if (user === kept.user) refresh.delete(token)
      throw refuseGrant('invalid_grant', 'Unknown or invalid refresh token.', 403)
    }
    kept.used = true
    ++logins.refreshed
    return issue(kept.user)
  }
  const fields = {
    password: ['audience', 'client_id', 'grant_type', 'password', 'scope', 'username'],
    refresh_token: ['client_id', 'grant_type', 'refresh_token'],
  }
  const identity = await serveSite((asked) =>
    acrossOrigins(origin, 'content-type', (question) => {
      if (question.route !== 'POST /oauth/token') throw notFound()
      const { form } = question
      const type = form.get('grant_type')
      if (question.type !== 'application/x-www-form-urlencoded' || !fields[type])
        throw refuseGrant('unsupported_grant_type', 'Grant type not allowed.')
      if (form.get('client_id') !== client)
        throw refuseGrant('invalid_client', 'Unknown client.', 401)
      if (String([...form.keys()].sort()) !== String(fields[type]))
        throw refuseGrant('invalid_request', 'Unknown or missing parameter.')
      return type === 'password' ? byPassword(question) : byRefresh(question)
    })(asked),
  )

  const calls = ({ query }, user) => {
    if (strangers(query, ['limit', 'started_after', 'after']).length)
      throw problem(400, 'Unknown parameter')
    const [limit, since] = [Number(query.get('limit')), Number(query.get('started_after'))]
    if (!(limit > 0 && limit <= 50) || !/^\d{10}$/.test(query.get('started_after')))
      throw problem(400, 'Bad parameter')
    const found = user.calls.filter(({ at }) => at >= since * 1000)
    const from = query.has('after') ? found.findIndex(({ id }) => id === query.get('after')) + 1 : 0
    if (query.has('after') && from === 0) throw problem(400, 'Bad cursor')
    const shown = found.slice(from, from + limit)
    const more = from + limit < found.length
    const first = `${origin}/v2/calls?limit=${limit}&started_after=${since}`
    const next = `, <${first}&after=${shown.at(-1)?.id}>; rel="next"`
    return json({ calls: shown.map(thin) }, 200, {
      Link: `<${first}>; rel="first"${more ? next : ''}`,
    })
  }
  const api = (asked) => {
    const session = access.get((asked.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!session || session.until <= now())
      throw problem(401, 'The access token is missing or has expired.')
    if (asked.headers.accept !== accepts) throw problem(406, `Ask for ${accepts}.`)
    const { user } = session
    switch (asked.path) {
      case '/v2/me':
        return json({ id: user.id, name: user.name, email: user.email })
      case '/v2/agents':
        return json({
          agents: user.agents.map(({ id, name, at }) => ({ id: `ag_${id}`, name, begin: iso(at) })),
        })
      case '/v2/bookings':
        return json({
          bookings: user.bookings.map(({ id, name, phone, at, minutes }) => ({
            id: `bk_${id}`,
            begin: iso(at),
            end: iso(at + minutes * 60_000),
            party: { name, number: phone },
          })),
        })
      case '/v2/calls':
        return calls(asked, user)
    }
    const call = user.calls.find(({ id }) => asked.path === `/v2/calls/${id}`)
    if (!call) throw problem(404, 'Not found')
    return json(full(call, user))
  }
  const site = await serveSite((asked) => {
    if (asked.method === 'GET' && /^\/(calls\/\w+)?$/.test(asked.path))
      return html(page('Voicedock'))
    const open = publicAnswer(asked, scriptFor(identity.url))
    if (open) return open
    if (asked.method !== 'GET' || !asked.path.startsWith('/v2/')) throw notFound()
    return api(asked)
  })
  origin = site.url
  const endSessions = () => {
    access.clear()
    refresh.clear()
  }
  // What an hour does, for tests that do not wait so long.
  const expireAccess = () => access.clear()
  const stop = () => Promise.all([site.stop(), identity.stop()])
  return {
    ...site,
    addresses: {
      'https://app.voicedock.test': site.url,
      'https://id.voicedock.test': identity.url,
    },
    identityLog: identity.log,
    stop,
    users,
    publish,
    logins,
    endSessions,
    expireAccess,
    login: 'POST /oauth/token',
    list: 'GET /v2/calls',
  }
}

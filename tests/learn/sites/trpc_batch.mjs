// Nightline: procedures asked for in batches by GET, several in one address, with JSON in a
// parameter. The login sets a cookie that only /auth sees, and that brings an access token for a
// quarter of an hour, on each page again. The next page's cursor is in the JSON, and absent at
// first; times are local, in the zone that the account's settings name.
import { notFound, page, publicAnswer } from '../page.mjs'
import { national, peopleOf, userBy } from '../people.mjs'
import { Refused, html, json, nothing, secret, serveSite, strangers } from '../server.mjs'

const zone = 'America/Denver'
const written = new Intl.DateTimeFormat('en-US', {
  timeZone: zone,
  month: '2-digit',
  day: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: true,
})
const localTime = (ms) => written.format(ms).replace(',', '')

const script = `
let access, team, cursor
let number = 0
const query = async (calls) => {
  const input = Object.fromEntries(calls.map(([, given], i) => [i, given]))
  const address =
    '/trpc/' + calls.map(([name]) => name).join() +
    '?batch=1&input=' + encodeURIComponent(JSON.stringify(input))
  const answer = await fetch(address, { headers: { 'x-access': 'Token ' + access } })
  return (await answer.json()).map(({ result, error }) => {
    if (error) throw new Error(error.message)
    return result.data
  })
}
const row = ({ ref, when, party }) => ({ id: ref, cells: [when, party.display] })
const open = async (id) => {
  const [call] = await query([['call.byRef', { team, ref: id }]])
  ui.call(call.outline)
}
const first = async () => {
  const [found, lines, me] = await query([
    ['call.list', { team, take: 14 }],
    ['line.list', { team }],
    ['session.me', {}],
  ])
  cursor = found.cursor
  ui.calls(++number, found.rows.map(row), open)
  ui.list('agents', lines.map(({ label }) => label))
}
// On each page again: a cookie that scripts cannot see brings the token.
const begin = async () => {
  const answer = await fetch('/auth/renew', { method: 'POST' })
  if (answer.status !== 200) return
  const said = await answer.json()
  access = said.access
  team = said.teams[0].key
  ui.enter()
  await first()
  ui.beacon('/collect', 'calls_shown')
}
begin()
ui.onLogin(async (email, password) => {
  const answer = await fetch('/auth/enter', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ who: email, secret: { phrase: password } }),
  })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.problem)
  location.assign('/desk')
})
ui.onNext(async () => {
  const [found] = await query([['call.list', { team, take: 14, cursor }]])
  cursor = found.cursor
  ui.calls(++number, found.rows.map(row), open)
})
`

const outcomes = { answered: 'talked', missed: 'rang out', ongoing: 'live' }
const rowOf = (call) => ({
  ref: call.id,
  when: localTime(call.at),
  spent: call.seconds,
  party: {
    display: call.name,
    dial: { e164: call.phone || null, pretty: call.phone && national(call.phone) },
  },
  state: outcomes[call.outcome],
})
const wholeOf = (call, user) => ({
  ...rowOf(call),
  dialled: user.agentPhone,
  outline: call.summary,
  speech: call.transcript.map(([by, said]) => ({ by, said })),
  asked: call.answers.map(([ask, reply]) => ({ ask, reply })),
})

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({ seed: 909, now, idOf: (n) => `nl-${n * 13}` })
  for (const user of users) user.team = `t${user.id}`
  const logins = { good: 0, refused: 0, refreshed: 0 }
  const access = new Map(),
    renewals = new Map()

  const enter = (user) => {
    const token = secret(20),
      renewal = secret(20)
    access.set(token, user)
    renewals.set(renewal, user)
    return [token, { 'Set-Cookie': `renewal=${renewal}; Path=/auth; HttpOnly; SameSite=Strict` }]
  }
  const login = ({ json: body, type }) => {
    if (type !== 'application/json' || strangers(body, ['who', 'secret']).length)
      throw new Refused(json({ problem: 'Bad request' }, 400))
    const user = userBy(users, body.who, body.secret?.phrase)
    ++logins[user ? 'good' : 'refused']
    if (!user) throw new Refused(json({ problem: 'We do not know this e-mail and password.' }, 401))
    return json({ welcome: user.name }, 200, enter(user)[1])
  }
  const renew = ({ cookies }) => {
    if (!cookies.renewal) return nothing()
    const user = renewals.get(cookies.renewal)
    if (!user) throw new Refused(json({ problem: 'Not signed in' }, 401))
    renewals.delete(cookies.renewal)
    ++logins.refreshed
    const [token, cookie] = enter(user)
    const teams = [{ key: user.team, label: user.company }]
    return json({ access: token, lasts: 900, teams }, 200, cookie)
  }
  const bad = (message) => new Refused(json([{ error: { message } }], 400))
  const procedures = {
    'call.list': ({ take, cursor }, user) => {
      if (!Number.isInteger(take) || take < 1 || take > 40) throw bad('take')
      if (cursor === null) throw bad('cursor: Expected number, received null')
      const from = cursor ?? 0
      if (!Number.isInteger(from)) throw bad('cursor: Expected number')
      const more = from + take < user.calls.length
      return {
        rows: user.calls.slice(from, from + take).map(rowOf),
        ...(more && { cursor: from + take }),
      }
    },
    'call.byRef': ({ ref }, user) => {
      const call = user.calls.find(({ id }) => id === ref)
      if (!call) throw bad('No such call')
      return wholeOf(call, user)
    },
    'line.list': (_, user) =>
      user.agents.map(({ id, name, at, phone }) => ({
        ref: `ln-${id}`,
        label: name,
        when: localTime(at),
        dial: phone,
      })),
    'session.me': (_, user) => ({
      label: user.name,
      settings: { timezone: zone, locale: 'en-US' },
    }),
  }
  const trpc = (asked) => {
    const user = access.get((asked.headers['x-access'] ?? '').replace(/^Token /, ''))
    if (!user) throw new Refused(json([{ error: { message: 'UNAUTHORIZED' } }], 401))
    const names = asked.path.slice('/trpc/'.length).split(',')
    if (asked.query.get('batch') !== '1' || strangers(asked.query, ['batch', 'input']).length)
      throw bad('batch')
    const input = JSON.parse(asked.query.get('input'))
    return json(
      names.map((name, i) => {
        const given = input[i]
        if (!procedures[name] || !given) throw bad('No such procedure')
        if (name !== 'session.me' && given.team !== user.team) throw bad('FORBIDDEN')
        return { result: { data: procedures[name](given, user) } }
      }),
    )
  }
  const site = await serveSite((asked) => {
    switch (asked.route) {
      case 'GET /':
      case 'GET /desk':
        return html(page('Nightline'))
      case 'POST /auth/enter':
        return login(asked)
      case 'POST /auth/renew':
        return renew(asked)
      case 'POST /auth/leave':
        return nothing()
    }
    const open = publicAnswer(asked, script)
    if (open) return open
    if (asked.method !== 'GET' || !asked.path.startsWith('/trpc/')) throw notFound()
    return trpc(asked)
  })
  return {
    ...site,
    addresses: { 'https://app.nightline.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => {
      access.clear()
      renewals.clear()
    },
    expireAccess: () => access.clear(),
    login: 'POST /auth/enter',
    list: 'GET /trpc/call.list',
  }
}

// Answerbase: a page before a hosted database on another origin, as Supabase serves one. A constant
// key that the page's script ships goes with every request, before the login too; the login brings
// a JWT for an hour. Rows are an array at top level, newest first by offset; what was said is JSON
// inside a text column. Asking for another workspace is no error: there are no rows.
import { notFound, page, publicAnswer } from '../page.mjs'
import { iso, peopleOf, userBy } from '../people.mjs'
import { Refused, acrossOrigins, claimsOf, html, json, jwt, secret, serveSite } from '../server.mjs'

// Everybody gets it with the script: it identifies the project, not a user.
export const apikey = jwt(
  { iss: 'supabase', ref: 'answerbase', role: 'anon', iat: 1_735_689_600, exp: 2_051_222_400 },
  'public',
)
const info = 'supabase-js-web/2.45.4'

const scriptFor = (database) => `
const database = '${database}',
  apikey = '${apikey}'
let session,
  offset = 0
const size = 15
const headersOf = (more) => ({
  apikey,
  Authorization: 'Bearer ' + (session?.access_token ?? apikey),
  'X-Client-Info': '${info}',
  ...more,
})
const grant = async (type, body) => {
  const answer = await fetch(database + '/auth/v1/token?grant_type=' + type, {
    method: 'POST',
    headers: headersOf({ 'Content-Type': 'application/json;charset=UTF-8' }),
    body: JSON.stringify(body),
  })
  const said = await answer.json()
  if (!answer.ok) throw new Error(said.msg)
  session = said
  localStorage.setItem('sb-answerbase-auth-token', JSON.stringify(session))
}
const ask = async (table, parameters, more) => {
  const answer = await fetch(
    database + '/rest/v1/' + table + '?' + new URLSearchParams(parameters),
    { headers: headersOf({ 'Accept-Profile': 'public', ...more }) },
  )
  return answer.json()
}
let workspace
const open = async (id) => {
  const call = await ask(
    'call_logs',
    { select: '*', id: 'eq.' + id },
    { Accept: 'application/vnd.pgrst.object+json' },
  )
  ui.call(JSON.parse(call.payload).caller.name + ': ' + JSON.parse(call.payload).summary)
}
const load = async () => {
  const rows = await ask('call_logs', {
    select: '*',
    workspace_id: 'eq.' + workspace,
    created_at: 'gte.' + new Date(Date.now() - 45 * 86400000).toISOString(),
    order: 'created_at.desc',
    offset,
    limit: size,
  })
  ui.calls(
    offset / size + 1,
    rows.map(({ id, created_at, from_number }) => ({ id, cells: [created_at, from_number] })),
    open,
  )
}
ui.onLogin(async (email, password) => {
  await grant('password', { email, password, gotrue_meta_security: {} })
  const [member] = await ask('members', {
    select: 'workspace_id,role',
    user_id: 'eq.' + session.user.id,
  })
  workspace = member.workspace_id
  ui.enter()
  const [agents, contacts] = await Promise.all([
    ask('agents', { select: '*', workspace_id: 'eq.' + workspace, order: 'created_at.desc' }),
    ask('contacts', {
      select: '*',
      workspace_id: 'eq.' + workspace,
      order: 'created_at.desc',
      offset: 0,
      limit: 50,
    }),
    load(),
  ])
  ui.list(
    'agents',
    agents.map(({ name }) => name),
  )
  ui.list(
    'bookings',
    contacts.map(({ name }) => name),
  )
  ui.beacon('/collect', 'calls_shown')
})
ui.onNext(() => {
  offset += size
  load()
})
`

const uuid = (_, hex) => [8, 4, 4, 4, 12].map(hex).join('-')
const stamp = (ms) => iso(ms).replace(/\.(\d+)Z$/, '.$1+00:00')
const rowOf = (call, user) => ({
  id: call.id,
  created_at: stamp(call.at),
  workspace_id: user.workspace,
  duration_ms: call.seconds * 1000,
  from_number: call.phone,
  to_number: user.agentPhone,
  ended_reason: { answered: 'hangup', missed: 'no_answer', ongoing: null }[call.outcome],
  call_status: { answered: 'ended', missed: 'missed', ongoing: 'in_progress' }[call.outcome],
  payload: JSON.stringify({
    caller: { name: call.name },
    summary: call.summary,
    messages: call.transcript.map(([role, message]) => ({ role, message })),
    structured: call.answers.map(([name, result]) => ({ name, result })),
  }),
  recording_url: call.recorded
    ? `https://media.answerbase.test/${call.id}.mp3?token=${secret(8)}`
    : null,
})

const refuse = (status, body) => new Refused(json(body, status))

// As PostgREST: filters are `column=operator.value`, anything else is a column that is not there.
function select(rows, query) {
  let found = rows
  for (const [column, value] of query) {
    if (['select', 'order', 'offset', 'limit'].includes(column)) continue
    const [, operator, operand] = value.match(/^(eq|gte|lte)\.(.*)$/) ?? []
    if (rows.length && !(column in rows[0]))
      throw refuse(400, {
        code: '42703',
        details: null,
        hint: null,
        message: `column ${column} does not exist`,
      })
    if (!operator)
      throw refuse(400, {
        code: 'PGRST100',
        details: null,
        hint: null,
        message: `"failed to parse filter (${value})"`,
      })
    const key = (text) => (column === 'created_at' ? Date.parse(text) : String(text))
    if (Number.isNaN(key(operand)))
      throw refuse(400, {
        code: '22007',
        details: null,
        hint: null,
        message: `invalid input syntax for type timestamp with time zone: "${operand}"`,
      })
    const holds = { eq: (a, b) => a === b, gte: (a, b) => a >= b, lte: (a, b) => a <= b }[operator]
    found = found.filter((row) => holds(key(row[column]), key(operand)))
  }
  const order = query.get('order')
  if (order && order !== 'created_at.desc')
    throw refuse(400, {
      code: 'PGRST100',
      details: null,
      hint: null,
      message: '"failed to parse order"',
    })
  const offset = Number(query.get('offset') ?? 0),
    limit = Math.min(Number(query.get('limit') ?? 1000), 1000)
  if (!(offset >= 0 && limit > 0))
    throw refuse(416, {
      code: 'PGRST103',
      details: null,
      hint: null,
      message: 'Requested range not satisfiable',
    })
  // Without an order a database returns rows as it likes: here the oldest first.
  return (order ? found : [...found].reverse()).slice(offset, offset + limit)
}

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({ seed: 505, now, idOf: uuid })
  for (const user of users) {
    const [, one, other] = user.id.match(/^(.{8})(.{4})$/)
    user.workspace = `${one}-${other}-4c1e-9d07-${other}${one}`
    user.id = `${one}-${other}-4a52-8b3f-${other}${one}`
  }
  const logins = { good: 0, refused: 0, refreshed: 0 }
  let key = secret()
  let origin
  const refresh = new Map()

  const issue = (user) => {
    const at = Math.floor(now() / 1000)
    const session = {
      access_token: jwt(
        { sub: user.id, role: 'authenticated', email: user.email, iat: at, exp: at + 3600 },
        key,
      ),
      token_type: 'bearer',
      expires_in: 3600,
      expires_at: at + 3600,
      refresh_token: secret(9),
      user: {
        id: user.id,
        aud: 'authenticated',
        email: user.email,
        created_at: stamp(now() - 1e9),
      },
    }
    refresh.set(session.refresh_token, user)
    return json(session)
  }
  const token = ({ type, json: body, query }) => {
    if (type !== 'application/json' || !body)
      throw refuse(400, {
        code: 400,
        error_code: 'bad_json',
        msg: 'Could not parse request body as JSON',
      })
    if (query.get('grant_type') === 'password') {
      const user = userBy(users, body.email, body.password)
      ++logins[user ? 'good' : 'refused']
      if (!user)
        throw refuse(400, {
          code: 400,
          error_code: 'invalid_credentials',
          msg: 'Invalid login credentials',
        })
      return issue(user)
    }
    if (query.get('grant_type') !== 'refresh_token')
      throw refuse(400, {
        code: 400,
        error_code: 'validation_failed',
        msg: 'unsupported_grant_type',
      })
    const user = refresh.get(body.refresh_token)
    if (!user)
      throw refuse(400, {
        code: 400,
        error_code: 'refresh_token_not_found',
        msg: 'Invalid Refresh Token: Refresh Token Not Found',
      })
    refresh.delete(body.refresh_token)
    ++logins.refreshed
    return issue(user)
  }
  const tables = {
    members: (user) => [{ user_id: user.id, workspace_id: user.workspace, role: 'owner' }],
    agents: (user) =>
      user.agents.map(({ id, name, phone, at }) => ({
        id,
        name,
        phone_number: phone,
        created_at: stamp(at),
        workspace_id: user.workspace,
      })),
    contacts: (user) =>
      user.contacts.map(({ id, name, phone, at }) => ({
        id,
        name,
        phone_number: phone,
        created_at: stamp(at),
        workspace_id: user.workspace,
      })),
    call_logs: (user) => user.calls.map((call) => rowOf(call, user)),
  }
  const rest = (asked) => {
    const bearer = (asked.headers.authorization ?? '').replace(/^Bearer /, '')
    const claims = claimsOf(bearer, key, now())
    if (!claims && bearer !== apikey)
      throw refuse(401, { code: 'PGRST301', details: null, hint: null, message: 'JWT expired' })
    const user = users.find(({ id }) => id === claims?.sub)
    const rows = tables[asked.path.slice('/rest/v1/'.length)]
    if (!rows)
      throw refuse(404, {
        code: '42P01',
        details: null,
        hint: null,
        message: 'relation does not exist',
      })
    // Row-level security: nothing for strangers.
    const found = select(user ? rows(user) : [], asked.query)
    if (asked.headers.accept !== 'application/vnd.pgrst.object+json')
      return json(found, 200, { 'Content-Range': `0-${found.length - 1}/*` })
    if (found.length !== 1)
      throw refuse(406, {
        code: 'PGRST116',
        details: null,
        hint: null,
        message: 'JSON object requested, multiple (or no) rows returned',
      })
    return json(found[0])
  }
  const allowed = 'apikey, authorization, x-client-info, content-type, accept-profile'
  const database = await serveSite((asked) =>
    acrossOrigins(origin, allowed, (question) => {
      if (question.headers.apikey !== apikey)
        throw refuse(401, {
          message: 'No API key found in request',
          hint: 'No `apikey` request header or url param was found.',
        })
      if (question.route === 'POST /auth/v1/token') return token(question)
      if (question.method === 'GET' && question.path.startsWith('/rest/v1/')) return rest(question)
      throw notFound()
    })(asked),
  )
  const site = await serveSite((asked) => {
    if (asked.route === 'GET /') return html(page('Answerbase'))
    const open = publicAnswer(asked, scriptFor(database.url))
    if (open) return open
    throw notFound()
  })
  origin = site.url
  const endSessions = () => {
    key = secret()
    refresh.clear()
  }
  const expireAccess = () => {
    key = secret()
  }
  const stop = () => Promise.all([site.stop(), database.stop()])
  return {
    ...site,
    addresses: { 'https://answerbase.test': site.url, 'https://db.answerbase.test': database.url },
    log: database.log,
    stop,
    users,
    publish,
    logins,
    endSessions,
    expireAccess,
    login: 'POST /auth/v1/token',
    list: 'GET /rest/v1/call_logs',
  }
}

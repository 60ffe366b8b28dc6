// Frontdesk, made as PHP frameworks make sites: a form with a hidden token, two redirects after the
// login, a page that names its CSRF token and whose address names the workspace, cookies that each
// answer renews. The page asks for activity with a form, by offset and day; calls are among
// messages.
import { notFound, page, publicAnswer } from '../page.mjs'
import { national, peopleOf, userBy } from '../people.mjs'
import { Refused, html, json, redirect, secret, serveSite, strangers } from '../server.mjs'

const zone = 'America/Chicago'
const dayOf = (ms) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(ms)

const script = `
const meta = (name) => document.querySelector('meta[name=' + name + ']').content
const cookie = (name) =>
  decodeURIComponent(
    document.cookie
      .split('; ')
      .find((pair) => pair.startsWith(name + '='))
      .slice(name.length + 1),
  )
const day = (ms) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: '${zone}', dateStyle: 'short' }).format(ms)
const size = 20
let start = 0
const ask = async (path, form) => {
  const answer = await fetch(path, {
    method: form ? 'POST' : 'GET',
    body: form && new URLSearchParams(form),
    headers: {
      Accept: 'application/json',
      'X-Requested-With': 'XMLHttpRequest',
      'X-CSRF-TOKEN': meta('csrf-token'),
      'X-XSRF-TOKEN': cookie('XSRF-TOKEN'),
      'X-Workspace': new URLSearchParams(location.search).get('workspace'),
    },
  })
  return answer.json()
}
const open = async (id) => {
  const call = await ask('/data/activity/' + id)
  ui.call(call.who + ': ' + call.note + call.text)
}
const load = async () => {
  const { data } = await ask('/data/activity', {
    start,
    length: size,
    from: day(Date.now() - 45 * 86400000),
    to: day(Date.now()),
  })
  ui.calls(
    start / size + 1,
    data.map(({ uuid, kind, who, number }) => ({ id: uuid, cells: [kind, who, number] })),
    open,
  )
}
// One after the other: each answer renews the cookies.
const show = async () => {
  await load()
  const { data } = await ask('/data/appointments?_=' + Date.now())
  ui.list(
    'bookings',
    data.map(({ who, starts }) => who + ' ' + starts),
  )
  ui.beacon('/collect', 'activity_shown')
}
if (document.getElementById('next')) {
  ui.onNext(() => {
    start += size
    load()
  })
  show()
}
`

const pretty = (seconds) =>
  seconds >= 60 ? `${Math.floor(seconds / 60)}m ${seconds % 60}s` : `${seconds}s`
const results = { answered: 'answered', missed: 'missed', ongoing: 'in progress' }
const recordOf = (call) => ({
  uuid: call.id,
  kind: 'call',
  created: call.at / 1000,
  length: pretty(call.seconds),
  number: call.phone ? national(call.phone) : 'Unknown',
  who: call.name,
  result: results[call.outcome],
  note: call.summary,
  text: call.transcript.map(([who, words]) => `${who}: ${words}`).join('\n'),
  answers: call.answers,
  audio: call.recorded ? `/audio/${call.id}.mp3` : '',
})
// Every second call was followed by a message.
const activityOf = (calls) =>
  calls.flatMap((call, i) =>
    i % 2 || !call.phone
      ? [recordOf(call)]
      : [
          {
            uuid: call.id.replace(/^..../, 'beef'),
            kind: 'sms',
            created: call.at / 1000 + 300,
            number: national(call.phone),
            who: call.name,
            note: '',
            text: 'Thank you!',
          },
          recordOf(call),
        ],
  )

const loginForm = (token, error = '') =>
  page('Frontdesk', {
    head: `<meta name="csrf-token" content="${token}">`,
    script: '/assets/login.js',
    error,
    form: `<form method="post" action="/login">
<input type="hidden" name="_token" value="${token}" autocomplete="off">
<label>E-mail <input id="email" type="email" name="email"></label>
<label>Password <input id="password" type="password" name="password"></label>
<label><input type="checkbox" name="remember" value="on" checked> Remember me</label>
<button type="submit">Log in</button></form>`,
  }).replace(/<main[\s\S]*<\/main>/, '')

export async function start({ now = Date.now } = {}) {
  const idOf = (_, hex) => [8, 4, 4, 4, 12].map(hex).join('-')
  const { users, publish } = peopleOf({ seed: 303, now, idOf })
  const logins = { good: 0, refused: 0 }
  const sessions = new Set() // { values, csrf, user, error }, the newest value last

  const begin = () => {
    const session = { values: [], csrf: secret(30) }
    sessions.add(session)
    return session
  }
  // A value is good until a newer one has been used: requests may be under way at once.
  const sessionOf = ({ cookies }) => {
    for (const session of sessions) {
      const at = session.values.findIndex(({ id }) => id === cookies.frontdesk_session)
      if (at < 0) continue
      session.values.splice(0, at)
      return session
    }
    return undefined
  }
  const renewed = (session) => {
    const value = { id: secret(24), xsrf: `${Buffer.from(secret(20)).toString('base64')}==` }
    session.values.push(value)
    return {
      'Set-Cookie': [
        `XSRF-TOKEN=${encodeURIComponent(value.xsrf)}; Max-Age=7200; path=/; samesite=lax`,
        `frontdesk_session=${value.id}; Max-Age=7200; path=/; httponly; samesite=lax`,
      ],
    }
  }
  const expired = () => new Refused(html('<h1>Page Expired</h1>', 419))

  const login = (asked, session) => {
    if (
      !session ||
      asked.type !== 'application/x-www-form-urlencoded' ||
      asked.form.get('_token') !== session.csrf
    )
      throw expired()
    if (strangers(asked.form, ['_token', 'email', 'password', 'remember']).length)
      throw new Refused(html('<h1>Unprocessable Content</h1>', 422))
    const user = userBy(users, asked.form.get('email'), asked.form.get('password'))
    ++logins[user ? 'good' : 'refused']
    if (!user) {
      session.error = 'These credentials do not match our records.'
      return redirect('/login', renewed(session))
    }
    sessions.delete(session)
    const fresh = Object.assign(begin(), { user })
    return redirect('/welcome', renewed(fresh))
  }
  const desk = (session) => {
    const { user, csrf } = session
    return page(`Frontdesk - ${user.company.replace('&', '&amp;')}`, {
      form: '',
      head: `<meta name="csrf-token" content="${csrf}"><meta name="user" content="${user.id}">`,
    })
  }
  const pages = (asked, session) => {
    if (asked.path === '/login') {
      const shown = session ?? begin()
      const error = shown.error
      shown.error = undefined
      return html(loginForm(shown.csrf, error), 200, renewed(shown))
    }
    if (!session?.user) return redirect('/login')
    const home = `/dashboard?workspace=ws_${session.user.id}`
    if (asked.path !== '/dashboard') return redirect(home, renewed(session))
    return html(desk(session), 200, renewed(session))
  }

  const activity = ({ method, form: query }, user) => {
    if (method !== 'POST')
      throw new Refused(
        json({ message: 'The GET method is not supported for route data/activity.' }, 405),
      )
    if (strangers(query, ['start', 'length', 'from', 'to']).length)
      throw new Refused(json({ message: 'The given data was invalid.' }, 422))
    const [from, to] = [query.get('from'), query.get('to')]
    const [start, length] = [Number(query.get('start')), Number(query.get('length'))]
    if (
      ![from, to].every((day) => /^\d{4}-\d\d-\d\d$/.test(day)) ||
      !(start >= 0) ||
      !(length > 0 && length <= 20)
    ) {
      throw new Refused(json({ message: 'The given data was invalid.' }, 422))
    }
    const found = activityOf(user.calls).filter(
      ({ created }) => dayOf(created * 1000) >= from && dayOf(created * 1000) <= to,
    )
    return { recordsTotal: found.length, data: found.slice(start, start + length) }
  }
  const data = (asked, session) => {
    const xsrf = session.values.at(0).xsrf // of the value that came with the request
    const { headers } = asked
    if (
      headers['x-csrf-token'] !== session.csrf ||
      headers['x-xsrf-token'] !== xsrf ||
      headers['x-requested-with'] !== 'XMLHttpRequest'
    )
      throw expired()
    if (headers['x-workspace'] !== `ws_${session.user.id}`)
      throw new Refused(json({ message: 'No such workspace.' }, 404))
    if (asked.path === '/data/activity') return activity(asked, session.user)
    if (asked.path === '/data/appointments') {
      return {
        recordsTotal: 40,
        data: session.user.bookings.map(({ id, name, phone, at }) => ({
          uuid: `${id}`,
          who: name,
          number: national(phone),
          starts: at / 1000,
        })),
      }
    }
    const found = activityOf(session.user.calls).find(
      ({ uuid }) => asked.path === `/data/activity/${uuid}`,
    )
    if (!found) throw notFound()
    return found
  }

  const site = await serveSite((asked) => {
    if (asked.path === '/assets/login.js')
      return {
        status: 200,
        headers: { 'Content-Type': 'text/javascript' },
        body: 'ui.beacon("/collect", "login_shown")',
      }
    const open = publicAnswer(asked, script)
    if (open) return open
    const session = sessionOf(asked)
    if (asked.route === 'POST /login') return login(asked, session)
    if (['/', '/login', '/welcome', '/dashboard'].includes(asked.path) && asked.method === 'GET')
      return pages(asked, session)
    if (!asked.path.startsWith('/data/')) throw notFound()
    if (!session?.user) return redirect('/login')
    return json(data(asked, session), 200, renewed(session))
  })
  return {
    ...site,
    addresses: { 'https://frontdesk.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => sessions.clear(),
    login: 'POST /login',
    list: 'POST /data/activity',
    rowOfACall: 'call',
  }
}

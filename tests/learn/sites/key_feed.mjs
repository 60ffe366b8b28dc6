// Linekeeper: no password at all, but an access key that its user was given, typed into the page
// and sent with each request. Records are as telephone systems have them: SIP addresses, dates of
// mail, minutes. The feed goes on before the last record's number; the same calls are there page by
// page with the next page's address, and as one export.
import { notFound, page, publicAnswer } from '../page.mjs'
import { iso, peopleOf } from '../people.mjs'
import { Refused, html, json, secret, serveSite, strangers } from '../server.mjs'

const script = `
let key,
  before,
  number = 0
const ask = async (path) => {
  const answer = await fetch(path, { headers: { 'X-Access-Key': key } })
  if (!answer.ok) throw new Error((await answer.json()).error)
  return answer.json()
}
const open = async (id) => {
  const call = await ask('/v1/calls/' + id)
  ui.call(call.display + ': ' + call.about)
}
const load = async () => {
  const { items } = await ask('/v1/feed?count=10' + (before ? '&before=' + before : ''))
  before = items.at(-1).seq
  ui.calls(
    ++number,
    items.map(({ seq, date, from }) => ({ id: seq, cells: [date, from] })),
    open,
  )
}
document.getElementById('login').addEventListener('submit', async (event) => {
  event.preventDefault()
  key = document.getElementById('key').value
  try {
    await load()
  } catch (error) {
    return ui.error(error.message)
  }
  ui.enter()
  ui.list(
    'agents',
    (await ask('/v1/lines')).items.map(({ name }) => name),
  )
  ui.beacon('/collect', 'feed_shown')
})
ui.onNext(load)
`
const form = `<form id="login"><label>Access key <input id="key" autocomplete="off"></label>
<button type="submit">Open</button></form>`

const minutes = (seconds) => Math.round((seconds / 60) * 10_000) / 10_000
const recordOf = (call, user) => ({
  seq: Number(call.id),
  date: new Date(call.at).toUTCString().replace('GMT', '+0000'),
  from: call.phone ? `sip:${call.phone}@10.0.0.7;user=phone` : 'sip:anonymous@anonymous.invalid',
  to: `sip:${user.agentPhone}@10.0.0.7`,
  minutes: minutes(call.seconds),
  display: call.name,
  cause: { answered: 'NORMAL', missed: 'NO_ANSWER', ongoing: 'UP' }[call.outcome],
  about: call.summary,
  said: call.transcript.map(([who, text]) => `${who}: ${text}`),
  fields: call.answers.map(([name, value]) => ({ name, value })),
})
const refuse = (status, error) => new Refused(json({ error }, status))

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({ seed: 707, now, idOf: (n) => `${50_000 + n * 11}` })
  for (const user of users) user.key = `lk_live_${secret(18)}`
  // Numbers grow with time; the calls were made from the newest to the oldest.
  for (const { calls } of users) {
    const ids = calls.map(({ id }) => id).reverse()
    calls.forEach((call, i) => {
      call.id = ids[i]
    })
  }
  const only = (query, allowed) => {
    const [stranger] = strangers(query, allowed)
    if (stranger) throw refuse(400, `unknown parameter: ${stranger}`)
  }
  const sized = (query) => {
    const count = Number(query.get('count'))
    if (!(count > 0 && count <= 25)) throw refuse(400, 'count must be 1 to 25')
    return count
  }
  const feed = ({ query }, user) => {
    only(query, ['count', 'before'])
    const before = query.has('before') ? Number(query.get('before')) : Infinity
    if (Number.isNaN(before) || query.get('before') === '')
      throw refuse(400, 'before must be a number')
    return {
      items: user.calls
        .filter(({ id }) => Number(id) < before)
        .slice(0, sized(query))
        .map((call) => recordOf(call, user)),
    }
  }
  const pages = ({ query }, user) => {
    only(query, ['count', 'from', 'until', 'at'])
    const [from, until] = [query.get('from'), query.get('until')]
    if (![from, until].every((day) => /^\d{4}-\d\d-\d\d$/.test(day)))
      throw refuse(400, 'from and until must be days')
    // Without the last day.
    const found = user.calls.filter(({ at }) => iso(at) >= from && iso(at) < until)
    const at = Number(query.get('at') ?? 0),
      count = sized(query)
    const next =
      at + count < found.length
        ? `/v1/pages?count=${count}&from=${from}&until=${until}&at=${at + count}`
        : null
    return {
      items: found.slice(at, at + count).map((call) => recordOf(call, user)),
      paging: { next },
    }
  }
  const answers = {
    '/v1/feed': feed,
    '/v1/pages': pages,
    '/v1/export': ({ query }, user) => {
      only(query, [])
      return { items: user.calls.map((call) => recordOf(call, user)) }
    },
    '/v1/lines': (_, user) => ({
      items: user.agents.map(({ id, name, at }) => ({
        seq: id,
        name,
        date: new Date(at).toUTCString(),
      })),
    }),
  }
  const site = await serveSite((asked) => {
    if (asked.route === 'GET /') return html(page('Linekeeper', { form }))
    const open = publicAnswer(asked, script)
    if (open) return open
    if (asked.method !== 'GET' || !asked.path.startsWith('/v1/')) throw notFound()
    const user = users.find(({ key }) => key === asked.headers['x-access-key'])
    if (!user) throw refuse(401, 'unknown access key')
    if (answers[asked.path]) return json(answers[asked.path](asked, user))
    const call = user.calls.find(({ id }) => asked.path === `/v1/calls/${id}`)
    if (!call) throw refuse(404, 'no such call')
    return json(recordOf(call, user))
  })
  const logIn = async (page, { key }) => {
    await page.locator('#key').fill(key)
    await page.locator('button[type=submit]').click()
  }
  // Keys are good until somebody revokes them.
  return {
    ...site,
    addresses: { 'https://linekeeper.test': site.url },
    users,
    publish,
    logIn,
    list: 'GET /v1/feed',
    endSessions: () => {},
  }
}

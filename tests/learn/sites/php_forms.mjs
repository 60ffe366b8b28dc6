// Anrufbuch, made by hand in PHP: one address for everything, forms with data[...] fields, a
// session cookie, and a number of the customer that each form repeats. Calls are an object whose
// names are their numbers; the caller's number is in two parts; dates are the country's, marks are
// J and N.
import { notFound, page, publicAnswer } from '../page.mjs'
import { peopleOf, userBy } from '../people.mjs'
import { Refused, html, json, redirect, secret, serveSite } from '../server.mjs'

const written = new Intl.DateTimeFormat('de-AT', {
  timeZone: 'Europe/Berlin',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const localTime = (ms) => written.format(ms).replace(',', '')
const iso = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin', dateStyle: 'short' })

const script = `
const kunde = document.querySelector('input[name=kunde]')?.value
const frage = async (was, felder) => {
  const daten = new URLSearchParams({ aktion: was, 'data[kunde]': kunde })
  for (const [name, wert] of Object.entries(felder)) daten.append('data[' + name + ']', wert)
  const antwort = await fetch('/buch.php', { method: 'POST', body: daten })
  return (await antwort.json()).inhalt
}
const tage = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin', dateStyle: 'short' })
const tag = (ms) => tage.format(ms)
let blatt = 1
const oeffne = async (nr) => {
  const { anruf } = await frage('anruf', { nr })
  ui.call(anruf.wer + ': ' + anruf.worum)
}
const lade = async () => {
  const { anrufe } = await frage('anrufe', {
    ab: tag(Date.now() - 45 * 86400000), bis: tag(Date.now()), blatt, zeilen: 15,
  })
  ui.calls(
    blatt,
    Object.values(anrufe).map(({ nr, wann, wer }) => ({ id: nr, cells: [wann, wer] })),
    oeffne,
  )
}
if (kunde) {
  lade().then(async () => {
    const { termine } = await frage('termine', { blatt: 1 })
    ui.list('bookings', Object.values(termine).map(({ wer }) => wer))
    ui.beacon('/collect', 'gezeigt')
  })
  ui.onNext(() => { ++blatt; lade() })
}
`
const words = { calls: 'Anrufe', next: 'Weiter' }
const form = (error) =>
  page('Anrufbuch', {
    lang: 'de',
    words,
    error,
    form: `<form method="post" action="/anmelden.php">
<input type="hidden" name="zurueck" value="/buch.php">
<label>E-Mail <input id="email" name="benutzer"></label>
<label>Kennwort <input id="password" type="password" name="kennwort"></label>
<button type="submit">Anmelden</button></form>`,
  }).replace(/<main[\s\S]*<\/main>/, '')

const split = (phone) =>
  phone ? { land: phone.slice(0, 3), ruf: `0${phone.slice(3)}` } : { land: '', ruf: '' }
const rowOf = (call, user) => {
  const { land, ruf } = split(call.phone)
  return {
    nr: call.id,
    wann: localTime(call.at),
    sek: String(call.seconds),
    landesvorwahl: land,
    ruf,
    unser: user.agentPhone,
    wer: call.name,
    erreicht: { answered: 'J', missed: 'N', ongoing: 'L' }[call.outcome],
    worum: call.summary,
    gesagt: call.transcript.map(([wer, was]) => `${wer}: ${was}`).join('\n'),
    antworten: Object.fromEntries(call.answers),
  }
}

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({ seed: 1010, now, idOf: (n) => `${n * 17}`, country: 'DE' })
  for (const [n, user] of users.entries()) user.kunde = `${40711 + n * 97}`
  const logins = { good: 0, refused: 0 }
  const sessions = new Map()

  const login = ({ form: sent }) => {
    const user = userBy(users, sent.get('benutzer'), sent.get('kennwort'))
    ++logins[user ? 'good' : 'refused']
    if (!user) return html(form('Benutzer oder Kennwort falsch.'))
    const id = secret()
    sessions.set(id, user)
    return redirect(sent.get('zurueck'), { 'Set-Cookie': `PHPSESSID=${id}; path=/; HttpOnly` })
  }
  const desk = (user) =>
    html(
      page('Anrufbuch', {
        lang: 'de',
        words,
        form: '',
        head: `<script>var konfig = {"sprache":"de"};</script>`,
      }).replace('<main', `<input type="hidden" name="kunde" value="${user.kunde}"><main`),
    )
  const asked = ({ form: sent }, user) => {
    const data = (name) => sent.get(`data[${name}]`)
    if (data('kunde') !== user.kunde) throw new Refused(json({ ok: 0, inhalt: null }, 403))
    switch (sent.get('aktion')) {
      case 'anrufe': {
        const [ab, bis, blatt, zeilen] = ['ab', 'bis', 'blatt', 'zeilen'].map(data)
        if (
          ![ab, bis].every((day) => /^\d{4}-\d\d-\d\d$/.test(day)) ||
          !(blatt >= 1) ||
          zeilen !== '15'
        )
          throw new Refused(json({ ok: 0, inhalt: null }, 422))
        const found = user.calls.filter(({ at }) => iso.format(at) >= ab && iso.format(at) <= bis)
        const shown = found.slice((blatt - 1) * 15, blatt * 15)
        return {
          anrufe: Object.fromEntries(shown.map((call) => [`a${call.id}`, rowOf(call, user)])),
          anzahl: found.length,
        }
      }
      case 'termine':
        return {
          termine: Object.fromEntries(
            user.bookings.map(({ id, name, at, minutes }) => [
              `t${id}`,
              { nr: id, wann: localTime(at), wer: name, sek: minutes * 60 },
            ]),
          ),
          anzahl: 40,
        }
      case 'anruf': {
        const call = user.calls.find(({ id }) => id === data('nr'))
        if (!call) throw new Refused(json({ ok: 0, inhalt: null }, 404))
        return { anruf: rowOf(call, user) }
      }
    }
    throw new Refused(json({ ok: 0, inhalt: null }, 400))
  }
  const site = await serveSite((request) => {
    if (request.route === 'GET /') return html(form(''))
    if (request.route === 'POST /anmelden.php') return login(request)
    const open = publicAnswer(request, script)
    if (open) return open
    const user = sessions.get(request.cookies.PHPSESSID)
    if (request.path !== '/buch.php') throw notFound()
    if (!user) return redirect('/')
    if (request.method === 'GET') return desk(user)
    return json({ ok: 1, inhalt: asked(request, user) })
  })
  return {
    ...site,
    addresses: { 'https://anrufbuch.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => sessions.clear(),
    login: 'POST /anmelden.php',
    list: 'POST /buch.php',
    country: 'DE',
  }
}

// Rezeption Plus, a German site: names, words and formats of its country. Times are local, phones
// as people there write them, pages count from 0, the window is in milliseconds. The session is in
// a header that the login's answer brought. Errors are 200 with German words.
import { notFound, page, publicAnswer } from '../page.mjs'
import { peopleOf, userBy, within } from '../people.mjs'
import { Refused, html, json, secret, serveSite, strangers } from '../server.mjs'

const words = {
  email: 'E-Mail-Adresse',
  password: 'Kennwort',
  submit: 'Anmelden',
  calls: 'Anrufe',
  next: 'Weiter',
}

const script = `
let sitzung,
  seite = 0
const bis = Date.now(),
  von = bis - 45 * 86400000
const frage = async (pfad, inhalt) => {
  const antwort = await fetch(pfad, {
    method: inhalt ? 'POST' : 'GET',
    body: inhalt && JSON.stringify(inhalt),
    headers: {
      ...(inhalt && { 'Content-Type': 'application/json' }),
      ...(sitzung && { 'X-Sitzung': sitzung }),
    },
  })
  const gesagt = await antwort.json()
  if (gesagt.erfolg === false) throw new Error(gesagt.meldung)
  sitzung = antwort.headers.get('X-Sitzung') ?? sitzung
  return gesagt
}
const zeige = async (nummer) => {
  const { anruf } = await frage('/api/anrufe/' + encodeURIComponent(nummer))
  ui.call(anruf.anrufer.name + ': ' + anruf.zusammenfassung)
}
const lade = async () => {
  const { anrufe } = await frage(
    '/api/anrufe?' +
      new URLSearchParams({ von, bis, seite, anzahl: 12, sortierung: 'beginn_absteigend' }),
  )
  ui.calls(
    seite + 1,
    anrufe.map(({ vorgang, beginn, anrufer }) => ({
      id: vorgang,
      cells: [beginn, anrufer.name, anrufer.rufnummer],
    })),
    zeige,
  )
}
ui.onLogin(async (benutzer, kennwort) => {
  await frage('/api/anmeldung', { benutzer, kennwort, angemeldetBleiben: true })
  ui.enter()
  const [mitarbeiter, termine] = await Promise.all([
    frage('/api/mitarbeiter'),
    frage('/api/termine'),
    lade(),
  ])
  ui.list(
    'agents',
    mitarbeiter.mitarbeiter.map(({ name }) => name),
  )
  ui.list(
    'bookings',
    termine.termine.map(({ beginn, name }) => beginn + ' ' + name),
  )
  ui.beacon('/collect', 'anrufe_gezeigt')
})
ui.onNext(() => {
  ++seite
  lade()
})
`

const local = new Intl.DateTimeFormat('de-DE', {
  timeZone: 'Europe/Berlin',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const localTime = (ms) => local.format(ms).replace(',', '')
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
const comma = (seconds) => (seconds / 60).toFixed(2).replace('.', ',')
// By turns as in the country and as from abroad.
const written = (phone, i) =>
  i % 2
    ? phone.replace(/^\+49(\d{3})(\d{3})(\d+)$/, '+49 $1 $2$3')
    : phone.replace(/^\+49(\d{3})(\d{3})(\d+)$/, '0$1 $2 $3')

const recordOf = (call, user) => ({
  vorgang: call.id,
  beginn: localTime(call.at),
  dauer: clock(call.seconds),
  minuten: comma(call.seconds),
  anrufer: {
    name: call.name,
    rufnummer: call.phone ? written(call.phone, call.at / 1000) : 'unterdrückt',
  },
  anschluss: user.agentPhone,
  ergebnis: { answered: 'angenommen', missed: 'verpasst', ongoing: 'läuft' }[call.outcome],
  werbung: call.spam ? 'ja' : 'nein',
  zusammenfassung: call.summary,
  mitschrift: call.transcript
    .map(([who, text]) => `${who === 'agent' ? 'Rezeption' : 'Anrufer'}: ${text}`)
    .join('\n'),
  fragen: call.answers.map(([frage, antwort]) => ({ frage, antwort })),
  aufnahme: call.recorded ? `https://medien.rezeption-plus.test/${call.at}.mp3` : '',
})

const refuse = (meldung) => new Refused(json({ erfolg: false, meldung }))

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({
    seed: 606,
    now,
    idOf: (n) => `RZ-26/${n * 3}`,
    has: { spam: true },
    country: 'DE',
  })
  const sessions = new Map()
  const logins = { good: 0, refused: 0 }

  const login = ({ type, json: body }) => {
    if (
      type !== 'application/json' ||
      strangers(body, ['benutzer', 'kennwort', 'angemeldetBleiben']).length
    )
      throw refuse('Ungültige Anfrage.')
    const user = userBy(users, body.benutzer, body.kennwort)
    ++logins[user ? 'good' : 'refused']
    if (!user) throw refuse('Die Zugangsdaten sind leider nicht korrekt.')
    const id = secret()
    sessions.set(id, user)
    return json({ erfolg: true, kunde: { nummer: user.id, firma: user.company } }, 200, {
      'X-Sitzung': id,
    })
  }
  const calls = ({ query }, user) => {
    if (strangers(query, ['von', 'bis', 'seite', 'anzahl', 'sortierung']).length)
      throw new Refused(json({ erfolg: false, meldung: 'Unbekannter Parameter.' }, 400))
    const fits =
      /^\d{13}$/.test(query.get('von')) &&
      /^\d{13}$/.test(query.get('bis')) &&
      /^\d+$/.test(query.get('seite'))
    const size = Number(query.get('anzahl'))
    if (!fits || ![12, 24, 48].includes(size) || query.get('sortierung') !== 'beginn_absteigend') {
      throw new Refused(json({ erfolg: false, meldung: 'Ungültige Abfrage.' }, 400))
    }
    const found = within(user.calls, Number(query.get('von')), Number(query.get('bis')))
    const from = Number(query.get('seite')) * size
    return json({
      erfolg: true,
      anrufe: found.slice(from, from + size).map((call) => recordOf(call, user)),
      verbleibend: Math.max(0, found.length - from - size),
    })
  }
  const ofUser = (asked) => {
    const user = sessions.get(asked.headers['x-sitzung'])
    if (!user) throw refuse('Ihre Sitzung ist abgelaufen. Bitte melden Sie sich erneut an.')
    switch (asked.path) {
      case '/api/anrufe':
        return calls(asked, user)
      case '/api/mitarbeiter':
        return json({
          erfolg: true,
          mitarbeiter: user.agents.map(({ id, name, phone, at }) => ({
            nummer: id,
            name,
            rufnummer: phone,
            seit: localTime(at),
          })),
        })
      case '/api/termine':
        return json({
          erfolg: true,
          termine: user.bookings.map(({ id, name, phone, at, minutes }, i) => ({
            nummer: id,
            beginn: localTime(at),
            dauer: clock(minutes * 60),
            name,
            rufnummer: written(phone, i),
          })),
        })
    }
    const call = user.calls.find(({ id }) => asked.path === `/api/anrufe/${encodeURIComponent(id)}`)
    if (!call) throw new Refused(json({ erfolg: false, meldung: 'Nicht gefunden.' }, 404))
    return json({ erfolg: true, anruf: { ...recordOf(call, user), verlauf: ['Anruf', 'Ende'] } })
  }

  const site = await serveSite((asked) => {
    if (asked.route === 'GET /') return html(page('Rezeption Plus', { words, lang: 'de' }))
    if (asked.route === 'POST /api/anmeldung') return login(asked)
    const open = publicAnswer(asked, script)
    if (open) return open
    if (asked.method !== 'GET' || !asked.path.startsWith('/api/')) throw notFound()
    return ofUser(asked)
  })
  return {
    ...site,
    addresses: { 'https://www.rezeption-plus.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => sessions.clear(),
    login: 'POST /api/anmeldung',
    list: 'GET /api/anrufe',
    country: 'DE',
  }
}

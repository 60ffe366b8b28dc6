// The people of a test site: its users, and their calls, agents, bookings and contacts. What a call
// is said to be here, however a site writes it down, is what has to arrive in HubSpot.

// A linear congruential generator with the constants of Numerical Recipes.
const randomFrom = (seed) => {
  let state = seed >>> 0
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
}

const american = {
  first: 'Ada Ben Cleo Dan Eve Finn Gus Hope Iris Jude Kim Leo Mona Ned Olga'.split(' '),
  last: "Abbott Brooks Castle Dunn Ellis O'Hara Grant Hale Ivers Jensen Kowalski Lamb".split(' '),
  wants: [
    'a leaking tap fixed',
    'a quote for a new boiler',
    'to move an appointment',
    'somebody to call back',
    'a drain cleared',
  ],
  summary: (name, want) => `${name} wants ${want}.`,
  lines: (name, want) => [
    ['agent', 'Thanks for calling! How can I help?'],
    ['caller', `This is ${name}. I want ${want}.`],
    ['agent', 'I will pass that on.'],
  ],
  questions: [
    ['Service address?', ['12 Oak St', '4 Mill Lane, Apt 3', '77 "Old" Harbor Rd']],
    ['How urgent is it?', ['Today', 'This week', 'No hurry']],
  ],
  phone: (random) => `+1571830${8000 + random(1900)}`,
  own: (n) => `+1703555010${n}`,
}
const german = {
  first: 'Jürgen Käthe Lena Max Nele Özlem Paul Rosa Sören Uwe'.split(' '),
  last: 'Groß Hübner Jäger Krüger Lindemann Müller Nowak Schäfer'.split(' '),
  wants: [
    'einen Termin verschieben',
    'einen Rückruf',
    'ein Angebot für eine Heizung',
    'eine Rechnung klären',
  ],
  summary: (name, want) => `${name} möchte ${want}.`,
  lines: (name, want) => [
    ['agent', 'Guten Tag, was kann ich für Sie tun?'],
    ['caller', `Hier ist ${name}, ich möchte ${want}.`],
  ],
  questions: [
    ['Anschrift?', ['Lindenallee 3, Köln', 'Große Straße 17', 'Am Markt 1']],
    ['Wie dringend ist es?', ['heute', 'diese Woche']],
  ],
  phone: (random) => `+49171830${1000 + random(8900)}`,
  own: (n) => `+4930901820${10 + n}`,
}

const hour = 3_600_000
const seconds = (ms) => Math.floor(ms / 1000) * 1000

function callOf(random, words, at, index, has) {
  const oneOf = (list) => list[random(list.length)]
  const name = `${oneOf(words.first)} ${oneOf(words.last)}`
  const want = oneOf(words.wants)
  const missed = index % 9 === 4
  return {
    at: seconds(at),
    seconds: missed ? 0 : 20 + random(500),
    phone: index === 7 ? '' : words.phone(random), // empty: withheld
    name,
    outcome: missed ? 'missed' : 'answered',
    outbound: has.outbound === true && index % 8 === 3,
    spam: has.spam === true && index % 12 === 10,
    deleted: has.deleted === true && index % 14 === 12,
    summary: missed ? '' : words.summary(name, want),
    transcript: missed ? [] : words.lines(name, want),
    answers: missed
      ? []
      : words.questions
          .slice(0, 1 + random(2))
          .map(([question, answers]) => [question, oneOf(answers)]),
    recorded: !missed && index % 3 !== 0,
  }
}

function othersOf(random, words, now) {
  const oneOf = (list) => list[random(list.length)]
  const person = () => ({
    name: `${oneOf(words.first)} ${oneOf(words.last)}`,
    phone: words.phone(random),
  })
  return {
    agents: Array.from({ length: 4 }, (_, i) => ({
      ...person(),
      id: 300 + i,
      at: seconds(now - (400 + i) * 24 * hour),
    })),
    bookings: Array.from({ length: 40 }, (_, i) => ({
      ...person(),
      id: 7000 + i,
      at: seconds(now + (i * 5 - 60) * hour),
      minutes: 30 + 15 * random(4),
    })),
    contacts: Array.from({ length: 50 }, (_, i) => ({
      ...person(),
      id: 9000 + i,
      at: seconds(now - i * 7 * hour),
      calls: 1 + random(5),
    })),
  }
}

// Two users; their passwords and names have what forms, JSON and addresses escape.
const american2 = [
  {
    email: 'nora@harbor-plumbing.test',
    password: 'Quiet-Harbor-71',
    name: 'Nora Quill',
    company: 'Harbor Plumbing',
  },
  {
    email: 'sam+desk@south-wind.test',
    password: 'Süd+Wind &7% "x"',
    name: 'Sam Ødegård',
    company: 'South & Wind',
  },
]
const german2 = [
  {
    email: 'jana@heizung-nord.test',
    password: 'Leise-Heizung-71',
    name: 'Jana Brandt',
    company: 'Heizung Nord',
  },
  {
    email: 'tom+buero@dach-sued.test',
    password: 'Dach+Süd &7% "x"',
    name: 'Tom Weiß',
    company: 'Dach & Süd',
  },
]

// `idOf(number, hex)` makes a call's id; `has` says which marks the site knows: spam, deleted,
// outbound. `publish({ user, ...fields })` adds a call of that user (an index), newest of all.
export function peopleOf({ seed, now, idOf, has = {}, country = 'US' }) {
  const words = country === 'DE' ? german : american
  const random = randomFrom(seed)
  const hex = (length) => Array.from({ length }, () => random(16).toString(16)).join('')
  let made = 0
  const withId = (call) => ({ id: idOf(1000 + ++made, hex), ...call })
  const users = (country === 'DE' ? german2 : american2).map((user, n) => {
    const calls = Array.from({ length: 44 - 7 * n }, (_, i) =>
      withId(callOf(random, words, now() - 3 * hour - i * 11 * hour - random(5 * hour), i, has)),
    )
    return {
      id: hex(12),
      ...user,
      agentPhone: words.own(n + 1),
      calls,
      ...othersOf(random, words, now()),
    }
  })
  const publish = ({ user = 0, ...fields } = {}) => {
    const call = { ...withId(callOf(random, words, now(), 0, has)), ...fields }
    users[user].calls.unshift(call)
    return call
  }
  return { users, publish }
}

export const userBy = (users, email, password) =>
  users.find((user) => user.email === email && user.password === password)

export const within = (calls, since, until) => calls.filter(({ at }) => at >= since && at <= until)

export const iso = (ms) => new Date(ms).toISOString()

// `(571) 830-8515`
export const national = (phone) => phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3')

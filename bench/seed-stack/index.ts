// The baseline: a good script written in an afternoon, on the stack that ringbridge's users have today
// (Bun and Hono). Call by call, in order: search for the caller, create a missing contact, write the
// activity, update the contact's properties. Sequentially: an account allows five searches a second,
// so more at once would only be refused.
import { Hono } from 'hono'

const receptionist = process.env.RECEPTIONIST_BASE_URL!
const hubspot = process.env.HUBSPOT_BASE_URL!
const callsObject = process.env.HUBSPOT_ACTIVITY_API === 'calls'
const hubspotHeaders = {
  Authorization: `Bearer ${process.env.HUBSPOT_TOKEN}`, 'Content-Type': 'application/json',
}

type Call = {
  id: string, callTimestamp: string, durationSeconds?: number, customerPhone?: string, agentPhone?: string,
  callerName?: string, primaryAction?: string, summary?: string, transcript?: string, recordingUrl?: string,
  formResponses?: { question: string, answer: string }[],
}
type Contact = { id: string, properties: Record<string, string | null> }

let requests = 0

async function logIn(): Promise<string> {
  const origin = { Origin: 'https://ai.goodcall.com' }
  const first = await fetch(`${receptionist}/v0/csrf`, { headers: origin })
  const { csrfToken } = await first.json()
  const login = await fetch(`${receptionist}/v0/users/login`, {
    method: 'POST',
    headers: { ...origin, 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken, Cookie: `csrf=${csrfToken}` },
    body: JSON.stringify({ email: process.env.RECEPTIONIST_EMAIL, password: process.env.RECEPTIONIST_PASSWORD }),
  })
  const token = login.headers.getSetCookie().find((cookie) => cookie.startsWith('token='))
  if (!token) throw new Error(`login: ${login.status}`)
  return token.split(';')[0]
}

async function readCalls(since: string, until: string): Promise<Call[]> {
  const headers = { Origin: 'https://ai.goodcall.com', Cookie: await logIn() }
  const calls = new Map<string, Call>()
  for (let page = 1; ; ++page) {
    const query = new URLSearchParams({ startDate: since, endDate: until, page: String(page), pageSize: '100' })
    const answer = await (await fetch(`${receptionist}/v0/calls?${query}`, { headers })).json()
    for (const call of answer.calls) calls.set(call.id, call)
    if (page * answer.pageSize >= answer.total || answer.calls.length === 0) return [...calls.values()]
  }
}

async function ask(method: string, path: string, body: unknown): Promise<any> {
  ++requests
  const answer = await fetch(hubspot + path, { method, headers: hubspotHeaders, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

const tenDigits = (phone: string) => phone.replace(/\D/g, '').slice(-10)

function variants(phone: string): string[] {
  const [a, b, c] = [phone.slice(0, 3), phone.slice(3, 6), phone.slice(6)]
  return [`+1${phone}`, phone, `1${phone}`, `(${a}) ${b}-${c}`, `(${a})${b}-${c}`, `${a}-${b}-${c}`, `${a}.${b}.${c}`,
    `${a} ${b} ${c}`, `1-${a}-${b}-${c}`, `+1 (${a}) ${b}-${c}`]
}

async function findContact(phone: string): Promise<Contact | undefined> {
  const values = variants(phone)
  const found = await ask('POST', '/crm/v3/objects/contacts/search', {
    filterGroups: ['phone', 'mobilephone'].map((propertyName) => ({ filters: [{ propertyName, operator: 'IN', values }] })),
    properties: ['firstname', 'lastname', 'goodcall_last_call_date', 'goodcall_call_count'], limit: 10,
  })
  return found.results[0]
}

const escape = (text = '') => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function bodyOf(call: Call): string {
  const answers = (call.formResponses ?? []).map(({ question, answer }) => `<li>${escape(question)}: ${escape(answer)}</li>`)
  return [`<p>${escape(call.summary)}</p>`, `<ul>${answers.join('')}</ul>`, `<p>${escape(call.transcript)}</p>`,
    `<p><a href="${call.recordingUrl}">Recording</a></p>`, `<p>GoodCall ID: ${call.id}</p>`].join('\n')
}

async function writeActivity(call: Call, contact: Contact) {
  const title = `GoodCall: ${call.callerName} — ${call.primaryAction}`
  if (callsObject) {
    return ask('POST', '/crm/v3/objects/calls', {
      properties: {
        hs_timestamp: call.callTimestamp, hs_call_title: title, hs_call_body: bodyOf(call), hs_call_status: 'COMPLETED',
        hs_call_direction: 'INBOUND', hs_call_duration: String((call.durationSeconds ?? 0) * 1000),
        hs_call_from_number: call.customerPhone, hs_call_to_number: call.agentPhone,
      },
      associations: [{ to: { id: contact.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }] }],
    })
  }
  return ask('POST', '/engagements/v1/engagements', {
    engagement: { type: 'CALL', timestamp: Date.parse(call.callTimestamp) },
    associations: { contactIds: [Number(contact.id)] },
    metadata: {
      title, body: bodyOf(call), status: 'COMPLETED', durationMilliseconds: (call.durationSeconds ?? 0) * 1000,
      fromNumber: call.customerPhone, toNumber: call.agentPhone,
    },
  })
}

async function carry(call: Call, phone: string, known?: Contact): Promise<Contact> {
  const [firstname, ...rest] = (call.callerName ?? `Caller ${phone}`).split(' ')
  // The search lags behind creation: contacts created here are remembered.
  const contact = (await findContact(phone)) ?? known ?? await ask('POST', '/crm/v3/objects/contacts', {
    properties: { phone: `+1${phone}`, firstname, lastname: rest.join(' ') },
  })
  if ((contact.properties.goodcall_last_call_date ?? '') >= call.callTimestamp) return contact
  await writeActivity(call, contact)
  return ask('PATCH', `/crm/v3/objects/contacts/${contact.id}`, {
    properties: {
      goodcall_last_call_date: call.callTimestamp, goodcall_last_call_id: call.id,
      goodcall_last_call_summary: call.summary ?? '', goodcall_last_call_action: call.primaryAction ?? '',
      goodcall_call_count: String(Number(contact.properties.goodcall_call_count ?? 0) + 1),
    },
  })
}

async function sync(since: string, until: string) {
  const calls = (await readCalls(since, until)).sort((one, other) => one.callTimestamp.localeCompare(other.callTimestamp))
  const known = new Map<string, Contact>()
  let synced = 0
  for (const call of calls) {
    if (!call.customerPhone) continue
    const phone = tenDigits(call.customerPhone.split(' (mobile')[0])
    known.set(phone, await carry(call, phone, known.get(phone)))
    ++synced
  }
  return { synced, requests }
}

const properties = ['goodcall_last_call_date', 'goodcall_last_call_id', 'goodcall_last_call_summary',
  'goodcall_last_call_action', 'goodcall_call_count']

async function setUp() {
  await ask('POST', '/crm/v3/properties/contacts/groups', { name: 'goodcall', label: 'GoodCall' })
  for (const name of properties) {
    await ask('POST', '/crm/v3/properties/contacts', { name, label: name, groupName: 'goodcall', type: 'string', fieldType: 'text' })
  }
}

const app = new Hono()
app.get('/health', (context) => context.json({ status: 'ok' }))
app.post('/setup-properties', async (context) => {
  await setUp()
  return context.json({ created: properties })
})
app.post('/sync-now', async (context) => context.json(await sync(context.req.query('since')!, context.req.query('until')!)))

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: app.fetch })
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.port}` }))

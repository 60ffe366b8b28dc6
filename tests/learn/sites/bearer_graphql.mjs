// Callwise: everything is POST /graphql, and only the page's own queries are known. The login is a
// mutation that returns a JWT for a day; calls come by cursor, newest first, without a window.
// Errors are 200, as GraphQL has it.
import { notFound, page, publicAnswer } from '../page.mjs'
import { peopleOf, userBy } from '../people.mjs'
import { Refused, claimsOf, html, json, jwt, secret, serveSite, strangers } from '../server.mjs'

// Each operation's text, and the names of its variables.
const operations = {
  SignIn: [
    `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    token
    viewer {
      id
      name
      __typename
    }
    __typename
  }
}`,
    ['input'],
  ],
  Viewer: [
    `query Viewer {
  viewer {
    id
    name
    company
    __typename
  }
}`,
    [],
  ],
  Agents: [
    `query Agents {
  agents {
    id
    name
    phone
    createdAt
    __typename
  }
}`,
    [],
  ],
  Contacts: [
    `query Contacts($first: Int!) {
  contacts(first: $first) {
    edges {
      node {
        id
        displayName
        phone
        lastCallAt
        __typename
      }
      __typename
    }
    pageInfo {
      endCursor
      hasNextPage
      __typename
    }
    __typename
  }
}`,
    ['first'],
  ],
  CallHistory: [
    `query CallHistory($first: Int!, $after: String, $orderBy: CallOrder!) {
  calls(first: $first, after: $after, orderBy: $orderBy) {
    totalCount
    edges {
      cursor
      node {
        ...CallRow
        __typename
      }
      __typename
    }
    pageInfo {
      endCursor
      hasNextPage
      __typename
    }
    __typename
  }
}

fragment CallRow on Call {
  id
  startedAt
  duration
  direction
  from
  to
  state
  visibility
  contact {
    displayName
  }
  ai {
    summary
    intent
  }
  intake
  transcript {
    speaker
    text
  }
  recordingUrl
}`,
    ['after', 'first', 'orderBy'],
  ],
  CallDetail: [
    `query CallDetail($id: ID!) {
  call(id: $id) {
    id
    startedAt
    contact {
      displayName
      __typename
    }
    ai {
      summary
      sentiment
      __typename
    }
    __typename
  }
}`,
    ['id'],
  ],
}
const texts = Object.fromEntries(Object.entries(operations).map(([name, [text]]) => [name, text]))
const version = 'web-5.12.0'

const script = `
const operations =
  ${JSON.stringify(texts)}
let token = null,
  after = null,
  number = 0
const ask = async (operationName, variables = {}) => {
  const answer = await fetch('/graphql', {
    method: 'POST',
    body: JSON.stringify({ operationName, variables, query: operations[operationName] }),
    headers: {
      'Content-Type': 'application/json',
      'X-Client-Version': '${version}',
      ...(token && { Authorization: 'Bearer ' + token }),
    },
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(errors[0].message)
  return data
}
const open = async (id) => {
  const { call } = await ask('CallDetail', { id })
  ui.call(call.contact.displayName + ': ' + (call.ai?.summary ?? ''))
}
const load = async () => {
  const { calls } = await ask('CallHistory', { first: 12, after, orderBy: 'STARTED_AT_DESC' })
  after = calls.pageInfo.endCursor
  ui.calls(
    ++number,
    calls.edges.map(({ node }) => ({
      id: node.id,
      cells: [node.startedAt, node.contact.displayName, node.from],
    })),
    open,
  )
}
ui.onLogin(async (email, password) => {
  const { signIn } = await ask('SignIn', { input: { email, password } })
  token = signIn.token
  localStorage.setItem('callwise.token', token)
  ui.enter()
  const [agents] = await Promise.all([
    ask('Agents'),
    ask('Viewer'),
    ask('Contacts', { first: 50 }),
    load(),
  ])
  ui.list(
    'agents',
    agents.agents.map(({ name }) => name),
  )
  ui.beacon('/collect', 'calls_shown')
})
ui.onNext(load)
`

// `PT4M7S`, `PT4M`, `PT7S`
const isoDuration = (seconds) => {
  const minutes = Math.floor(seconds / 60)
  const rest = seconds % 60 || !minutes ? `${seconds % 60}S` : ''
  return `PT${minutes ? `${minutes}M` : ''}${rest}`
}
const globalId = (type, id) => Buffer.from(`${type}:${id}`).toString('base64')
const offsetIso = (ms) => new Date(ms).toISOString().replace(/\.(\d+)Z$/, '.$1000+00:00')
const states = { answered: 'ENDED', missed: 'NO_ANSWER', ongoing: 'LIVE' }

// The numbers as dialled: on an outbound call the first is the company's own.
const nodeOf = (call, user) => {
  const theirs = call.phone ? `tel:${call.phone}` : 'anonymous',
    ours = `tel:${user.agentPhone}`
  return {
    id: call.id,
    startedAt: offsetIso(call.at),
    duration: isoDuration(call.seconds),
    direction: call.outbound ? 'OUTBOUND' : 'INBOUND',
    from: call.outbound ? ours : theirs,
    to: call.outbound ? theirs : ours,
    state: states[call.outcome],
    visibility: call.deleted ? 'TRASHED' : 'VISIBLE',
    contact: { displayName: call.name, __typename: 'Contact' },
    ai: call.summary
      ? { summary: call.summary, intent: 'appointment', __typename: 'Analysis' }
      : null,
    intake: Object.fromEntries(call.answers),
    transcript: call.transcript.map(([speaker, text]) => ({ speaker, text, __typename: 'Turn' })),
    recordingUrl: call.recorded ? `https://cdn.callwise.test/${secret(4)}/${call.at}.wav` : null,
    __typename: 'Call',
  }
}

const failed = (message, code, status = 200) =>
  new Refused(json({ data: null, errors: [{ message, extensions: { code } }] }, status))

export async function start({ now = Date.now } = {}) {
  const { users, publish } = peopleOf({
    seed: 202,
    now,
    idOf: (n) => globalId('Call', 81_000 + n * 7),
    has: { outbound: true, deleted: true },
  })
  const logins = { good: 0, refused: 0 }
  let key = secret()

  const signIn = ({ input }) => {
    const [stranger] = strangers(input, ['email', 'password'])
    if (stranger)
      throw failed(
        `Field "${stranger}" is not defined by type "SignInInput".`,
        'BAD_USER_INPUT',
        400,
      )
    const user = userBy(users, input.email, input.password)
    ++logins[user ? 'good' : 'refused']
    if (!user)
      return json({
        data: { signIn: null },
        errors: [
          {
            message: 'Invalid email or password',
            path: ['signIn'],
            extensions: { code: 'INVALID_CREDENTIALS' },
          },
        ],
      })
    const at = Math.floor(now() / 1000)
    const token = jwt({ sub: user.id, iat: at, exp: at + 24 * 3600 }, key)
    return json({
      data: {
        signIn: {
          token,
          viewer: { id: globalId('User', user.id), name: user.name, __typename: 'User' },
          __typename: 'SignInPayload',
        },
      },
    })
  }

  const history = ({ first, after, orderBy }, user) => {
    if (!(Number.isInteger(first) && first > 0 && first <= 50) || orderBy !== 'STARTED_AT_DESC')
      throw failed('Variable has an invalid value.', 'BAD_USER_INPUT', 400)
    const before =
      after === null ? -1 : user.calls.findIndex(({ id }) => globalId('cursor', id) === after)
    if (after !== null && before < 0) throw failed('Invalid cursor', 'BAD_USER_INPUT')
    const edges = user.calls
      .slice(before + 1, before + 1 + first)
      .map((call) => ({
        cursor: globalId('cursor', call.id),
        node: nodeOf(call, user),
        __typename: 'CallEdge',
      }))
    const pageInfo = {
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: before + 1 + first < user.calls.length,
      __typename: 'PageInfo',
    }
    return {
      calls: { totalCount: user.calls.length, edges, pageInfo, __typename: 'CallConnection' },
    }
  }
  const answers = {
    Viewer: (_, user) => ({
      viewer: {
        id: globalId('User', user.id),
        name: user.name,
        company: user.company,
        __typename: 'User',
      },
    }),
    Agents: (_, user) => ({
      agents: user.agents.map(({ id, name, phone, at }) => ({
        id: globalId('Agent', id),
        name,
        phone,
        createdAt: offsetIso(at),
        __typename: 'Agent',
      })),
    }),
    Contacts: (_, user) => ({
      contacts: {
        edges: user.contacts.map(({ id, name, phone, at }) => ({
          node: {
            id: globalId('Contact', id),
            displayName: name,
            phone: `tel:${phone}`,
            lastCallAt: offsetIso(at),
            __typename: 'Contact',
          },
          __typename: 'ContactEdge',
        })),
        pageInfo: { endCursor: null, hasNextPage: false, __typename: 'PageInfo' },
        __typename: 'ContactConnection',
      },
    }),
    CallHistory: history,
    CallDetail: ({ id }, user) => {
      const call = user.calls.find((one) => one.id === id)
      const node = call && nodeOf(call, user)
      return {
        call: call
          ? {
              id,
              startedAt: node.startedAt,
              contact: node.contact,
              ai: node.ai && { ...node.ai, sentiment: 'NEUTRAL' },
              __typename: 'Call',
            }
          : null,
      }
    },
  }

  const graphql = (asked) => {
    if (asked.type !== 'application/json' || !asked.json)
      throw failed('POST body missing', 'BAD_REQUEST', 400)
    if (asked.headers['x-client-version'] !== version)
      throw failed('Please reload the page: this client is too old.', 'CLIENT_OUTDATED', 400)
    const { operationName, variables, query } = asked.json
    const [text, names] = operations[operationName] ?? []
    const known =
      text === query && strangers(asked.json, ['operationName', 'query', 'variables']).length === 0
    if (!known) throw failed('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND', 400)
    if (String(Object.keys(variables ?? {}).sort()) !== String(names))
      throw failed('Variables do not fit the query.', 'BAD_USER_INPUT', 400)
    if (operationName === 'SignIn') return signIn(variables)
    const claims = claimsOf((asked.headers.authorization ?? '').replace(/^Bearer /, ''), key, now())
    const user = users.find(({ id }) => id === claims?.sub)
    if (!user) throw failed('Not authenticated', 'UNAUTHENTICATED')
    return json({ data: answers[operationName](variables, user) })
  }

  const site = await serveSite((asked) => {
    if (asked.route === 'GET /') return html(page('Callwise'))
    if (asked.route === 'POST /graphql') return graphql(asked)
    const open = publicAnswer(asked, script)
    if (open) return open
    throw notFound()
  })
  return {
    ...site,
    addresses: { 'https://callwise.test': site.url },
    users,
    publish,
    logins,
    endSessions: () => {
      key = secret()
    },
    login: 'POST /graphql',
    list: 'POST /graphql',
  }
}

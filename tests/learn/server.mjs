// What the test sites share: a server on loopback, what a request holds, answers, tokens.
import { createHmac, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

// Thrown by a site's rules, wherever they find that a request is not what its page sends.
export class Refused extends Error {
  constructor(answer) {
    super(`refused with ${answer.status}`)
    this.answer = answer
  }
}

export const json = (body, status = 200, headers = {}) => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
export const html = (body, status = 200, headers = {}) => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
  body,
})
export const redirect = (location, headers = {}) => ({
  status: 302,
  headers: { Location: location, ...headers },
  body: '',
})
export const nothing = (headers = {}) => ({ status: 204, headers, body: '' })

const cookiesIn = (header = '') =>
  Object.fromEntries(
    header
      .split('; ')
      .filter(Boolean)
      .map((pair) => {
        const equals = pair.indexOf('=')
        return [pair.slice(0, equals), pair.slice(equals + 1)]
      }),
  )

const parsed = (body) => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

// Starts a server: `answerTo(asked)` returns an answer or throws Refused. What was asked is kept in
// `log`, so that tests can count it.
export async function serveSite(answerTo) {
  const log = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { pathname: path, searchParams: query } = new URL(request.url, 'http://site')
    const asked = {
      method: request.method,
      path,
      query,
      route: `${request.method} ${path}`,
      headers: request.headers,
      type: (request.headers['content-type'] ?? '').split(';')[0],
      cookies: cookiesIn(request.headers.cookie),
      body,
      json: parsed(body),
      form: new URLSearchParams(body),
    }
    let answer
    try {
      answer = await answerTo(asked)
    } catch (refusal) {
      if (!(refusal instanceof Refused)) console.error(refusal)
      answer = refusal.answer ?? { status: 500, headers: {}, body: '' }
    }
    log.push({ method: asked.method, path, query: String(query), status: answer.status, body })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
    .listen(0, '127.0.0.1')
    .unref()
  await new Promise((listening) => server.once('listening', listening))
  const stop = () => {
    server.closeAllConnections()
    return new Promise((closed) => server.close(closed))
  }
  return { url: `http://127.0.0.1:${server.address().port}`, log, stop }
}

// Names that the page never sends. For URLSearchParams and objects.
export const strangers = (given, allowed) =>
  [...(given instanceof URLSearchParams ? given.keys() : Object.keys(given ?? {}))].filter(
    (name) => !allowed.includes(name),
  )

// Lets a page of another origin ask, as servers of APIs do; the browser asks with OPTIONS first.
export const acrossOrigins = (origin, headers, answerTo) => async (asked) => {
  const allowed = {
    'Access-Control-Allow-Origin': origin,
    Vary: 'Origin',
    'Access-Control-Expose-Headers': 'Link, Content-Range',
  }
  if (asked.method === 'OPTIONS') {
    return nothing({
      ...allowed,
      'Access-Control-Allow-Methods': 'GET, POST',
      'Access-Control-Allow-Headers': headers,
    })
  }
  const allow = (answer) => ({ ...answer, headers: { ...answer.headers, ...allowed } })
  try {
    return allow(await answerTo(asked))
  } catch (refusal) {
    if (refusal instanceof Refused) throw new Refused(allow(refusal.answer))
    throw refusal
  }
}

export const secret = (bytes = 18) => randomBytes(bytes).toString('base64url')

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const signature = (text, key) => createHmac('sha256', key).update(text).digest('base64url')

export function jwt(claims, key) {
  const text = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  return `${text}.${signature(text, key)}`
}

// The claims of a JWT that this key has signed and that has not expired; undefined for any other.
export function claimsOf(token, key, now) {
  const [head, claims, signed] = (token ?? '').split('.')
  if (!signed || signed !== signature(`${head}.${claims}`, key)) return undefined
  const said = JSON.parse(Buffer.from(claims, 'base64url'))
  return said.exp * 1000 > now ? said : undefined
}

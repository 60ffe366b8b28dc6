// The pages of the test sites: an HTML shell, and what their scripts share, served as a bundle like
// any site's. Each site adds its own script, which knows how to ask its server.
import { Refused, json, nothing } from './server.mjs'

const vendor = `'use strict'
const ui = {
  part: (id) => document.getElementById(id),
  // Shows the desk instead of the login form.
  enter() {
    if (ui.part('login')) ui.part('login').hidden = true
    ui.part('desk').hidden = false
  },
  error(text) {
    ui.part('error').textContent = text
  },
  // One page of calls: [{ id, cells }]. open(id) is called when one is clicked.
  calls(number, calls, open) {
    const body = ui.part('calls').tBodies[0]
    body.replaceChildren(
      ...calls.map(({ id, cells }) => {
        const row = body.ownerDocument.createElement('tr')
        row.dataset.id = id
        row.append(
          ...cells.map((cell) =>
            Object.assign(document.createElement('td'), { textContent: cell ?? '' }),
          ),
        )
        row.addEventListener('click', () => open(id))
        return row
      }),
    )
    ui.part('calls').dataset.page = number
  },
  list(id, texts) {
    ui.part(id).replaceChildren(
      ...texts.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
    )
  },
  call(text) {
    ui.part('call').textContent = text
    ui.part('call').hidden = false
  },
  beacon(path, event) {
    navigator.sendBeacon(
      path,
      JSON.stringify({
        event,
        page: location.pathname,
        at: Date.now(),
        calls: [{ id: 1, at: Date.now() }],
      }),
    )
  },
  onLogin(submit) {
    ui.part('login').addEventListener('submit', (event) => {
      event.preventDefault()
      submit(ui.part('email').value, ui.part('password').value).catch((error) =>
        ui.error(error.message),
      )
    })
  },
  onNext(next) {
    ui.part('next').addEventListener('click', next)
  },
}
`
// As long as a real bundle's lines are.
const bundle =
  vendor +
  Array.from(
    { length: 400 },
    (_, i) => `ui.icon${i} = 'M${i} ${(i * 7) % 24}h${i % 9}v${i % 7}H${i}z${'l1 1'.repeat(12)}'`,
  ).join('\n')

const style =
  'body{font:16px sans-serif;margin:2rem}td{padding:.2rem 1rem .2rem 0}[hidden]{display:none}'
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

const english = {
  email: 'E-mail',
  password: 'Password',
  submit: 'Log in',
  calls: 'Calls',
  next: 'Next page',
}

// A page: with the usual login form, another one, or none if `form` is empty.
export const page = (
  title,
  { form, head = '', script = '/assets/app.js', words = english, lang = 'en', error = '' } = {},
) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title>${head}
<link rel="icon" href="/assets/logo.svg"><link rel="stylesheet" href="/assets/site.css"></head>
<body><header><img src="/assets/logo.svg" width="24" alt=""> ${title}</header>
<p id="error" role="alert">${error}</p>
${
  form ??
  `<form id="login">
<label>${words.email} <input id="email" type="email" autocomplete="username"></label>
<label>${words.password} <input id="password" type="password"></label>
<button type="submit">${words.submit}</button></form>`
}
<main id="desk" ${form === '' ? '' : 'hidden'}><h1>${words.calls}</h1>
<table id="calls"><tbody></tbody></table><button id="next" type="button">${words.next}</button>
<aside id="call" hidden></aside><ul id="agents"></ul><ul id="bookings"></ul></main>
<script src="/assets/vendor.js"></script><script src="${script}"></script></body></html>`

const files = {
  '/assets/vendor.js': ['text/javascript', bundle],
  '/assets/site.css': ['text/css', style],
  '/assets/logo.svg': ['image/svg+xml', logo],
  '/pixel.gif': ['image/gif', pixel],
}

// What every site serves to anybody: assets, its own script, and where its analytics go. Undefined
// for all else.
export function publicAnswer({ method, path }, script) {
  if (method === 'POST' && path === '/collect') return nothing()
  const [type, body] = path === '/assets/app.js' ? ['text/javascript', script] : (files[path] ?? [])
  if (!type || method !== 'GET') return undefined
  return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'max-age=3600' }, body }
}

export const notFound = () => new Refused(json({ error: 'Not found' }, 404))

// The test sites themselves: each one's page works in Chromium, its recording has what a profile is
// learned from, and what the page would not have sent is refused.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launchBrowser, logIn, record, sanitize, siteNames, startSite } from './record.mjs'

const folder = mkdtempSync(join(tmpdir(), 'ringbridge-sites-'))
let browser
before(async () => (browser = await launchBrowser()))
after(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

// For each site, in its page's own words: a request that is answered (`list`), as it is refused
// once the session has ended (`ended`), and requests that the page would not have sent, with what
// says so.
const month = `from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z&sort=-started_at&per_page=15`
const seite = 'seite=0&anzahl=12&sortierung=beginn_absteigend'
const rules = {
  cookie_csrf: {
    list: `fetch('/api/v2/calls?page=1&${month}', { headers: { 'X-CSRF-Token': csrf } })`,
    ended: /^401 .*sign in/,
    refused: {
      'no CSRF token': [`fetch('/api/v2/calls?page=1&${month}')`, /^403 .*csrf_failed/],
      'an old CSRF token': [
        `fetch('/api/csrf').then(() => fetch('/api/me', { headers: { 'X-CSRF-Token': csrf } }))`,
        /^403 .*csrf_failed/,
      ],
      'no cookie': [
        `fetch('/api/me', { credentials: 'omit', headers: { 'X-CSRF-Token': csrf } })`,
        /^401/,
      ],
      'an unknown parameter': [
        `newToken().then(() =>
          fetch('/api/v2/calls?page=1&limit=9&${month}', { headers: { 'X-CSRF-Token': csrf } }),
        )`,
        /^400 .*limit/,
      ],
      'a day instead of a moment': [
        `fetch('/api/v2/calls?page=1&per_page=15&sort=-started_at&from=2026-01-01&to=2027-01-01', {
          headers: { 'X-CSRF-Token': csrf },
        })`,
        /^422/,
      ],
      'a login as a form': [
        `fetch('/api/session', {
          method: 'POST',
          headers: { 'X-CSRF-Token': csrf },
          body: new URLSearchParams({ email: 'a' }),
        })`,
        /^415/,
      ],
    },
    wrong: /do not match/,
  },
  bearer_graphql: {
    list: `fetch('/graphql', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Client-Version': 'web-5.12.0',
        Authorization: 'Bearer ' + token,
      },
      body: JSON.stringify({
        operationName: 'CallHistory',
        variables: { first: 9, after: null, orderBy: 'STARTED_AT_DESC' },
        query: operations.CallHistory,
      }),
    })`,
    ended: /^200 .*UNAUTHENTICATED/,
    refused: {
      'no token': [`(token = '') || ask('Viewer')`, /Not authenticated/],
      'an unknown query': [
        `(operations.Viewer = 'query Viewer { viewer { id } }') && ask('Viewer')`,
        /PersistedQueryNotFound/,
      ],
      'a variable too many': [`ask('Agents', { first: 3 })`, /Variables/],
      'an empty cursor': [
        `ask('CallHistory', { first: 9, after: '', orderBy: 'STARTED_AT_DESC' })`,
        /Not authenticated|Invalid cursor/,
      ],
      'no version': [
        `fetch('/graphql', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{}',
        })`,
        /^400 .*too old/,
      ],
    },
    wrong: /Invalid email or password/,
  },
  form_redirect: {
    list: `ask('/data/activity', { start: 0, length: 9, from: '2026-01-01', to: '2099-01-01' })
      .then((said) => Response.json(said))`,
    ended: /<!doctype|SyntaxError/,
    refused: {
      'no CSRF token': [
        `fetch('/data/activity', { headers: { 'X-Requested-With': 'XMLHttpRequest' } })`,
        /^419 .*Page Expired/,
      ],
      'the cookie of an earlier answer': [
        `fetch('/data/activity/1', {
          headers: {
            'X-XSRF-TOKEN': 'old',
            'X-CSRF-TOKEN': meta('csrf-token'),
            'X-Requested-With': 'XMLHttpRequest',
          },
        })`,
        /^419/,
      ],
      'no workspace': [
        `fetch('/data/activity', {
          headers: {
            'X-XSRF-TOKEN': cookie('XSRF-TOKEN'),
            'X-CSRF-TOKEN': meta('csrf-token'),
            'X-Requested-With': 'XMLHttpRequest',
          },
        })`,
        /^404 .*No such workspace/,
      ],
      'an unknown parameter': [
        `ask('/data/activity', { page: 2 }).then((said) => Response.json(said))`,
        /given data was invalid/,
      ],
      'a list without a form': [
        `ask('/data/activity').then((said) => Response.json(said))`,
        /GET method is not supported/,
      ],
      'a login without the token': [
        `fetch('/login', {
          method: 'POST',
          body: new URLSearchParams({ email: 'a', password: 'b' }),
        })`,
        /^419/,
      ],
    },
    wrong: /do not match our records/,
  },
  identity_provider: {
    list: `fetch('/v2/calls?limit=9&started_after=1000000000', {
      headers: { Accept: 'application/vnd.voicedock.v2+json', Authorization: 'Bearer ' + token },
    })`,
    ended: /^401 .*expired/,
    refused: {
      'no token': [`fetch('/v2/calls?limit=9&started_after=1000000000')`, /^401/],
      'another version': [
        `fetch('/v2/me', { headers: { Authorization: 'Bearer ' + token } })`,
        /^406/,
      ],
      'an unknown parameter': [
        `ask('/v2/calls?limit=9&started_after=1000000000&page=2').then(({ said }) =>
          Response.json(said),
        )`,
        /Unknown parameter/,
      ],
      'a token without its client': [
        `fetch(identity + '/oauth/token', {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'password' }),
        })`,
        /^401 .*invalid_client/,
      ],
      'a grant without its scope': [
        `grant({ grant_type: 'password', username: 'a', password: 'b' })`,
        /missing parameter/,
      ],
      'a refresh token that was used': [
        `(() => {
          const used = sessionStorage.getItem('refresh'),
            again = { grant_type: 'refresh_token', refresh_token: used }
          return grant(again).then(() => grant(again))
        })()`,
        /invalid refresh token/,
      ],
    },
    wrong: /Wrong email or password/,
  },
  hosted_database: {
    list: `fetch(database + '/rest/v1/call_logs?select=*&order=created_at.desc&limit=9', {
      headers: headersOf(),
    })`,
    ended: /^401 .*JWT expired/,
    refused: {
      'no key': [
        `fetch(database + '/rest/v1/call_logs', {
          headers: { Authorization: 'Bearer ' + session.access_token },
        })`,
        /^401 .*No API key/,
      ],
      'no session': [
        `fetch(database + '/rest/v1/call_logs', {
          headers: { apikey, Authorization: 'Bearer ' + apikey },
        })`,
        /^200 \[\]/,
      ],
      'an unknown column': [
        `ask('call_logs', { since: 'gte.1' }).then((said) => Response.json(said))`,
        /column since does not exist/,
      ],
      'a value without operator': [
        `ask('call_logs', { workspace_id: workspace }).then((said) => Response.json(said))`,
        /failed to parse filter/,
      ],
      "another user's workspace": [
        `ask('call_logs', { workspace_id: 'eq.' + apikey }).then((said) => Response.json(said))`,
        /^200 \[\]/,
      ],
      'a login as a form': [
        `fetch(database + '/auth/v1/token?grant_type=password', {
          method: 'POST',
          headers: { apikey },
          body: 'email=a',
        })`,
        /^400 .*bad_json/,
      ],
    },
    wrong: /Invalid login credentials/,
  },
  other_country: {
    list: `fetch(
      '/api/anrufe?von=1000000000000&bis=4000000000000&${seite}',
      { headers: { 'X-Sitzung': sitzung } },
    )`,
    ended: /^200 .*Sitzung ist abgelaufen/,
    refused: {
      'no session': [`fetch('/api/anrufe')`, /^200 .*Sitzung ist abgelaufen/],
      seconds: [
        `fetch(
          '/api/anrufe?von=1000000000&bis=4000000000&${seite}',
          { headers: { 'X-Sitzung': sitzung } },
        )`,
        /^400 .*Abfrage/,
      ],
      'an unknown parameter': [
        `fetch('/api/anrufe?page=1', { headers: { 'X-Sitzung': sitzung } })`,
        /^400 .*Parameter/,
      ],
    },
    wrong: /Zugangsdaten/,
  },
  account_path: {
    list: `fetch('/api/accounts/' + account + '/calls?limit=9')`,
    ended: /^401 .*Unauthorized/,
    refused: {
      'no cookie': [
        `fetch('/api/accounts/' + account + '/calls?limit=9', { credentials: 'omit' })`,
        /^401/,
      ],
      "another's account": [`fetch('/api/accounts/acct_0/calls?limit=9')`, /^403/],
      'an unknown parameter': [
        `fetch('/api/accounts/' + account + '/calls?limit=9&page=2')`,
        /^400/,
      ],
      'an empty cursor': [
        `fetch('/api/accounts/' + account + '/calls?limit=9&cursor=')`,
        /^400 .*cursor/,
      ],
      'a login without the token': [
        `fetch('/api/auth/callback/credentials', {
          method: 'POST',
          body: new URLSearchParams({ email: 'a', password: 'b' }),
        })`,
        /^400 .*csrf/,
      ],
    },
    wrong: /CredentialsSignin/,
  },
  key_feed: {
    list: `fetch('/v1/feed?count=9', { headers: { 'X-Access-Key': key } })`,
    refused: {
      'no key': [`fetch('/v1/feed?count=9')`, /^401 .*unknown access key/],
      'an unknown parameter': [
        `fetch('/v1/feed?count=9&page=1', { headers: { 'X-Access-Key': key } })`,
        /^400 .*page/,
      ],
      'an empty cursor': [
        `fetch('/v1/feed?count=9&before=', { headers: { 'X-Access-Key': key } })`,
        /^400/,
      ],
    },
    wrong: /unknown access key/,
  },
  trpc_batch: {
    list: `fetch('/trpc/call.list?batch=1&input=' +
      encodeURIComponent(JSON.stringify({ 0: { team, take: 9 } })), {
        headers: { 'x-access': 'Token ' + access },
      })`,
    ended: /^401 .*UNAUTHORIZED/,
    refused: {
      'no token': [`fetch('/trpc/call.list?batch=1&input=%7B%7D')`, /^401/],
      "another user's team": [
        `(team = 't1') && query([['call.list', { team, take: 9 }]])`,
        /FORBIDDEN/,
      ],
      'no batch': [
        `fetch('/trpc/call.list?input=%7B%7D', { headers: { 'x-access': 'Token ' + access } })`,
        /^400 .*batch/,
      ],
    },
    wrong: /do not know/,
  },
  php_forms: {
    list: `fetch('/buch.php', {
      method: 'POST',
      body: new URLSearchParams({
        aktion: 'anrufe',
        'data[kunde]': kunde,
        'data[ab]': '2026-01-01',
        'data[bis]': '2099-01-01',
        'data[blatt]': 1,
        'data[zeilen]': 15,
      }),
    })`,
    ended: /^200 <!doctype[^]*Anmelden/,
    refused: {
      'another customer': [
        `fetch('/buch.php', {
          method: 'POST',
          body: new URLSearchParams({ aktion: 'anrufe', 'data[kunde]': 1 }),
        })`,
        /^403/,
      ],
      'a moment instead of a day': [
        `fetch('/buch.php', {
          method: 'POST',
          body: new URLSearchParams({
            aktion: 'anrufe',
            'data[kunde]': kunde,
            'data[ab]': '2026-01-01T00:00',
            'data[zeilen]': 15,
          }),
        })`,
        /^422/,
      ],
      'an unknown action': [
        `fetch('/buch.php', {
          method: 'POST',
          body: new URLSearchParams({ aktion: 'alles', 'data[kunde]': kunde }),
        })`,
        /^400/,
      ],
    },
    wrong: /Kennwort falsch/,
  },
}

async function opened(t, site, user) {
  const context = await browser.newContext()
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(site.url)
  await logIn(page, site, user)
  return page
}
const rows = (page) => page.locator('#calls[data-page="1"] tr')
const ids = async (page) => {
  await rows(page).first().waitFor()
  return rows(page).evaluateAll((all) => all.map(({ dataset }) => dataset.id))
}
// `200 {"data":…`; an error of the page's own script as its words.
const said = (page, request) =>
  page.evaluate(
    `(async () => ${request})()
      .then(async (answer) => answer.status + ' ' + (await answer.text()), String)`,
  )

const routeOf = ({ request }) => `${request.method} ${new URL(request.url).pathname}`

// Alone, or as the first of a batch.
const asksFor = (list, route) => route === list || route.startsWith(`${list},`)

for (const name of siteNames) {
  const { list, ended, refused, wrong } = rules[name]
  const started = async (t) => {
    const site = await startSite(name)
    t.after(() => site.stop())
    return site
  }

  test(`${name}: a recording has the login, two pages of calls and one call`, async (t) => {
    const site = await started(t)
    const path = await record(site, join(folder, `${name}.har`), { browser })
    const {
      log: { entries },
    } = JSON.parse(readFileSync(path))
    assert.ok(
      entries.every(({ response }) => response.status < 400),
      JSON.stringify(entries.map(routeOf)),
    )
    const user = site.users[0]
    const shown = entries
      .filter(
        (entry) =>
          asksFor(site.list, routeOf(entry)) &&
          user.calls.some(({ id }) => entry.response.content.text.includes(id)),
      )
      .filter(({ response }) => response.content.text.length > 2000)
    assert.ok(shown.length >= 2, 'two pages')
    if (site.login) {
      const [login] = entries.filter((entry) => routeOf(entry) === site.login)
      assert.ok([200, 302].includes(login.response.status))
      assert.ok(login.request.postData.text.includes(user.password))
      assert.equal(site.logins.good, 1)
    }
    const opened = entries.findLast(({ response }) => response.content.mimeType.includes('json'))
    assert.ok(
      user.calls.some(({ id, summary }) => summary && opened.response.content.text.includes(id)),
      'one call',
    )
    assert.ok(
      entries.some((entry) => routeOf(entry) === 'POST /collect'),
      'analytics',
    )
    assert.ok(
      entries.some((entry) => routeOf(entry) === 'GET /assets/vendor.js'),
      'assets',
    )
    const bare = JSON.parse(readFileSync(sanitize(path, join(folder, `${name}-sanitized.har`))))
    const headers = bare.log.entries.flatMap(({ request, response }) => [
      ...request.headers,
      ...response.headers,
    ])
    assert.deepEqual(
      headers.filter(({ name }) => /^(cookie|set-cookie|authorization)$/i.test(name)),
      [],
    )
    assert.equal(bare.log.entries.length, entries.length)
  })

  test(`${name}: each user sees the own calls, and those that come in`, async (t) => {
    const site = await started(t)
    const [one, other] = site.users
    const seen = [await ids(await opened(t, site, one)), await ids(await opened(t, site, other))]
    const known = [one, other].map(({ calls }) => new Set(calls.map(({ id }) => id)))
    assert.ok(seen[0].some((id) => known[0].has(id)) && !seen[0].some((id) => known[1].has(id)))
    assert.ok(seen[1].some((id) => known[1].has(id)) && !seen[1].some((id) => known[0].has(id)))
    const { id } = site.publish({ user: 1, at: Date.now() - 1000 })
    assert.ok((await ids(await opened(t, site, other))).includes(id))
  })

  test(`${name}: what its page would not have sent is refused`, async (t) => {
    const site = await started(t)
    const page = await opened(t, site, site.users[0])
    await ids(page)
    assert.match(await said(page, list), /^200 /)
    for (const [what, [request, words]] of Object.entries(refused))
      assert.match(await said(page, request), words, what)
  })

  test(`${name}: a session ends on request, and a wrong password is refused`, async (t) => {
    const site = await started(t)
    const page = await opened(t, site, site.users[0])
    await ids(page)
    site.endSessions()
    if (ended) assert.match(await said(page, list), ended)
    const stranger = await opened(t, site, {
      email: site.users[0].email,
      password: 'guessed',
      key: 'guessed',
    })
    await stranger.getByText(wrong).waitFor()
    if (site.logins) assert.deepEqual([site.logins.good, site.logins.refused], [1, 1])
  })
}

for (const name of ['form_redirect', 'other_country', 'key_feed']) {
  test(`${name}: a recording may begin with a mistyped password`, async (t) => {
    const site = await startSite(name)
    t.after(() => site.stop())
    const path = await record(site, join(folder, `${name}-mistyped.har`), {
      browser,
      mistypes: true,
    })
    const text = readFileSync(path, 'utf8')
    assert.match(text, /mistyped/i)
    if (site.logins) assert.deepEqual([site.logins.good, site.logins.refused], [1, 1])
  })
}

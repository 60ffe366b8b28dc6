// Records a test site as a person would with a browser: from before the login, over the list of
// calls and its next page, to one opened call. `node tests/learn/record.mjs SITE FILE.har` does it
// by hand.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

// Installed for the browser's tests.
const { chromium } = createRequire(new URL('../browser/package.json', import.meta.url))(
  'playwright-core',
)

export const launchBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })

export async function logIn(page, site, { email, password, ...user }) {
  if (site.logIn) return site.logIn(page, user)
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.locator('button[type=submit]').click()
}

const shows = (page, number) => page.locator(`#calls[data-page="${number}"] tr`).first().waitFor()

// With a wrong password, until the page says so.
export async function logInWrongly(page, site, user) {
  await logIn(page, site, { email: user.email, password: 'Mistyped-1', key: 'lk_mistyped' })
  await page.locator('#error', { hasText: /\w/ }).waitFor()
}

// Records `site` as its user (the first, unless another is given) sees it; returns `path`. A person
// may mistype the password at first: `mistypes`.
export async function record(site, path, { user = site.users[0], browser, mistypes = false } = {}) {
  const own = browser ? undefined : await launchBrowser()
  const context = await (browser ?? own).newContext({
    recordHar: { path, mode: 'full', content: 'embed' },
  })
  const errors = []
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(site.url)
    if (mistypes) await logInWrongly(page, site, user)
    await logIn(page, site, user)
    await shows(page, 1)
    await page.locator('#next').click()
    await shows(page, 2)
    await page.locator('#calls tr', { hasText: site.rowOfACall }).nth(2).click()
    await page.locator('#call:not([hidden])').waitFor()
  } finally {
    await context.close() // writes the recording
    await own?.close()
  }
  if (errors.length) throw new Error(`the page's script failed: ${errors}`)
  return path
}

// What Chrome leaves out of a recording unless it is asked for sensitive data.
const sensitive = ['authorization', 'cookie', 'set-cookie']

// Writes a copy of the recording `from` without cookies and Authorization to `to`; returns `to`.
export function sanitize(from, to) {
  const har = JSON.parse(readFileSync(from))
  for (const { request, response } of har.log.entries) {
    for (const side of [request, response]) {
      side.cookies = []
      side.headers = side.headers.filter(({ name }) => !sensitive.includes(name.toLowerCase()))
    }
  }
  writeFileSync(to, JSON.stringify(har, null, 2))
  return to
}

export const siteNames = readdirSync(new URL('sites', import.meta.url)).map((file) =>
  file.replace('.mjs', ''),
)

export const startSite = async (name, options) =>
  (await import(`./sites/${name}.mjs`)).start(options)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, path] = process.argv.slice(2)
  const site = await startSite(name)
  console.log(await record(site, path))
  await site.stop()
}

// The pictures of docs/use/record-your-receptionist.md: a test site as a person records it, and
// what the program then prints. `node tests/learn/pictures.mjs docs/use/pictures` makes them again.
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../program/program.mjs'
import { launchBrowser, logIn, record, startSite } from './record.mjs'

const folder = process.argv[2] ?? 'docs/use/pictures'
const size = { width: 760, height: 420 }
const site = await startSite('cookie_csrf')
const browser = await launchBrowser()

async function picture(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`), clip: { x: 0, y: 0, ...size } })
}

async function picturesOfTheSite() {
  const page = await browser.newPage({ viewport: size })
  const [user] = site.users
  await page.goto(site.url)
  await page.locator('#email').fill(user.email)
  await page.locator('#password').fill(user.password)
  await picture(page, 'log-in')
  await logIn(page, site, user)
  await page.locator('#calls[data-page="1"] tr').first().waitFor()
  await picture(page, 'list-of-calls')
  await page.locator('#next').scrollIntoViewIfNeeded()
  await page.locator('#next').click()
  await page.locator('#calls[data-page="2"] tr').first().waitFor()
  await page.locator('#calls tr').nth(2).click()
  await page.locator('#call:not([hidden])').waitFor()
  await page.locator('#call').scrollIntoViewIfNeeded()
  await picture(page, 'next-page-and-one-call')
  await page.close()
}

// As a terminal shows it.
async function pictureOfOutput(name, command, text) {
  const page = await browser.newPage({ viewport: { width: 980, height: 420 } })
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  await page.setContent(
    `<body style="margin:0;background:#1d1f21;color:#d5d8d6"><pre style="font:13px/1.4
     'DejaVu Sans Mono',monospace;padding:1rem;margin:0"><b>$ ${command}</b>\n${escaped}</pre>`,
  )
  await page.locator('pre').screenshot({ path: join(folder, `${name}.png`) })
  await page.close()
}

async function picturesOfTheProgram() {
  const [, { email, password }] = site.users
  const recording = await record(site, join(tmpdir(), 'acme.har'), { browser })
  const env = { RECEPTIONIST_EMAIL: email, RECEPTIONIST_PASSWORD: password, LOG_LEVEL: 'error' }
  const { err } = await run(
    ['learn', recording, '--name', 'acme', '--output', join(tmpdir(), 'acme.yaml'), '--try'],
    env,
  )
  const trial = err.indexOf('\nok ')
  const account = err.slice(0, trial).split('\n')
  await pictureOfOutput(
    'learn',
    'ringbridge learn acme.har --name acme --output acme.yaml --try',
    [...account.slice(0, 10), '…', ...account.slice(-4)].join('\n'),
  )
  await pictureOfOutput('try', '… and what --try shows', err.slice(trial + 1))
}

mkdirSync(folder, { recursive: true })
await picturesOfTheSite()
await picturesOfTheProgram()
await browser.close()
await site.stop()

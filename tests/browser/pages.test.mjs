// Every page of the admin pool's map: wide and narrow, light and dark, by keyboard, by axe-core. A page that comes into the map comes
// in here by itself; one whose address has a part that nobody here knows fails until given() makes such a thing.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engines, program, Site } from '../site/lib.mjs'
import { given, long } from './given.mjs'
import { browserOrReason, launch, listen, look, screenshots, sticksOut, views, violations } from './lib.mjs'

const browserKit = browserOrReason()

/* Routes that answer a program or a script of ours, not a reader. */
const noPages = ['/schedule', '/runs/{id}/output', '/healthz', '/readyz', '/version']

/* What stands in an address: first by the whole pattern, then by the part before the variable. */
const parts = (made) => ({
  '/jobs/bulk/{id}': { id: made.bulk },
  '/jobs/{name}': { name: 'nightly-backup' },
  '/runs/{id}': { id: made.run },
  '/teams/{name}': { name: 'ops' },
  '/teams/{team}': { team: 'ops' },
  '/accounts/{name}': { name: 'vera' },
  '/accounts/{account}': { account: 'vera' },
})

/* The same page in another light: what the map cannot know of. */
const besides = (made) => ({
  'jobs-none': '/jobs?q=nothing-is-called-so',
  'jobs-narrowed': '/jobs?enabled=false&sort=-next',
  'job-long': `/jobs/${long}`,
  'job-child': '/jobs/report',
  'job-new-from': '/jobs/new?from=nightly-backup&name=copy',
  'run-failed': `/runs/${made.failed}`,
  'runs-none': '/runs?state=lost',
  'runs-of-job': '/runs?job=hello',
  'bulk-failed': `/jobs/bulk/${made.bulk}?state=failed`,
  'no-such-page': '/nowhere',
})

const map = () =>
  execFileSync(program, ['routes'], { encoding: 'utf8' }).split('\n').map((line) => line.split(/\s+/))
    .filter(([pool, method, pattern]) => pool === 'admin' && method === 'GET' && !noPages.includes(pattern)).map(([, , pattern]) => pattern)

/* The address of a pattern, or what is missing. */
function address(pattern, made) {
  const known = Object.entries(parts(made)).filter(([prefix]) => pattern.startsWith(prefix)).sort(([a], [b]) => b.length - a.length)
  const values = known[0]?.[1] ?? {}
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name) => encodeURIComponent(values[name] ?? whole))
}

const fileName = (pattern) => pattern.replaceAll(/[{}]/g, '').split('/').filter(Boolean).join('-') || 'overview'

if (browserKit.skip) test('every page in Chromium', { skip: browserKit.skip }, () => {})
else describe('every page', () => {
  const site = new Site('pages', engines[0])
  const complaints = []
  let browser, page, made

  before(async () => {
    mkdirSync(path.join(screenshots, 'pages'), { recursive: true })
    await site.start()
    made = await given(site)
    browser = await launch(browserKit)
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], timezoneId: 'Europe/Madrid' })
    page = await context.newPage()
    listen(page, complaints)
    await page.goto(`${site.address}/sign-in`)
    await page.getByLabel('Account').fill('admin')
    await page.getByLabel('Password').fill(site.secret)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(`${site.address}/`)
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  /* Everything that one can come to with Tab: it is seen, and it shows that it has the focus. */
  async function walk(name) {
    const wrong = []
    await page.evaluate(() => window.scrollTo(0, 0))
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate(() => {
        const el = document.activeElement
        if (!el || el === document.body) return null
        const style = getComputedStyle(el), box = el.getBoundingClientRect()
        const what = `${el.tagName.toLowerCase()} "${(el.getAttribute('aria-label') || el.textContent || el.name || '').trim().slice(0, 30)}"`
        const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
        const shown = (el.matches(':focus-visible') || /^date/.test(el.type)) && (/^date/.test(el.type) || style.outlineStyle !== 'none' || style.boxShadow !== 'none' || el.closest('label, tr'))
        return { what, seen, shown: !!shown }
      })
      if (!at) break
      if (!at.seen) wrong.push(`${name}: ${at.what} has the focus and is not to be seen`)
      if (!at.shown) wrong.push(`${name}: ${at.what} does not show that it has the focus`)
    }
    return wrong
  }

  /* All that is wrong with one page, in words. */
  async function judge(name, target) {
    const wrong = []
    const answer = await page.goto(`${site.address}${target}`)
    if (name !== 'no-such-page' && answer.status() !== 200) return [`${name}: ${target} came with ${answer.status()}`]
    for (const view of views) {
      await look(page, view)
      const over = await sticksOut(page)
      if (over) wrong.push(`${name} at ${view[0]}: too wide by ${over}`)
      if (view[0] === 'wide-dark' || view[0] === 'narrow-light') wrong.push(...(await violations(page, browserKit.axe)).map((line) => `${name} at ${view[0]}: ${line}`))
      await page.screenshot({ path: path.join(screenshots, 'pages', `${name}-${view[0]}.png`), fullPage: true })
    }
    await look(page, views[0])
    wrong.push(...(await walk(name)))
    const cut = await page.evaluate(() => [...document.querySelectorAll('main time:not([title])')].length)
    if (cut > 0) wrong.push(`${name}: ${cut} times say no more when one points at them`)
    return wrong
  }

  test('each page of the map has an address here', () => {
    const unknown = map().filter((pattern) => /[{}]|%7B/.test(address(pattern, made)))
    assert.deepEqual(unknown, [], 'give these a value in parts()')
  })

  test('each is whole: wide and narrow, light and dark, by keyboard, by axe-core', { timeout: 300000 }, async () => {
    const only = process.env.PAGE
    const all = [...map().map((pattern) => [fileName(pattern), address(pattern, made)]), ...Object.entries(besides(made))]
    const wrong = []
    for (const [name, target] of all) if (!only || name.includes(only)) wrong.push(...(await judge(name, target)))
    assert.deepEqual(wrong, [])
  })

  test('nothing of it complained in the console', () => {
    // Chromium itself notes the page that is not there.
    assert.deepEqual(complaints.filter((line) => !/\/nowhere: .*status of 404/.test(line)), [])
  })
})

// Every page of the admin pool's map: wide and narrow, light and dark, by keyboard, by axe-core. A page that comes into the map comes
// in here by itself; one whose address has a part that nobody here knows fails until given() makes such a thing.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, program, Site } from '../site/lib.mjs'
import { given, long } from './given.mjs'
import { browserOrReason, launch, listen, look, screenshots, shooter, sticksOut, views, violations } from './lib.mjs'

const browserKit = browserOrReason()

/* What stands in an address: first by the whole pattern, then by the part before the variable. */
const parts = (made) => ({
  '/jobs/bulk/{id}': { id: made.bulk },
  '/jobs/{name}': { name: 'nightly-backup' },
  '/runs/{id}': { id: made.run },
  '/runs/{id}/compare/{other}': { id: made.run, other: made.failed },
  '/tasks/{id}': { id: made.task },
  '/notifications/{id}': { id: made.notification },
  '/requests/new/{type}': { type: 'request-access' },
  '/settings/types/{type}': { type: 'invite' },
  '/settings/groups/{name}': { name: 'release' },
  '/token/{token}': { token: made.token },
  '/teams/{name}': { name: 'ops' },
  '/teams/{team}': { team: 'ops' },
  '/teams/{team}/alerts/{id}': { team: 'ops', id: made.alert },
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
  'tasks-mine': '/tasks?mine=1',
  'tasks-all': '/tasks?all=1',
  notifications: '/tasks?notifications=all',
  'tasks-none': '/tasks?all=1&q=nothing-is-called-so',
  'task-done': `/tasks/${made.done}`,
  'type-defaults': '/settings/types/defaults',
  'type-json': '/settings/types/invite?view=json',
  'type-example': '/settings/types/new?begin=example',
  'no-such-page': '/nowhere',
})

const map = () =>
  execFileSync(program, ['routes'], { encoding: 'utf8' }).split('\n').map((line) => line.split(/\s+/))
    .filter(([pool, method]) => pool === 'admin' && method === 'GET').map(([, , pattern]) => pattern)

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
  let browser, context, page, made

  before(async () => {
    mkdirSync(path.join(screenshots, 'pages'), { recursive: true })
    await site.start()
    made = await given(site)
    browser = await launch(browserKit)
    context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], timezoneId: 'Europe/Madrid' })
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
  async function walk(page, name) {
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
  async function judge(page, name, target) {
    const wrong = []
    const asked = await page.request.get(`${site.address}${target}`, { maxRedirects: 0 })
    if (!/^text\/html/.test(asked.headers()['content-type'])) return []         // for a program, or to be kept as a file
    const answer = await page.goto(`${site.address}${target}`)
    if (name !== 'no-such-page' && answer.status() !== 200) return [`${name}: ${target} came with ${answer.status()}`]
    for (const view of views) {
      await look(page, view)
      const over = await sticksOut(page)
      if (over) wrong.push(`${name} at ${view[0]}: too wide by ${over}`)
      wrong.push(...(await violations(page, browserKit.axe)).map((line) => `${name} at ${view[0]}: ${line}`))
      await page.screenshot({ path: path.join(screenshots, 'pages', `${name}-${view[0]}.png`), fullPage: true })
    }
    await look(page, views[0])
    wrong.push(...(await walk(page, name)))
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
    const left = all.filter(([name]) => !only || new RegExp(only).test(name))
    const wrong = []
    /* Two at a time: each waits for a browser process of its own. */
    const lane = async () => {
      const tab = await context.newPage()
      listen(tab, complaints)
      for (let next; (next = left.shift()); ) wrong.push(...(await judge(tab, ...next)))
      await tab.close()
    }
    await Promise.all([lane(), lane()])
    assert.deepEqual(wrong, [])
  })

  /* ---- keys */

  const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.name)

  test('keys go through a list: / j k x Enter ?', async () => {
    await page.goto(`${site.address}/jobs?q=filler`)
    await page.keyboard.press('j')
    assert.equal(await focused(), 'filler-00')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    assert.equal(await focused(), 'filler-01')
    await page.keyboard.press('x')
    assert.equal(await page.locator('[name=pick]:checked').inputValue(), 'filler-01')
    assert.equal(await page.locator('[data-picked]').textContent(), '1 selected')
    await page.keyboard.press('x')
    assert.equal(await page.locator('[name=pick]:checked').count(), 0)
    await page.keyboard.press('/')
    assert.equal(await focused(), 'q')
    await page.keyboard.type('j?x/')
    assert.equal(await page.locator('#q').inputValue(), 'j?x/', 'what one types is typed')
    await page.goto(`${site.address}/jobs?q=filler`)
    await page.keyboard.press('?')
    await page.locator('dialog#keys[open]').waitFor()
    await page.keyboard.press('j')
    assert.equal(await page.locator('dialog#keys[open]').count(), 1, 'nothing moves behind a dialog')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+j')
    await page.keyboard.press('Alt+x')
    assert.equal(await page.locator('[name=pick]:checked').count(), 0)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/jobs\/filler-00$/)
  })

  test('every list can be gone through by keys', async () => {
    const wrong = []
    for (const pattern of map().filter((one) => !/[{}]/.test(one))) {
      const { headers } = await page.request.get(`${site.address}${pattern}`).then((r) => ({ headers: r.headers() }))
      if (!/^text\/html/.test(headers['content-type'])) continue
      await page.goto(`${site.address}${pattern}`)
      const rows = await page.locator('main table tbody tr:has(th[scope=row] a)').count()
      if (rows > 0) {
        await page.keyboard.press('j')
        if (!(await page.evaluate(() => document.activeElement.matches('a.to')))) wrong.push(`${pattern}: j goes to no row`)
      }
      if ((await page.locator('main input[type=search]').count()) > 0) {
        await page.keyboard.press('/')
        if (!(await page.evaluate(() => document.activeElement.matches('input[type=search]')))) wrong.push(`${pattern}: / goes to no search`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('keys can be turned off', async () => {
    const set = async (on) => {
      await page.goto(`${site.address}/account`)
      await page.getByLabel(/Single-key shortcuts/).setChecked(on)
      await page.locator('#preferences button, form:has([name=shortcuts]) button').first().click()
      await page.waitForLoadState()
    }
    await set(false)
    await page.goto(`${site.address}/jobs`)
    await page.keyboard.press('j')
    assert.ok(await page.evaluate(() => !document.activeElement.matches('a.to')))
    await set(true)
    await page.goto(`${site.address}/jobs`)
    await page.keyboard.press('j')
    assert.ok(await page.evaluate(() => document.activeElement.matches('a.to')))
  })

  test('the way back keeps the filters, and a reload behind a form does nothing twice', async () => {
    await page.goto(`${site.address}/jobs?enabled=false`)
    await page.locator('main input[type=search]').fill('filler-0')
    await page.waitForURL(/[?&]q=filler-0/)
    await page.getByRole('link', { name: 'filler-01', exact: true }).click()
    await page.waitForURL(/\/jobs\/filler-01$/)
    await page.goBack()
    await page.waitForURL(/\/jobs\?(?=.*q=filler-0)(?=.*enabled=false)/)
    assert.equal(await page.locator('main input[type=search]').inputValue(), 'filler-0')
    const runs = async () => (await site.api('GET', '/runs?job=failing')).json.items.length
    const before = await runs()
    await page.goto(`${site.address}/jobs/failing`)
    await page.getByRole('button', { name: 'Run now', exact: true }).first().click()
    await page.waitForURL(/\/runs\/\d+$/)
    await page.reload()
    assert.equal(await runs(), before + 1)
  })

  test('what cannot be undone is asked about once, by its name', async () => {
    for (const [at, name, question] of [
      ['/settings/groups/release', 'Delete release', 'Delete the group release?'],
      ['/accounts/vera', 'Disable', 'Disable vera?'],
      ['/account', 'Revoke tests', 'Revoke the token tests?'],
      ['/teams/ops', 'Remove vera', 'Remove vera from ops?'],
      ['/accounts/vera', 'Remove from ops', 'Remove vera from ops?'],
    ]) {
      await page.goto(`${site.address}${at}`)
      await page.getByRole('button', { name, exact: true }).click()
      const dialog = page.locator('dialog:popover-open')
      await dialog.getByRole('heading', { name: question }).waitFor()
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel', at)
      assert.ok(await dialog.evaluate((el) => el.scrollWidth <= el.clientWidth), `${at}: all of the question is in sight`)
      assert.deepEqual(await violations(page, browserKit.axe), [], at)
      await page.screenshot({ path: path.join(screenshots, 'pages', `ask${at.replaceAll('/', '-')}.png`) })
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'hidden' })
    }
    assert.equal((await site.api('GET', '/groups/release')).status, 200)
  })

  /* ---- many at once, and warnings while one types */

  test('many are picked, asked about once, and followed live', async () => {
    await page.goto(`${site.address}/jobs?q=filler`)
    await page.locator('[data-all]').check()
    assert.match(await page.locator('[data-picked]').textContent(), /50 selected/)
    await look(page, views[2])
    await page.screenshot({ path: path.join(screenshots, 'pages', 'jobs-picked-narrow-light.png') })
    assert.equal(await sticksOut(page), '')
    await look(page, views[0])
    await page.getByRole('button', { name: 'Disable', exact: true }).click()
    await page.getByRole('heading', { name: 'Disable 50 jobs?' }).waitFor()
    for (const view of views) {
      await look(page, view)
      assert.equal(await sticksOut(page), '')
      await page.screenshot({ path: path.join(screenshots, 'pages', `bulk-ask-${view[0]}.png`), fullPage: true })
    }
    assert.deepEqual(await violations(page, browserKit.axe), [])
    await look(page, views[0])
    await page.getByRole('button', { name: 'Disable 50 jobs' }).click()
    await page.getByRole('heading', { name: '48 jobs disabled' }).waitFor()      // two were so already; without a reload
    await page.getByText('48 done, 2 unchanged').first().waitFor()
  })

  test('a definition is looked at while it is typed', async () => {
    await page.goto(`${site.address}/jobs/new`)
    await page.getByLabel('Schedule', { exact: true }).fill('30 2 * * *')
    await page.getByRole('button', { name: 'Use that' }).click()
    assert.equal(await page.getByLabel('Schedule', { exact: true }).inputValue(), '0 30 2 * * *')
    await page.getByLabel('Time zone').fill('Europe/Madrid')
    await page.locator('#hint-schedule', { hasText: '02:30 comes twice' }).waitFor()
    await page.getByLabel('Command', { exact: true }).fill('/opt/run')
    await page.getByRole('button', { name: 'Add it' }).click()
    assert.equal(await page.getByLabel('Command', { exact: true }).inputValue(), '/opt/run 2>&1')
    await page.getByLabel(/^Environment/).fill('API_TOKEN=abcdef123456')
    await page.locator('#warnings li', { hasText: 'API_TOKEN' }).waitFor()
    assert.deepEqual(await violations(page, browserKit.axe), [])
    await page.screenshot({ path: path.join(screenshots, 'pages', 'job-typed-wide-light.png'), fullPage: true })
    await page.getByLabel(/^Environment/).fill('API_TOKEN=$API_TOKEN')
    await page.locator('#warnings').waitFor({ state: 'hidden' })
  })

  // Somebody holds a job of the second hundred in his hand: the first hundred is done, and the page waits with us.
  test('a bulk action shows how far it is as it goes on', async () => {
    const names = Array.from({ length: 130 }, (_, i) => `along-${String(i).padStart(3, '0')}`)
    const made = await site.api('POST', '/jobs/import?format=dkron&team=ops', names.map((name) => ({ ...aJob({ name }), team: undefined })))
    assert.equal(made.status, 200, made.text)
    const release = await site.hold(`SELECT FROM job WHERE name = '${names[125]}' FOR UPDATE`)
    const { json } = await site.api('POST', '/jobs/bulk', { action: 'disable', names: [...names, 'nobody-knows'] })
    try {
      await page.goto(`${site.address}/jobs/bulk/${json.id}`)
      await page.getByText(/^1\d\d done, \d+ to go$/).waitFor()
      assert.match(await page.locator('#progress svg').getAttribute('aria-label'), /^[78]\d percent: 1\d\d done/)
      await shooter(browserKit, 'pages')(page, 'bulk-working')
      await page.evaluate(() => { window.same = true })
    } finally {
      await release()
    }
    await page.getByText('130 done, 1 failed', { exact: true }).waitFor()
    await page.getByRole('heading', { name: '130 jobs disabled' }).waitFor()
    assert.equal(await page.evaluate(() => window.same), true, 'the page was not loaded anew')
    await page.getByRole('button', { name: 'Stop here' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /^Failed/ }).click()
    await page.getByText('nobody-knows', { exact: true }).waitFor()
    await site.api('POST', '/jobs/bulk', { action: 'delete', names })
  })

  test('all of it works without a script', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: false, viewport: views[0][1] })
    const plain = await context.newPage()
    const button = (name) => plain.getByRole('button', { name, exact: true })
    await plain.goto(`${site.address}/sign-in?next=/jobs/new`)
    await plain.getByLabel('Account').fill('admin')
    await plain.getByLabel('Password').fill(site.secret)
    await button('Sign in').click()
    await plain.getByLabel('Name', { exact: true }).fill('by-hand')
    await plain.getByLabel('Schedule', { exact: true }).fill('* * * * *')
    await plain.getByLabel('Command', { exact: true }).fill('echo by hand')
    await button('Save').click()
    await plain.getByText(/expected exactly 6 fields/i).first().waitFor()
    await plain.getByText(/Pasted from a crontab\?/).waitFor()
    await plain.getByLabel('Schedule', { exact: true }).fill('* * * * * *')
    await plain.getByLabel('Disabled').check()
    await button('Save').click()
    await plain.getByText('The job fires every second').waitFor()
    await button('Enable').click()
    await button('Run now').click()
    await plain.waitForURL(/\/runs\/\d+$/)
    await plain.goto(`${site.address}/jobs?q=by-hand`)
    await plain.locator('[name=pick]').check()
    await button('Delete').click()
    await button('Delete 1 job').click()
    await plain.waitForURL(/\/jobs\/bulk\/\d+$/)
    await plain.getByRole('heading', { name: '1 job deleted' }).waitFor({ timeout: 15000 })     // the page comes again by itself
    await context.close()
  })

  test('nothing of it complained in the console', () => {
    // Chromium itself notes the page that is not there.
    assert.deepEqual(complaints.filter((line) => !/\/nowhere: .*status of 404/.test(line)), [])
  })
})

// The main job in a real browser: sign in, make a job that says something every ten seconds, run it now, watch it.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, Site, eventually, inSync, slowness } from '../site/lib.mjs'
import { browserOrReason, launch, listen, look, screenshots, sticksOut, views } from './lib.mjs'

const kit = browserOrReason()
const { skip } = kit

if (skip) test('the story in Chromium', { skip }, () => {})
else describe('the story', () => {
  const engine = engines.findLast(({ skip: missing }) => !missing)
  const site = new Site('story', engine)
  const complaints = []
  let browser, context, page

  before(async () => {
    mkdirSync(screenshots, { recursive: true })
    await site.start()
    browser = await launch(kit)
    context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], timezoneId: 'Europe/Madrid' })
    page = await context.newPage()
    listen(page, complaints)
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  /* As seen wide and narrow, in light and dark; nothing sticks out to the side. */
  async function shoot(name) {
    for (const view of views) {
      await look(page, view)
      assert.equal(await sticksOut(page), '', `${name} at ${view[0]}`)
      await page.screenshot({ path: path.join(screenshots, `${name}-${view[0]}.png`), fullPage: true })
    }
    await look(page, views[0])
  }

  const button = (name) => page.getByRole('button', { name, exact: true })

  test('signing in', async () => {
    await page.goto(`${site.address}/jobs/new`)
    assert.match(page.url(), /\/sign-in\?next=\/jobs\/new$/)
    await shoot('sign-in')
    await page.getByLabel('Account').fill('admin')
    await page.getByLabel('Password').fill(site.secret)
    await button('Sign in').click()
    await page.waitForURL(`${site.address}/jobs/new`)
  })

  test('an empty list says what to do, a wrong schedule is explained while one types', async () => {
    await page.goto(`${site.address}/jobs`)
    await shoot('jobs-empty')
    await page.getByRole('link', { name: 'New job' }).or(button('New job')).first().click()
    await page.getByLabel('Name', { exact: true }).fill('hello')
    assert.equal(await page.evaluate(() => document.documentElement.dataset.zone), 'Europe/Madrid', 'times in the zone of the browser')
    const schedule = page.getByLabel('Schedule', { exact: true })
    await schedule.fill('* * * * *')
    await schedule.blur()
    await page.getByText(/6 fields/).first().waitFor()
    await schedule.fill('*/10 * * * * *')
    await page.getByText(/every 10 seconds/i).first().waitFor()
    await page.getByLabel('Command', { exact: true }).fill('echo hello world; for i in 1 2 3 4 5; do echo line $i; sleep 0.6; done; echo goodbye')
    await shoot('job-new')
    await button('Save').click()
    await page.waitForURL(/\/jobs\/hello(\?.*)?$/)
    await eventually('it is in sync', async () => {
      await page.reload()
      return (await page.locator('main .lede').textContent()).includes('In sync') || (await page.locator('main .lede .pending').count()) === 0
    })
    await shoot('job')
  })

  test('run now, and the output arrives live', async () => {
    await page.goto(`${site.address}/jobs/hello`)
    await button('Run now').first().click()
    await page.waitForURL(/\/runs\/\d+$/)
    const log = page.locator('#log')
    await eventually('the first lines', async () => (await log.textContent()).includes('line 1'))
    await page.screenshot({ path: path.join(screenshots, 'run-live.png'), fullPage: true })
    const early = await log.textContent()
    assert.ok(!early.includes('goodbye'), 'it is followed while it runs')
    await eventually('the last line, without a reload', async () => (await log.textContent()).includes('goodbye'))
    await page.getByText(/succeeded/i).first().waitFor()
    await shoot('run')
  })

  test('the page follows output with at most a second of delay', async () => {
    const command = 'for i in 1 2 3 4 5 6 7 8; do echo at $(date +%s%3N); sleep 0.3; done'
    assert.equal((await site.api('POST', '/jobs', aJob({ name: 'clock', executor_config: { command, shell: 'true' } }))).status, 201)
    await inSync(site, 'clock')
    const took = []
    for (let i = 0; i < 4 && !(Math.min(...took) < 1000); i++) {
      const { id } = (await site.api('POST', '/jobs/clock/run')).json
      await page.goto(`${site.address}/runs/${id}`)
      // When each line came into the page; those that it came with are not counted.
      await page.evaluate(() => {
        const log = document.querySelector('#log'), seen = new Set(), look = (came) => {
          for (const [line, at] of log.textContent.matchAll(/at (\d{13})/g)) if (!seen.has(line)) {
            seen.add(line)
            if (came) window.took.push(Date.now() - Number(at))
          }
        }
        window.took = []
        look(false)
        new MutationObserver(() => look(true)).observe(log, { childList: true, subtree: true, characterData: true })
      })
      await eventually('it is over', async () => /succeeded/i.test(await page.locator('#live-state').textContent()))
      took.push(...(await page.evaluate(() => window.took)))
    }
    // The quickest of many lines: a busy machine is slow now and then, a mechanism always.
    const times = await slowness(site)
    assert.ok(Math.min(...took) < 1000 * times, `lines came into the page after ${took} ms, ${times} times slower`)
  })

  test('it runs by itself every ten seconds', async () => {
    await page.goto(`${site.address}/runs`)
    await eventually('a scheduled run in the list', async () => {
      await page.reload()
      return (await page.getByText(/schedule/i).count()) > 0
    })
    await shoot('runs')
    await page.goto(`${site.address}/jobs`)
    await shoot('jobs')
    await page.goto(`${site.address}/jobs/hello`)
    await shoot('job-with-runs')
    await page.goto(`${site.address}/`)
    await shoot('overview')
  })

  test('the job stands in the engine, behind the same sign-in', async () => {
    const other = await context.newPage()
    if (engine.name === 'dkron') {
      listen(other, complaints)
      await other.goto(`${site.address}/dkron/ui/#/jobs`)
      await other.getByText('hello').first().waitFor({ timeout: 30000 })
      await other.screenshot({ path: path.join(screenshots, 'dashboard.png') })
    } else {
      await other.goto(`${site.address}/dkron/ui/`)
      assert.match(await other.textContent('body'), /dashboard/)
    }
    await other.close()
  })

  test('a mistake is shown beside its field, what was typed stays', async () => {
    await page.goto(`${site.address}/jobs/hello/edit`)
    await page.getByLabel('Schedule', { exact: true }).fill('@sometimes')
    const quiet = complaints.length
    await button('Save').click()
    await page.getByRole('alert').first().waitFor()
    assert.equal(await page.getByLabel('Schedule', { exact: true }).inputValue(), '@sometimes')
    await shoot('job-wrong')
    // Chromium itself notes the 422 of a page.
    complaints.splice(quiet, complaints.length, ...complaints.slice(quiet).filter((line) => !/status of 422/.test(line)))
  })

  test('disable, then delete after one question', async () => {
    await page.goto(`${site.address}/jobs/hello`)
    await button('Disable').first().click()
    await button('Enable').first().waitFor()
    await button('Delete').first().click()
    const dialog = page.locator('dialog:popover-open, dialog[open]')
    await dialog.waitFor()
    await page.screenshot({ path: path.join(screenshots, 'job-delete.png') })
    await dialog.getByRole('button', { name: /^Delete/ }).click()
    await page.waitForURL(/\/jobs(\?.*)?$/)
    assert.equal((await site.api('GET', '/jobs/hello')).status, 404)
  })

  test('my account, and out again', async () => {
    await page.goto(`${site.address}/account`)
    await shoot('account')
    await button('Sign out').first().click()
    await page.waitForURL(/\/sign-in/)
    await page.goto(`${site.address}/jobs`)
    assert.match(page.url(), /\/sign-in/)
  })

  test('nothing of it complained in the console', () => assert.deepEqual(complaints, []))
})

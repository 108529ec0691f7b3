// Requests in a real browser: somebody asks for access to a team, its manager approves or rejects, and the page of who asked says so by itself.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engines, Site } from '../site/lib.mjs'
import { browserOrReason, launch, listen, look, screenshots, sticksOut, views, violations } from './lib.mjs'

const kit = browserOrReason()
const password = 'correct horse battery'

if (kit.skip) test('requests in Chromium', { skip: kit.skip }, () => {})
else describe('requests', () => {
  const site = new Site('tasks', engines[0])
  const complaints = []
  let browser

  before(async () => {
    mkdirSync(path.join(screenshots, 'tasks'), { recursive: true })
    await site.start()
    for (const name of ['vera', 'maria']) site.cli(['account', 'add', name, '--email', `${name}@example.com`], `${password}\n`)
    site.cli(['team', 'member', 'ops', 'maria', 'manager'])
    browser = await launch(kit)
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  /* That person's browser, signed in on the way to `target`. */
  async function as(name, target) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], timezoneId: 'Europe/Madrid' })
    const page = await context.newPage()
    listen(page, complaints)
    await page.goto(`${site.address}${target}`)
    assert.ok(page.url().startsWith(`${site.address}/sign-in?next=`), 'one signs in first')
    await page.getByLabel('Account').fill(name)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(`${site.address}${target}`)
    return page
  }

  async function shoot(page, name) {
    for (const view of views) {
      await look(page, view)
      assert.equal(await sticksOut(page), '', `${name} at ${view[0]}`)
      assert.deepEqual(await violations(page, kit.axe), [], `${name} at ${view[0]}`)
      await page.screenshot({ path: path.join(screenshots, 'tasks', `${name}-${view[0]}.png`), fullPage: true })
    }
    await look(page, views[0])
  }

  const button = (page, name) => page.getByRole('button', { name, exact: true })
  const state = (page) => page.locator('main .lede .state')

  async function asks(page, role) {
    await page.goto(`${site.address}/requests`)
    await page.getByRole('link', { name: 'Access to a team' }).click()
    await page.getByLabel('Team', { exact: true }).fill('ops')
    await page.getByLabel('Role', { exact: true }).selectOption(role)
    await page.getByLabel(/^Reason/).fill('The night shift starts and stops what hangs.')
    await button(page, 'Send request').click()
    await page.waitForURL(/\/tasks\/[0-9a-f-]{36}(\?.*)?$/)
    await state(page).filter({ hasText: 'Waits for approval' }).waitFor()
    return new URL(page.url()).pathname
  }

  test('a refused form keeps what was typed and says where', async () => {
    const page = await as('vera', '/requests/new/request-access?role=viewer')
    await page.getByLabel('Team', { exact: true }).fill('nowhere')
    await page.getByLabel(/^Reason/).fill('because')
    await button(page, 'Send request').click()
    await page.locator('#e-team', { hasText: 'there is no team nowhere' }).waitFor()
    assert.equal(await page.getByLabel('Team', { exact: true }).inputValue(), 'nowhere')
    assert.equal(await page.getByLabel('Role', { exact: true }).inputValue(), 'viewer')
    assert.equal(await page.getByLabel(/^Reason/).inputValue(), 'because')
    await shoot(page, 'refused')
    await page.context().close()
  })

  test('request, approval, done: who asked watches it without a reload', async () => {
    const vera = await as('vera', '/tasks')
    const task = await asks(vera, 'operator')
    const maria = await as('maria', task)                      // as from the link of a mail
    assert.match(await state(maria).textContent(), /To approve/)
    assert.equal((await maria.locator('#rail-tasks .plate').textContent()).match(/\d+/)[0], '1')
    await maria.getByText('maria', { exact: false }).first().waitFor()
    await shoot(maria, 'to-approve')
    await maria.goto(`${site.address}/tasks`)
    await maria.keyboard.press('j')
    await maria.keyboard.press('Enter')
    await maria.waitForURL(`${site.address}${task}`)
    await maria.getByLabel(/^Comment/).fill('Welcome on board.')
    await button(maria, 'Approve').click()
    await state(maria).filter({ hasText: 'Completed' }).waitFor()
    await state(vera).filter({ hasText: 'Completed' }).waitFor()
    await vera.locator('#way', { hasText: 'Welcome on board.' }).waitFor()
    await shoot(vera, 'completed')
    await vera.goto(`${site.address}/teams/ops`)
    await vera.getByRole('rowheader', { name: 'vera' }).waitFor()
    await maria.goto(`${site.address}/tasks`)
    await maria.getByText('Nothing waits for you').first().waitFor()
    await vera.context().close()
    await maria.context().close()
  })

  test('a rejection says why, and what one is writing stays while the page lives', async () => {
    const vera = await as('vera', '/tasks')
    const task = await asks(vera, 'manager')
    const maria = await as('maria', task)
    await button(maria, 'Reject').click()
    await maria.getByRole('alert').filter({ hasText: 'must say why' }).waitFor()
    await maria.goto(`${site.address}${task}`)
    await maria.getByLabel(/^Comment/).fill('Two managers are enough.')
    await maria.locator('h1').click()                          // the focus is elsewhere
    await maria.waitForTimeout(6000)                           // one look anew
    assert.equal(await maria.getByLabel(/^Comment/).inputValue(), 'Two managers are enough.')
    await button(maria, 'Reject').click()
    await state(maria).filter({ hasText: 'Rejected' }).waitFor()
    await state(vera).filter({ hasText: 'Rejected' }).waitFor()
    await vera.locator('#way', { hasText: 'Two managers are enough.' }).waitFor()
    await vera.context().close()
    await maria.context().close()
  })

  test('a request is changed and withdrawn by who made it', async () => {
    const vera = await as('vera', '/tasks')
    await asks(vera, 'editor')
    await vera.getByRole('link', { name: 'Change request' }).click()
    await vera.getByLabel('Role', { exact: true }).selectOption('viewer')
    await button(vera, 'Save').click()
    await vera.getByRole('heading', { name: 'Access to ops as viewer' }).waitFor()
    await state(vera).filter({ hasText: 'Waits for approval' }).waitFor()
    await button(vera, 'Withdraw').click()
    const ask = vera.locator('dialog#end:popover-open')
    await ask.getByText('“Access to ops as viewer” ends undone').waitFor()
    await shoot(vera, 'withdraw')
    await button(ask, 'Withdraw').click()
    await state(vera).filter({ hasText: 'Cancelled' }).waitFor()
    await vera.context().close()
  })

  test('a job change: what is approved is seen before, and is what comes of it', async () => {
    const command = (last) => ({ executor: 'shell', executor_config: { command: ['/opt/billing/export \\\\', '  --from yesterday \\\\', '  --format ubl \\\\', '  --ledger live \\\\', `  ${last}`].join('\n'), shell: 'true' } })
    site.cli(['team', 'member', 'ops', 'vera', 'editor'])
    assert.equal((await site.api('POST', '/jobs', { name: 'invoice-export', team: 'ops', schedule: '0 0 6 * * *', timezone: 'Europe/Madrid', ...command('--to s3://invoices/outbox') })).status, 201)
    site.sql("UPDATE team SET approvals = 1 WHERE name = 'ops'")
    const asked = await site.api('PATCH', '/jobs/invoice-export?reason=The%20ledger%20closes%20at%2005:55.', { schedule: '0 30 5 * * 1-5', retries: 3, owner: 'Marta', ...command('--to s3://invoices/inbox') })
    assert.equal(asked.status, 202)
    const maria = await as('maria', `/tasks/${asked.json.id}`)
    await state(maria).filter({ hasText: 'To approve' }).waitFor()
    await shoot(maria, 'job-change')
    await maria.getByRole('cell', { name: '0 30 5 * * 1-5' }).waitFor()
    await maria.locator('pre.diff ins', { hasText: 'inbox' }).waitFor()
    await maria.getByRole('link', { name: 'invoice-export' }).waitFor()
    await shoot(maria, 'job-change')
    await button(maria, 'Approve').click()
    await state(maria).filter({ hasText: 'Completed' }).waitFor()
    assert.equal((await site.api('GET', '/jobs/invoice-export')).json.schedule, '0 30 5 * * 1-5')
    await maria.goto(`${site.address}/jobs/invoice-export`)
    await maria.locator('#live-requests', { hasText: 'Completed' }).waitFor()
    await maria.context().close()
  })

  test('a job change that is rejected leaves the job as it is, and says why', async () => {
    const job = async () => (await site.api('GET', '/jobs/invoice-export')).json
    const before = await job()
    const asked = await site.api('PATCH', '/jobs/invoice-export?reason=Once%20a%20year%20will%20do.', { schedule: '@yearly' })
    assert.equal(asked.status, 202)
    const maria = await as('maria', `/tasks/${asked.json.id}`)
    await state(maria).filter({ hasText: 'To approve' }).waitFor()
    await maria.getByText('Once a year will do.').first().waitFor()
    await maria.getByRole('cell', { name: '@yearly' }).waitFor()
    await maria.getByLabel(/^Comment/).fill('The ledger closes each day.')
    await button(maria, 'Reject').click()
    await state(maria).filter({ hasText: 'Rejected' }).waitFor()
    await maria.locator('#way', { hasText: 'The ledger closes each day.' }).waitFor()
    assert.equal(await button(maria, 'Approve').count(), 0)
    await maria.goto(`${site.address}/jobs/invoice-export`)
    await maria.locator('#live-requests', { hasText: 'Rejected' }).waitFor()
    assert.deepEqual(await job().then(({ version, schedule }) => [version, schedule]), [before.version, before.schedule])
    await maria.context().close()
  })

  test('a stranger asks from the sign-in page, and is told the same as everybody', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1] })
    const page = await context.newPage()
    listen(page, complaints)
    await page.goto(`${site.address}/sign-in`)
    await page.getByRole('link', { name: 'Set a new password' }).waitFor()
    await shoot(page, 'sign-in')
    await page.getByRole('link', { name: 'Sign up' }).click()
    await shoot(page, 'sign-up')
    await page.goto(`${site.address}/requests/new/reset-password`)
    await page.getByLabel(/mail/i).fill('nobody@example.com')
    await button(page, 'Send request').click()
    await page.getByText('If there is an account with this address, a mail is on its way to it.').waitFor()
    await shoot(page, 'sent')
    await context.close()
  })

  test('nothing of it complained in the console', () => {
    // Chromium itself notes a form that came back refused.
    assert.deepEqual(complaints.filter((line) => !/status of 422/.test(line)), [])
  })
})

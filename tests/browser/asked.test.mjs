// What people ask for, in a real browser: a type that an admin made, a change of a job that is mended, renewed and approved, the buttons
// of a job that ask first, and notifications that are acknowledged.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, runOf, Site } from '../site/lib.mjs'
import { browserOrReason, launch, listen, shooter, signedIn, views } from './lib.mjs'

const kit = browserOrReason()
const password = 'correct horse battery'
const nightly = { schedule: '0 0 6 * * *', timezone: 'Europe/Madrid', executor: 'shell', executor_config: { command: 'echo exported', shell: 'true' } }

const flush = {
  title: 'Flush a cache',
  help: 'Runs the job that empties the cache of one region.',
  asker: 'account',
  fields: [
    { name: 'region', label: 'Region', kind: 'choice', choices: ['eu-west', 'us-east'], required: true, help: 'whose cache is emptied' },
    { name: 'ticket', label: 'Ticket', kind: 'line', rule: '[A-Z]+-[0-9]+', required: true, help: 'such as OPS-12' },
  ],
  title_pattern: 'Flush the cache of {{region}}',
  actions: [{ action: 'run_job', with: { job: 'flush-cache' } }],
  approvals: { required: 1, role: 'admin' },
  mails: { initial: null, completed: null },
}

if (kit.skip) test('asking in Chromium', { skip: kit.skip }, () => {})
else describe('asking', () => {
  const site = new Site('asked', engines[0])
  const shoot = shooter(kit, 'asked')
  const complaints = []
  let browser, vera, maria, admin

  before(async () => {
    await site.start()
    for (const name of ['vera', 'maria']) site.cli(['account', 'add', name, '--email', `${name}@example.com`], `${password}\n`)
    site.cli(['team', 'member', 'ops', 'vera', 'editor'])
    site.cli(['team', 'member', 'ops', 'maria', 'manager'])
    site.cli(['team', 'add', 'web'])
    site.cli(['team', 'member', 'web', 'vera', 'operator'])      // whose run it is has to be allowed to run it
    for (const job of [{ name: 'invoice-export', team: 'ops', ...nightly }, aJob({ name: 'flush-cache', team: 'web' })]) {
      const answer = await site.api('POST', '/jobs', job)
      assert.equal(answer.status, 201, answer.text)
    }
    site.sql("UPDATE team SET approvals = 1 WHERE name = 'ops'")
    browser = await launch(kit)
    const people = [{ name: 'vera', password }, { name: 'maria', password }, { name: 'admin', password: site.secret }]
    ;[vera, maria, admin] = await Promise.all(people.map((who) => signedIn(browser, site, who, '/tasks', complaints)))
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  const go = (page, target) => page.goto(target.startsWith('http') ? target : `${site.address}${target}`)
  const button = (at, name) => at.getByRole('button', { name, exact: true })
  const state = (page, word) => page.locator('main .lede .state').filter({ hasText: word }).waitFor()
  const job = async () => (await site.api('GET', '/jobs/invoice-export')).json
  const atTask = (page) => page.waitForURL(/\/tasks\/[0-9a-f-]{36}(\?.*)?$/)

  async function approves(page, target) {
    await go(page, target)
    await state(page, 'To approve')
    await button(page, 'Approve').click()
    await state(page, 'Completed')
  }

  test('a type made in the panel is asked for, approved and done', async () => {
    await go(admin, '/settings/types')
    await admin.getByRole('link', { name: 'New type' }).click()
    const field = (name) => admin.locator(`[name="${name}"]`)
    await field('name').fill('flush-cache')
    await field('title').fill('Flush a cache')
    await button(admin, 'Add a field').click()
    await field('fields[1].name').fill('region')
    await field('fields[1].kind').selectOption('choice')
    await field('fields[1].choices').fill('eu-west\nus-east')
    await button(admin, 'Up Field 2').click()
    assert.equal(await field('fields[0].choices').inputValue(), 'eu-west\nus-east')
    await button(admin, 'Add: Run a job').click()
    await field('actions[0].with.job').fill('flush-cache')
    await field('title').press('Enter')                   // saves: the field without a name is told
    await admin.getByRole('link', { name: /^Field 2, Name: / }).waitFor()
    await shoot(admin, 'type-form')
    await admin.getByRole('link', { name: /^Field 2, Name: / }).click()
    assert.equal(await field('fields[1].name').evaluate((el) => el === document.activeElement), true)
    await button(admin, 'Edit as JSON').click()
    assert.equal(JSON.parse(await admin.locator('#t-definition').inputValue()).fields[0].name, 'region')
    await admin.locator('#t-definition').fill(JSON.stringify({ ...flush, actions: [{ action: 'run_jobs' }] }, null, 2))
    await button(admin, 'Check').click()
    await admin.getByRole('alert').filter({ hasText: 'actions[0]' }).waitFor()
    await admin.locator('#t-definition').fill(JSON.stringify(flush, null, 2))
    await button(admin, 'Check').click()
    await admin.getByText('It can be saved as it stands').waitFor()
    await admin.getByRole('group').getByLabel('Region').waitFor()
    await shoot(admin, 'type-checked')
    await button(admin, 'Edit as a form').click()
    assert.equal(await field('fields[1].rule').inputValue(), flush.fields[1].rule)
    await button(admin, 'Save').click()
    await admin.waitForURL(/\/settings\/types(\/flush-cache)?(\?.*)?$/)
    await go(vera, '/requests')
    await vera.getByRole('link', { name: 'Flush a cache' }).click()
    await vera.getByLabel('Region').selectOption('us-east')
    await vera.getByLabel('Ticket').fill('soon')
    await vera.getByLabel(/^Reason/).fill('Prices of yesterday are shown.')
    await button(vera, 'Send request').click()
    await vera.locator('#e-ticket').waitFor()
    await vera.getByLabel('Ticket').fill('OPS-12')
    await button(vera, 'Send request').click()
    await atTask(vera)
    await state(vera, 'Waits for approval')
    await approves(admin, vera.url())
    await state(vera, 'Completed')                        // by itself
    await vera.locator('#does', { hasText: 'Run' }).waitFor()
    await shoot(vera, 'own-done')
    await runOf(site, 'flush-cache')
  })

  let asked
  test('the form of a job asks, and who asked mends the request before it is approved', async () => {
    await go(vera, '/jobs/invoice-export/edit')
    await vera.getByText('Somebody else has to approve it').waitFor()
    await vera.getByLabel('Schedule', { exact: true }).fill('0 30 5 * * 1-5')
    await vera.getByLabel(/^Reason/).fill('The ledger closes at 05:55.')
    await button(vera, 'Save').click()
    await atTask(vera)
    await state(vera, 'Waits for approval')
    asked = new URL(vera.url()).pathname
    await go(maria, asked)
    await maria.locator('.lanes', { hasText: 'After: ' }).waitFor()
    await shoot(maria, 'change')
    await maria.getByLabel(/^Comment/).fill('So it is.')   // while she writes, nothing of what she decides on is swapped
    await go(vera, asked)
    await vera.getByRole('link', { name: 'Change request' }).click()
    await vera.getByRole('heading', { name: 'Change the request' }).waitFor()
    assert.equal(await vera.getByLabel('Schedule', { exact: true }).inputValue(), '0 30 5 * * 1-5')
    assert.equal(await vera.getByLabel(/^Reason/).inputValue(), 'The ledger closes at 05:55.')
    await vera.getByLabel('Retries').fill('3')
    await shoot(vera, 'change-edit')
    await button(vera, 'Save').click()
    await vera.waitForURL((url) => url.pathname === asked)
    await vera.locator('table.diff', { hasText: '3' }).waitFor()
    await button(maria, 'Approve').click()                // what she saw is no longer what is asked
    await maria.getByRole('alert').waitFor()
    assert.equal((await job()).version, 1)
    assert.equal((await site.api('GET', asked)).json.given_approvals, 0)
    await maria.locator('table.diff', { hasText: 'Retries' }).waitFor()
  })

  test('who reads a request that is changed meanwhile gets the change and the decision on it together', async () => {
    await go(maria, asked)
    const about = () => maria.locator('#decision').getAttribute('data-q')
    const before = await about()
    await go(vera, `${asked}/edit`)
    await vera.getByLabel(/^Description/).fill('The ledger of all shops')
    await button(vera, 'Save').click()
    await vera.waitForURL((url) => url.pathname === asked)
    await maria.locator('table.diff ins', { hasText: 'The ledger of all shops' }).waitFor()         // without a reload of hers
    assert.notEqual(await about(), before)
    assert.equal(await maria.locator('[name=hash]').inputValue(), await about())
  })

  test('a request on a job that changed meanwhile is renewed, and both changes stand', async () => {
    site.sql("UPDATE team SET approvals = 0 WHERE name = 'ops'")
    assert.equal((await site.api('PATCH', '/jobs/invoice-export', { owner: 'Marta' })).status, 200)
    site.sql("UPDATE team SET approvals = 1 WHERE name = 'ops'")
    await go(vera, asked)
    await vera.getByRole('heading', { name: 'It cannot be applied any more' }).waitFor()
    await shoot(vera, 'moved-on')
    await button(vera, 'Renew the request').click()
    await vera.waitForURL((url) => url.pathname !== asked)
    await state(vera, 'Waits for approval')
    await approves(maria, vera.url())
    const { schedule, retries, owner, version } = await job()
    assert.deepEqual({ schedule, retries, owner, version }, { schedule: '0 30 5 * * 1-5', retries: 3, owner: 'Marta', version: 3 })
    await go(vera, asked)
    await state(vera, 'Cancelled')
  })

  test('the buttons of a job ask with a reason, and so does restoring', async () => {
    await inSync(site, 'invoice-export')
    const runs = async () => (await site.api('GET', '/runs?job=invoice-export')).json.items.length
    for (const [name, dialog, send] of [['Disable', 'ask-switch', 'Ask for it'], ['Delete', 'delete', 'Ask to delete invoice-export'], ['Run now', 'ask-run', 'Ask for it']]) {
      await go(vera, '/jobs/invoice-export')
      await button(vera, name).click()
      const at = vera.locator(`dialog#${dialog}:popover-open`)
      await at.getByText('Somebody else has to approve it').waitFor()
      if (name === 'Disable') await shoot(vera, 'ask')
      await at.getByLabel('Reason').fill(`because of ${name}`)
      await button(at, send).click()
      await atTask(vera)
      await vera.locator('blockquote', { hasText: `because of ${name}` }).waitFor()
      await state(vera, 'Waits for approval')
      if (name === 'Delete') await shoot(vera, 'delete')
      if (name === 'Run now') break
      await button(vera, 'Withdraw').click()
      await button(vera.locator('dialog#end:popover-open'), 'Withdraw').click()
      await state(vera, 'Cancelled')
    }
    assert.equal(await runs(), 0)
    await approves(maria, vera.url())
    await eventually('the run', async () => (await runs()) === 1)
    await go(vera, '/jobs/invoice-export/revisions')
    await button(vera, 'Restore 1').click()
    const at = vera.locator('dialog#restore-1:popover-open')
    await at.getByLabel('Reason').fill('it was better')
    await shoot(vera, 'restore')
    await button(at, 'Ask for it').click()
    await atTask(vera)
    await vera.locator('blockquote', { hasText: 'it was better' }).waitFor()
    await approves(maria, vera.url())
    assert.equal((await job()).schedule, nightly.schedule)
  })

  test('notifications are acknowledged, one and many', async () => {
    site.sql(`INSERT INTO notification (task_id, error, notes) SELECT t.id, true, json_build_object('errors', json_build_array('The mail to ' || n || '@example.com was not taken.'))
      FROM (SELECT id FROM task ORDER BY seq LIMIT 1) t, generate_series(1, 3) n`)
    await go(admin, '/tasks?notifications=open')
    const boxes = admin.locator('[name=pick]')
    const there = await boxes.count()
    assert.ok(there >= 3, `${there} notifications`)
    await boxes.first().check()
    await admin.getByText('1 selected').waitFor()
    await button(admin, 'Acknowledge').click()
    await eventually('one is gone', async () => (await boxes.count()) === there - 1)
    await admin.getByLabel('Select all').check()
    await admin.getByText(`${there - 1} selected`).waitFor()
    await button(admin, 'Acknowledge').click()
    await admin.getByRole('heading', { name: 'Nothing to acknowledge' }).waitFor()
    await go(admin, '/tasks?notifications=all')
    await admin.getByRole('cell', { name: /^admin/ }).first().waitFor()
  })

  test('all of it works without a script', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], javaScriptEnabled: false, storageState: await vera.context().storageState() })
    const page = await context.newPage()
    listen(page, complaints)
    await go(page, '/jobs/invoice-export')
    await button(page, 'Disable').click()
    await page.locator('dialog#ask-switch').getByLabel('Reason').fill('without a script')
    await button(page.locator('dialog#ask-switch'), 'Ask for it').click()
    await page.locator('blockquote', { hasText: 'without a script' }).waitFor()
    await context.close()
  })

  test('a type is made and asked for without a script', async () => {
    const plain = async (who) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], javaScriptEnabled: false, storageState: await who.context().storageState() })
      const page = await context.newPage()
      listen(page, complaints)
      return page
    }
    const page = await plain(admin)
    const field = (n) => page.getByRole('region', { name: new RegExp(`^Field ${n}`) })
    const action = page.getByRole('region', { name: /^Action 1/ })
    await go(page, '/settings/types')
    await page.getByRole('link', { name: 'New type' }).click()
    await page.getByLabel('Name', { exact: true }).first().fill('restart')
    await page.getByLabel('Title', { exact: true }).fill('Restart a service')
    await field(1).getByLabel('Name', { exact: true }).fill('team')
    await field(1).getByLabel('Kind').selectOption('Team')
    await field(1).getByLabel('Required').check()
    await button(page, 'Add a field').click()
    await field(2).getByLabel('Name', { exact: true }).fill('why_now')
    await field(2).getByLabel(/^Label/).fill('Why now')
    await button(page, 'Add: Run a job').click()
    await action.getByLabel('Job', { exact: true }).fill('flush-cache')
    await page.getByLabel(/^Field that names the team/).selectOption('team')
    await page.getByLabel('Who approves').selectOption('Managers of the team')
    await button(page.locator('.mail').filter({ hasText: 'Once it is done' }), 'Add a mail').click()
    await page.getByRole('region', { name: /^Mail 2/ }).getByLabel(/^To optional/).fill('ops@example.com')
    await button(page, 'Save').last().click()
    await page.waitForURL(/\/settings\/types\/restart\?done=saved$/)
    const { definition } = (await site.api('GET', '/task-types/restart/definition')).json
    assert.equal(definition.team_field, 'team')
    assert.deepEqual(definition.actions, [{ action: 'run_job', with: { job: 'flush-cache' } }])
    assert.deepEqual(definition.mails.completed.emails, [{}, { to: 'ops@example.com' }])
    await page.context().close()

    const hers = await plain(vera)
    await go(hers, '/requests')
    await hers.getByRole('link', { name: 'Restart a service' }).click()
    await hers.getByLabel('team', { exact: true }).fill('web')
    await hers.getByLabel(/^Why now/).fill('It hangs.')
    await hers.getByLabel(/^Reason/).fill('It answers nobody.')
    await hers.locator('main form button.primary').click()
    await atTask(hers)
    await hers.getByRole('heading', { name: 'Restart a service' }).waitFor()
    await hers.locator('dd', { hasText: 'It hangs.' }).waitFor()
    await hers.context().close()
  })

  test('nothing of it complained in the console', () => {
    // Chromium itself notes a form that came back refused.
    assert.deepEqual(complaints.filter((line) => !/status of (409|412|422)/.test(line)), [])
  })
})

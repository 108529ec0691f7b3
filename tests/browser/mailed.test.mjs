// From the request to the end by way of a mail, in a real browser: an invitation, and a stranger who signs up. A real mail server takes the mails.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engines, eventually, Site } from '../site/lib.mjs'
import { certificate, mailServer, read, skip } from '../site/receivers.mjs'
import { browserOrReason, launch, listen, look, screenshots, sticksOut, views, violations } from './lib.mjs'

const kit = browserOrReason()
const password = 'correct horse battery'
const reason = kit.skip || skip

if (reason) test('requests by mail in Chromium', { skip: reason }, () => {})
else describe('requests by mail', async () => {
  const tls = certificate('mailed-tls')
  const mail = await mailServer({ ...tls, authOptional: false })
  const site = new Site('mailed', engines[0], {
    SIGNALBOX_SMTP_URL: `smtp://mailer:s%40cret@localhost:${mail.port}`,
    SIGNALBOX_SMTP_CA: tls.file,
    SIGNALBOX_MAIL_FROM: 'signalbox@example.org',
  })
  const complaints = []
  let browser

  before(async () => {
    mkdirSync(path.join(screenshots, 'mailed'), { recursive: true })
    await site.start()
    site.cli(['account', 'add', 'maria', '--email', 'maria@example.com'], `${password}\n`)
    site.cli(['team', 'member', 'ops', 'maria', 'manager'])
    browser = await launch(kit)
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  const linkTo = (email) => eventually(`a link for ${email}`, () =>
    mail.to(email).map((one) => /\/token\/[0-9a-f]{64}/.exec(read(one).plain)?.[0]).findLast(Boolean))
  const button = (page, name) => page.getByRole('button', { name, exact: true })
  const state = (page) => page.locator('main .lede .state')

  async function open(target) {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1] })).newPage()
    listen(page, complaints)
    await page.goto(`${site.address}${target}`)
    return page
  }

  async function signIn(page, name, secret) {
    await page.getByLabel('Account').fill(name)
    await page.getByLabel('Password').fill(secret)
    await button(page, 'Sign in').click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  }

  async function shoot(page, name) {
    for (const view of views) {
      await look(page, view)
      assert.equal(await sticksOut(page), '', `${name} at ${view[0]}`)
      assert.deepEqual(await violations(page, kit.axe), [], `${name} at ${view[0]}`)
      await page.screenshot({ path: path.join(screenshots, 'mailed', `${name}-${view[0]}.png`), fullPage: true })
    }
    await look(page, views[0])
  }

  /* Follows the link of the mail, sets a password, and is signed in. */
  async function confirms(email, name) {
    const page = await open(await linkTo(email))
    await shoot(page, `token-${name}`)
    await page.getByLabel('New password').fill(password)
    await button(page, 'Set password').click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await signIn(page, name, password)
    return page
  }

  test('invite: asked by a manager, confirmed by who got the mail, done', async () => {
    const maria = await open('/requests/new/invite')
    await signIn(maria, 'maria', password)
    assert.equal(await maria.getByLabel('Team', { exact: true }).inputValue(), 'ops', 'the only team that she manages')
    await maria.getByLabel('E-mail').fill('lena@example.org')
    await maria.getByLabel('Role', { exact: true }).selectOption('operator')
    await maria.getByLabel(/^Reason/).fill('Welcome, Lena.')
    await button(maria, 'Send request').click()
    await state(maria).filter({ hasText: 'Waits for token' }).waitFor()
    await shoot(maria, 'invite-waits')
    const lena = await confirms('lena@example.org', 'lena')
    await state(maria).filter({ hasText: 'Completed' }).waitFor()         // by itself
    for (const words of ['Approved by rule', 'Confirmed by who got the mail', 'Done']) await maria.locator('#way', { hasText: words }).waitFor()
    await shoot(maria, 'invite-done')
    await lena.goto(`${site.address}/teams/ops`)
    await lena.getByRole('rowheader', { name: 'lena' }).waitFor()
    await lena.context().close()
    await maria.context().close()
  })

  test('sign-up: a stranger asks, an administrator approves, the mail sets the password, the team is there', async () => {
    const stranger = await open('/sign-in')
    await stranger.getByRole('link', { name: 'Sign up' }).click()
    await stranger.getByLabel('Team', { exact: true }).fill('ledger')
    await stranger.getByLabel('E-mail').fill('kim@example.org')
    await stranger.getByLabel(/^Reason/).fill('We book things.')
    await button(stranger, 'Send request').click()
    await stranger.getByText('Thank you. Admins look at it, and you get a mail.').waitFor()
    const admin = await open('/tasks')
    await signIn(admin, 'admin', site.secret)
    await admin.getByRole('link', { name: 'Sign-up of ledger by kim@example.org' }).first().click()
    await admin.getByText('We book things.').waitFor()
    await shoot(admin, 'sign-up-to-approve')
    await button(admin, 'Approve').click()
    await state(admin).filter({ hasText: 'Waits for token' }).waitFor()
    const kim = await confirms('kim@example.org', 'kim')
    await state(admin).filter({ hasText: 'Completed' }).waitFor()
    await kim.goto(`${site.address}/teams/ledger`)
    await kim.getByText('manager').first().waitFor()
    await Promise.all([stranger, admin, kim].map((page) => page.context().close()))
  })

  test('nothing of it complained in the console', () => assert.deepEqual(complaints, []))
})

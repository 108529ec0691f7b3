// What people do in the panel, on a real Dkron where there is one: a change that others approve until the engine has it, many jobs at
// once, drift that is adopted and put back, output that is followed.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, Site } from '../site/lib.mjs'
import { browserOrReason, launch, shooter, signedIn } from './lib.mjs'

const kit = browserOrReason()
const password = 'correct horse battery'

if (kit.skip) test('the panel on a real Dkron, in Chromium', { skip: kit.skip }, () => {})
else describe('the panel on the engine', () => {
  const engine = engines.findLast(({ skip }) => !skip)
  const site = new Site('panel', engine)
  const shoot = shooter(kit, 'panel')
  const complaints = []
  let browser, vera, maria

  before(async () => {
    await site.start()
    for (const name of ['vera', 'maria']) site.cli(['account', 'add', name, '--email', `${name}@example.com`], `${password}\n`)
    site.cli(['team', 'member', 'ops', 'vera', 'editor'])
    site.cli(['team', 'member', 'ops', 'maria', 'manager'])
    const jobs = ['ledger', 'many-1', 'many-2', 'many-3', 'adopted', 'put-back'].map((name) => aJob({ name, schedule: '@every 1h' }))
    const says = aJob({ name: 'says', executor_config: { command: 'echo first; sleep 4; echo last', shell: 'true' } })
    for (const job of [...jobs, says]) {
      const answer = await site.api('POST', '/jobs', job)
      assert.equal(answer.status, 201, answer.text)
    }
    for (const { name } of [...jobs, says]) await inSync(site, name)
    browser = await launch(kit)
    vera = await signedIn(browser, site, { name: 'vera', password }, '/jobs', complaints)
    maria = await signedIn(browser, site, { name: 'maria', password }, '/tasks', complaints)
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  const button = (at, name) => at.getByRole('button', { name, exact: true })
  const api = engine.name === 'embedded' ? () => `${site.local}/engine/v1` : () => `${site.dkron}/v1`

  /* A job as the engine itself has it. */
  const there = async (name) => {
    const answer = await fetch(`${api()}/jobs/${name}`)
    assert.equal(answer.status, 200, `${name} on the engine`)
    return answer.json()
  }
  const changeThere = async (name, fields) => {
    const answer = await fetch(`${api()}/jobs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...(await there(name)), ...fields }) })
    assert.ok(answer.ok, `${name} is changed on the engine: ${answer.status}`)
  }

  test('a change is asked for, approved, applied, and the page says when the engine has it', async () => {
    site.sql("UPDATE team SET approvals = 1 WHERE name = 'ops'")
    await vera.goto(`${site.address}/jobs/ledger/edit`)
    await vera.getByLabel('Schedule', { exact: true }).fill('0 30 5 * * 1-5')
    await vera.getByLabel(/^Reason/).fill('The ledger closes at 05:55.')
    await button(vera, 'Save').click()
    await vera.waitForURL(/\/tasks\/[0-9a-f-]{36}/)
    await vera.locator('#way', { hasText: 'Applied as revision 2' }).waitFor()
    await maria.goto(vera.url())
    await maria.locator('table.diff', { hasText: '0 30 5 * * 1-5' }).waitFor()
    await button(maria, 'Approve').click()
    await vera.locator('#way .in-sync', { hasText: 'In sync with the engine' }).waitFor()   // without a reload
    assert.equal((await there('ledger')).schedule, '0 30 5 * * 1-5')
    await shoot(vera, 'in-sync')
    await vera.locator('#way').getByRole('link', { name: 'revision 2' }).click()
    await vera.waitForURL(/\/jobs\/ledger\/revisions#revision-2$/)
    site.sql("UPDATE team SET approvals = 0 WHERE name = 'ops'")
  })

  test('many jobs are disabled after one question, and the engine has it so', async () => {
    await vera.goto(`${site.address}/jobs?q=many`)
    await vera.locator('[data-all]').check()
    await button(vera, 'Disable').click()
    await button(vera, 'Disable 3 jobs').click()
    await vera.getByRole('heading', { name: '3 jobs disabled' }).waitFor()
    for (const name of ['many-1', 'many-2', 'many-3']) {
      await inSync(site, name)
      assert.equal((await there(name)).disabled, true, name)
    }
  })

  test('what was changed on the engine is shown, and is adopted or put back', async () => {
    for (const name of ['adopted', 'put-back']) await changeThere(name, { schedule: '@weekly' })
    for (const [name, label, schedule] of [['adopted', "Adopt the engine's", '@weekly'], ['put-back', 'Revert to ours', '@every 1h']]) {
      await eventually(`the drift of ${name} is found`, async () => {
        await site.cliResult(['resync'])
        return (await site.api('GET', `/jobs/${name}`)).json.sync.state === 'drifted'
      }, 120000)
      await vera.goto(`${site.address}/jobs/${name}`)
      await vera.getByRole('heading', { name: 'Changed on the engine' }).waitFor()
      await vera.locator('.notice.drifted table.diff', { hasText: '@weekly' }).waitFor()
      if (name === 'adopted') await shoot(vera, 'drift')
      await button(vera, label).click()
      await inSync(site, name)
      assert.equal((await there(name)).schedule, schedule)
      assert.equal((await site.api('GET', `/jobs/${name}`)).json.schedule, schedule)
    }
  })

  test('output is followed while the run goes on', async () => {
    await vera.goto(`${site.address}/jobs/says`)
    await button(vera, 'Run now').first().click()
    await vera.waitForURL(/\/runs\/\d+/)
    await vera.locator('#log', { hasText: 'first' }).waitFor()
    await vera.locator('#log', { hasText: 'last' }).waitFor()                // without a reload
    await vera.locator('main .lede .succeeded').waitFor()
  })

  test('nothing of it complained in the console', () => assert.deepEqual(complaints, []))
})

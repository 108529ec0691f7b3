// Telling people: a real mail server with STARTTLS and a login, a real receiver of webhooks that checks each signature with
// somebody else's implementation, and a receiver of check-ins, all against the embedded engine.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, onSite, runOf, Site, sleep, unique } from './lib.mjs'
import { certificate, mailServer, read, skip, verified, webServer } from './receivers.mjs'

const shell = (command) => ({ executor_config: { command, shell: 'true' } })
const every = (seconds) => (seconds === 1 ? '* * * * * *' : `*/${seconds} * * * * *`)

const make = async (site, fields) => {
  const answer = await site.api('POST', '/jobs', aJob(fields))
  assert.equal(answer.status, 201, answer.text)
  return answer.json
}

/* A team of its own, so that tests do not hear of one another. */
const team = (site) => {
  const name = unique('team')
  site.cli(['team', 'add', name])
  return name
}

const tell = async (site, name, kind, target, more = {}) => {
  const answer = await site.api('POST', `/teams/${name}/alerts`, { kind, target, ...more })
  assert.equal(answer.status, 201, answer.text)
  return answer.json
}

const messages = async (site, name, query = '') => (await site.api('GET', `/teams/${name}/alerts/messages${query}`)).json.items

if (skip) test('telling people', { skip }, () => {})
else {
  const tls = certificate('notify-tls')
  for (const engine of engines) describe(`telling people, ${engine.name}`, { skip: engine.skip }, async () => {
    const mail = await mailServer({ ...tls, authOptional: false })
    const web = await webServer()
    const site = new Site(`notify-${engine.name}`, engine, {
      SIGNALBOX_SMTP_URL: `smtp://mailer:s%40cret@localhost:${mail.port}`,
      SIGNALBOX_SMTP_CA: tls.file,
      SIGNALBOX_MAIL_FROM: 'signalbox@example.org',
      SIGNALBOX_WEBHOOK_ALLOW: '127.0.0.0/8',
      SIGNALBOX_SENTRY_URL: `http://127.0.0.1:${web.port}/cron/<monitor_slug>/key/`,
    })
    const named = onSite(site)
    const scenario = (name, work) => named(`${name} (${engine.name})`, work)

    scenario('a job that fails each second tells once, and its recovery once, with how often it failed', async () => {
      const crew = team(site)
      await tell(site, crew, 'mail', 'first@example.org')
      const { secret } = await tell(site, crew, 'webhook', web.url('/first'))
      const job = await make(site, { team: crew, schedule: every(1), ...shell('exit 3') })
      await eventually('both are told', () => mail.to('first@example.org').length === 1 && web.at('/first').length === 1)
      await eventually('it failed some more', async () => (await site.api('GET', `/runs?job=${job.name}&state=failed`)).json.items.length >= 4)
      assert.equal(mail.to('first@example.org').length, 1)
      assert.equal(web.at('/first').length, 1)
      await site.api('PATCH', `/jobs/${job.name}`, shell('true'))
      await eventually('both hear of the recovery', () => mail.to('first@example.org').length === 2 && web.at('/first').length === 2)
      await sleep(2500)
      assert.equal(mail.to('first@example.org').length, 2)
      const failed = (await site.api('GET', `/runs?job=${job.name}&state=failed`)).json.items.length
      const [one, two] = web.at('/first').map((hit) => verified(hit, secret))
      assert.equal(one.type, 'job.failed')
      assert.equal(one.data.run.state, 'failed')
      assert.equal(two.type, 'job.recovered')
      assert.equal(two.data.failures, failed)
      assert.equal(two.data.job, job.name)
      assert.equal(two.data.url, `${site.address}/jobs/${job.name}`)
      const { headers, plain, html } = read(mail.to('first@example.org')[1])
      assert.match(headers.subject, new RegExp(`${job.name} recovered: failed ${failed} times since \\d+ \\w+ \\d\\d:\\d\\d UTC`))
      assert.match(plain, new RegExp(`It failed ${failed} times`))
      assert.match(html, new RegExp(`<strong>Job ${job.name} succeeds again`))
    })

    scenario('a mail goes over TLS, with our login, and as mail should be', async () => {
      const crew = team(site)
      const { id } = await tell(site, crew, 'mail', 'second@example.org')
      assert.equal((await site.api('POST', `/teams/${crew}/alerts/${id}/test`)).status, 202)
      const [one] = await eventually('it arrives', () => mail.to('second@example.org').length && mail.to('second@example.org'))
      assert.equal(one.secure, true)
      assert.equal(one.user, 'mailer')
      assert.equal(one.from, 'signalbox@example.org')
      const { headers, plain } = read(one)
      const [message] = await messages(site, crew)
      assert.equal(headers['message-id'], `<${message.key}@localhost>`)
      assert.equal(headers['auto-submitted'], 'auto-generated')
      assert.equal(headers['list-id'], `<${crew}.signalbox.localhost>`)
      assert.ok(Math.abs(Date.parse(headers.date) - Date.now()) < 60000, headers.date)
      assert.match(plain, /This is a test: admin wanted to know/)
      assert.ok(one.text.split('\r\n').every((line) => line.length <= 200 && !/[\r\n]/.test(line)))
      assert.equal(message.state, 'sent')
    })

    scenario('a refusal for good is not tried again, another one is', async () => {
      const crew = team(site)
      for (const code of [550, 451]) {
        const { id } = await tell(site, crew, 'mail', `refuse-${code}@example.org`)
        await site.api('POST', `/teams/${crew}/alerts/${id}/test`)
      }
      const listed = await eventually('both were tried', async () => {
        const list = await messages(site, crew)
        return list.every((m) => m.reason) && list
      })
      const [later, never] = listed
      assert.deepEqual([never.state, never.attempts], ['failed', 1])
      assert.match(never.reason, /the mail server said: 550/)
      assert.equal(later.state, 'waiting')
      assert.match(later.reason, /451/)
      await eventually('it is tried again', () => mail.asked.filter((to) => to === 'refuse-451@example.org').length >= 2)
      assert.equal(mail.asked.filter((to) => to === 'refuse-550@example.org').length, 1)
    })

    scenario('a webhook that answers 500 gets the same message again, 410 switches it off, a redirect leads nowhere', async () => {
      const crew = team(site)
      web.answers.set('/flaky', (answer, n) => answer.writeHead(n === 1 ? 500 : 200).end('x'.repeat(100000)))
      web.answers.set('/gone', (answer) => answer.writeHead(410).end())
      web.answers.set('/elsewhere', (answer) => answer.writeHead(302, { Location: web.url('/target') }).end())
      const channels = {}
      for (const name of ['/flaky', '/gone', '/elsewhere']) {
        channels[name] = await tell(site, crew, 'webhook', web.url(name))
        await site.api('POST', `/teams/${crew}/alerts/${channels[name].id}/test`)
      }
      await eventually('the second attempt', () => web.at('/flaky').length === 2)
      const [first, second] = web.at('/flaky')
      assert.equal(first.headers['webhook-id'], second.headers['webhook-id'])
      assert.equal(verified(second, channels['/flaky'].secret).type, 'test')
      assert.throws(() => verified({ ...second, body: second.body.replace('test', 'tesd') }, channels['/flaky'].secret))
      const off = await eventually('it is off', async () => {
        const { json } = await site.api('GET', `/teams/${crew}/alerts/${channels['/gone'].id}`)
        return json.off && json
      })
      assert.match(off.off_reason, /410/)
      assert.equal(site.sql(`SELECT actor FROM audit WHERE verb = 'channel_off' AND object = 'channel:${off.id}'`), 'signalbox')
      const moved = (await messages(site, crew)).find((m) => m.target === web.url('/elsewhere'))
      assert.match(moved.reason, /answered 302/)
      assert.equal(web.at('/target').length, 0)
    })

    scenario('killed between sending and noting it, the worker sends the same message again', async () => {
      const crew = team(site)
      const worker = () => Number(/event=loop_ready .*pid=(\d+) .*loop=notify/.exec(site.log('work').split('\n').findLast((line) => line.includes('loop=notify')))[1])
      web.answers.set('/deadly', (answer, n) => {
        if (n === 1) process.kill(worker(), 'SIGKILL')
        else answer.writeHead(200).end()
      })
      const { id, secret } = await tell(site, crew, 'webhook', web.url('/deadly'))
      await site.api('POST', `/teams/${crew}/alerts/${id}/test`)
      await eventually('it comes twice', () => web.at('/deadly').length >= 2)
      await eventually('it is noted', async () => (await messages(site, crew))[0].state === 'sent')
      const ids = web.at('/deadly').map((hit) => hit.headers['webhook-id'])
      assert.deepEqual(ids, [ids[0], ids[0]])
      web.at('/deadly').forEach((hit) => verified(hit, secret))
    })

    scenario('a job that is disabled, or says so, tells nobody', async () => {
      const crew = team(site)
      await tell(site, crew, 'mail', 'quiet@example.org')
      const quiet = await make(site, { team: crew, notify: false, ...shell('exit 1') })
      const loud = await make(site, { team: crew, ...shell('exit 1') })
      await inSync(site, quiet.name)
      await inSync(site, loud.name)
      await runOf(site, quiet.name)
      await runOf(site, loud.name)
      await eventually('the other one is told', () => mail.to('quiet@example.org').length === 1)
      assert.match(read(mail.to('quiet@example.org')[0]).headers.subject, new RegExp(loud.name))
      await sleep(1500)
      assert.equal(mail.to('quiet@example.org').length, 1)
    })

    scenario('a channel for one job hears of that one alone, and only what it wants', async () => {
      const crew = team(site)
      const [one, two] = [await make(site, { team: crew, ...shell('exit 1') }), await make(site, { team: crew, ...shell('exit 1') })]
      await tell(site, crew, 'mail', 'all@example.org')
      await tell(site, crew, 'mail', 'one@example.org', { job: one.name, on_recovery: false })
      for (const { name } of [one, two]) {
        await inSync(site, name)
        await runOf(site, name)
      }
      await eventually('they are told', () => mail.to('all@example.org').length === 2 && mail.to('one@example.org').length === 1)
      await site.api('PATCH', `/jobs/${one.name}`, shell('true'))
      await inSync(site, one.name)
      await runOf(site, one.name)
      await eventually('the recovery', () => mail.to('all@example.org').length === 3)
      assert.equal(mail.to('one@example.org').length, 1)
    })

    scenario('every run checks in at its monitor, with the schedule', async () => {
      const job = await make(site, { schedule: '0 */5 2 * * *', timezone: 'Europe/Madrid', metadata: { sentry_margin: '7' }, ...shell('sleep 1') })
      await inSync(site, job.name)
      await runOf(site, job.name)
      const at = `/cron/${job.name}/key/`
      await eventually('both check-ins', () => web.at(at).length === 2)
      const [begun, ended] = web.at(at).map((hit) => JSON.parse(hit.body))
      assert.deepEqual(begun, {
        monitor_config: { schedule: { type: 'crontab', value: '*/5 2 * * *' }, checkin_margin: 7, max_runtime: 30, timezone: 'Europe/Madrid' },
        status: 'in_progress',
      })
      assert.equal(ended.status, 'ok')
      await site.api('PATCH', `/jobs/${job.name}`, { schedule: '@every 90m', ...shell('exit 1') })
      await inSync(site, job.name)
      await runOf(site, job.name)
      await eventually('its failure', () => web.at(at).length === 4)
      const { monitor_config: config, status } = JSON.parse(web.at(at)[3].body)
      assert.equal(status, 'error')
      assert.deepEqual(config.schedule, { type: 'interval', value: 90, unit: 'minute' })
    })

    scenario('a manager does all of it on the page', async () => {
      const crew = team(site)
      const visitor = await site.signIn()
      const here = `/teams/${crew}/alerts`
      const bad = await visitor.submit(here, { kind: 'webhook', target: 'https://10.0.0.1/x' })
      assert.equal(bad.status, 422)
      assert.match(bad.text, /Address: must not be a private address/)
      const made = await visitor.submit(here, { kind: 'webhook', target: web.url('/page') })
      assert.equal(made.status, 200)
      const secret = /whsec_[A-Za-z0-9+/]+=*/.exec(made.text)[0]
      assert.doesNotMatch((await visitor.get(here)).text, /whsec_/)
      const [{ id }] = (await site.api('GET', `/teams/${crew}/alerts`)).json.items
      assert.equal((await visitor.submit(`${here}/${id}/test`, {}, here)).status, 303)
      await eventually('the test arrives', () => web.at('/page').length === 1)
      verified(web.at('/page')[0], secret)
      const { id: message } = await eventually('it is noted', async () => (await messages(site, crew)).find((m) => m.state === 'sent'))
      assert.equal((await visitor.submit(`${here}/messages/${message}/again`, {}, here)).status, 303)
      await eventually('it arrives again', () => web.at('/page').length === 2)
      assert.equal(web.at('/page')[1].headers['webhook-id'], web.at('/page')[0].headers['webhook-id'])
      assert.equal((await visitor.submit(`${here}/${id}`, { on_missed: null, on: null })).status, 303)
      assert.match((await visitor.get(`${here}/${id}`)).text, /switched off by admin/)
      assert.equal((await visitor.submit(`${here}/${id}/delete`, {}, `${here}/${id}`)).status, 303)
      assert.match((await visitor.get(here)).text, /Nobody\./)
    })
  })

  describe('telling people without TLS', async () => {
    const mail = await mailServer({ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] })
    // Another spelling of loopback, which we do not take for it.
    const site = new Site('notify-plain', engines[0], { SIGNALBOX_SMTP_URL: `smtp://0x7f.1:${mail.port}`, SIGNALBOX_MAIL_FROM: 'signalbox@example.org' })
    const scenario = onSite(site)

    scenario('no mail leaves in the clear, and no webhook goes to a private address', async () => {
      const { id } = await tell(site, 'ops', 'mail', 'plain@example.org')
      await site.api('POST', `/teams/ops/alerts/${id}/test`)
      const [message] = await eventually('it was tried', async () => {
        const list = await messages(site, 'ops')
        return list[0].reason && list
      })
      assert.equal(message.state, 'waiting')
      assert.match(message.reason, /STARTTLS/i)
      assert.equal(mail.asked.length, 0)
      for (const url of ['http://hooks.example.org/', 'https://127.0.0.1/', 'https://[::ffff:10.0.0.1]/', 'https://169.254.169.254/latest', 'https://u:p@example.org/', 'https://0x7f.1/'])
        assert.equal((await site.api('POST', '/teams/ops/alerts', { kind: 'webhook', target: url })).status, 422, url)
      assert.equal(readdirSync(site.folder).includes('mail'), false)
    })
  })
}

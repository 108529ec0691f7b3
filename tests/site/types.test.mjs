// Task types without C: an admin defines one through the API; a real receiver is told, its signature checked with somebody else's
// implementation; a real job runs, and a real mail server gets the mail.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, onSite, Site, unique } from './lib.mjs'
import { certificate, mailServer, read, skip, verified, webServer } from './receivers.mjs'

const json = (status, body) => (answer) => answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))

if (skip) test('task types', { skip }, () => {})
else {
  const tls = certificate('types-tls')
  for (const engine of engines) describe(`task types, ${engine.name}`, { skip: engine.skip }, async () => {
    const mail = await mailServer({ ...tls, authOptional: false })
    const web = await webServer()
    const site = new Site(`types-${engine.name}`, engine, {
      SIGNALBOX_SMTP_URL: `smtp://mailer:s%40cret@localhost:${mail.port}`,
      SIGNALBOX_SMTP_CA: tls.file,
      SIGNALBOX_MAIL_FROM: 'signalbox@example.org',
      SIGNALBOX_WEBHOOK_ALLOW: '127.0.0.0/8',
    })
    const named = onSite(site)
    const scenario = (name, work) => named(`${name} (${engine.name})`, work)
    let asker

    const define = async (name, definition) => {
      const answer = await site.api('PUT', `/task-types/${name}/definition`, { title: 'T', mails: { initial: null, completed: null }, ...definition })
      assert.equal(answer.status, 201, answer.text)
      return answer.json
    }

    /* By somebody else than who approves. */
    const ask = async (type, fields) => {
      if (!asker) {
        site.cli(['account', 'add', 'kwame'], 'a long enough password\n')
        site.cli(['team', 'member', 'ops', 'kwame', 'operator'])
        asker = site.cli(['token', 'add', 'kwame', '--scope', 'write']).trim()
      }
      const answer = await site.api('POST', `/task-types/${type}?reason=because`, fields, { token: asker })
      assert.equal(answer.status, 202, answer.text)
      return answer.json.id
    }

    const task = async (id) => (await site.api('GET', `/tasks/${id}`)).json
    const prepared = (id) => eventually('it is prepared', async () => { const t = await task(id); return t.hash && t })
    const become = (id, state, ms) => eventually(`it is ${state}`, async () => { const t = await task(id); return t.state === state && t }, ms)
    const approve = async (id) => {
      const { hash } = await task(id)
      const answer = await site.api('POST', `/tasks/${id}/approve`, { hash, comment: 'fine' })
      assert.equal(answer.status, 200, answer.text)
    }

    scenario('another system is asked, told what was approved, and its answer stands in the mail', async () => {
      const type = unique('database')
      const { secret } = await define(type, {
        fields: [{ name: 'name', kind: 'line', required: true, rule: '[a-z]+' }, { name: 'email', kind: 'email', required: true }],
        actions: [
          { action: 'http_call', with: { prepare_url: web.url('/check'), approve_url: web.url('/make'), submit_url: web.url('/finish') } },
          { action: 'send_mail', with: { to: '{{email}}', subject: 'The database {{name}}', text: 'It answers at {{answer.host}}.' } },
        ],
        title_pattern: 'Database {{name}}',
      })
      web.answers.set('/check', json(200, { valid: true, notes: ['there is room'] }))
      web.answers.set('/make', (answer, nth) => json(nth === 1 ? 503 : 200, nth === 1 ? {} : { fields: { host: 'db7.example' } })(answer))
      assert.equal((await site.api('POST', `/task-types/${type}`, { name: 'X', email: 'a@example.org' }, { token: asker ?? undefined })).status, 422)
      const id = await ask(type, { name: 'shop', email: 'shop@example.org' })
      const before = await prepared(id)
      assert.equal(before.title, 'Database shop')
      assert.ok(before.actions[0].notes.some(({ text }) => text === 'there is room'))
      assert.equal(web.at('/make').length, 0)
      await approve(id)
      await become(id, 'completed')

      const [check] = web.at('/check').map((hit) => verified(hit, secret))
      assert.deepEqual([check.task, check.type, check.stage, check.approvals], [id, type, 'prepare', []])
      const hits = web.at('/make')
      assert.equal(hits.length, 2, 'once more after 503')
      assert.equal(hits[0].headers['webhook-id'], hits[1].headers['webhook-id'])
      const made = hits.map((hit) => verified(hit, secret))[1]
      assert.deepEqual(made.fields, { name: 'shop', email: 'shop@example.org' })
      assert.equal(made.reason, 'because')
      assert.deepEqual(made.approvals.map(({ account, comment }) => [account, comment]), [['admin', 'fine']])
      assert.equal(verified(web.at('/finish')[0], secret).stage, 'submit')
      assert.throws(() => verified({ ...hits[0], body: hits[0].body.replace('shop', 'ship') }, secret))

      await eventually('the mail is there', () => mail.to('shop@example.org').length === 1)
      const { headers, plain } = read(mail.to('shop@example.org')[0])
      assert.match(headers.subject, /The database shop/)
      assert.match(plain, /It answers at db7\.example\./)
    })

    scenario('a refusal of the other system fails the task, and another approval asks again', async () => {
      const type = unique('refused')
      await define(type, { fields: [], actions: [{ action: 'http_call', with: { approve_url: web.url('/refuse') } }] })
      web.answers.set('/refuse', (answer, nth) => json(nth === 1 ? 409 : 200, nth === 1 ? { notes: ['no room'] } : {})(answer))
      const id = await ask(type, {})
      await prepared(id)
      await approve(id)
      assert.equal((await become(id, 'failed')).failure, 'The other side answered 409: no room')
      await approve(id)
      await become(id, 'completed')
    })

    scenario('no redirect is followed, and an answer without end is none', async () => {
      const type = unique('lost')
      await define(type, { fields: [], actions: [{ action: 'http_call', with: { approve_url: web.url('/moved') } }] })
      web.answers.set('/moved', (answer) => answer.writeHead(307, { Location: web.url('/elsewhere') }).end())
      const id = await ask(type, {})
      await prepared(id)
      await approve(id)
      assert.match((await become(id, 'failed')).failure, /answered 307/)
      assert.equal(web.at('/elsewhere').length, 0)
      web.answers.set('/moved', (answer) => answer.end('x'.repeat(100000)))
      await approve(id)
      await eventually('it failed anew', async () => /cannot be read/.test((await task(id)).failure))
    })

    scenario('a job runs as who asked, and the task waits for its end', async () => {
      const job = aJob({ executor_config: { command: 'sleep 2; echo done', shell: 'true' } })
      assert.equal((await site.api('POST', '/jobs', job)).status, 201)
      await inSync(site, job.name)
      const type = unique('runs')
      await define(type, { fields: [{ name: 'job', kind: 'job', required: true }], actions: [{ action: 'run_job' }] })
      const id = await ask(type, { job: job.name })
      await prepared(id)
      await approve(id)
      const run = await eventually('there is a run', async () => (await site.api('GET', `/runs?job=${job.name}`)).json.items[0])
      assert.equal(run.requested_by, 'kwame')
      assert.equal((await task(id)).state, 'approved')
      const done = await become(id, 'completed')
      assert.ok(done.actions[0].notes.some(({ text }) => text === `Run ${run.id} of ${job.name} succeeded.`), JSON.stringify(done.actions))
      assert.equal((await site.api('GET', `/runs?job=${job.name}`)).json.items.length, 1)
    })

    scenario('a run that fails, fails the task', async () => {
      const job = aJob({ executor_config: { command: 'exit 3', shell: 'true' } })
      assert.equal((await site.api('POST', '/jobs', job)).status, 201)
      await inSync(site, job.name)
      const type = unique('fails')
      await define(type, { fields: [], actions: [{ action: 'run_job', with: { job: job.name } }] })
      const id = await ask(type, {})
      await prepared(id)
      await approve(id)
      assert.match((await become(id, 'failed')).failure, /ended as failed/)
    })
  })
}

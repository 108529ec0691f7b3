// Task types without C: an admin defines one through the API; a real receiver is told, its signature checked with somebody else's
// implementation; a real job runs, and a real mail server gets the mail.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, isAlive, onSite, Site, unique } from './lib.mjs'
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
      SIGNALBOX_WEBHOOK_CA: tls.file,
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

    /* What any engine is the same to. */
    const once = (name, work) => engine === engines[0] && scenario(name, work)

    once('a system that takes its time holds up no other task', async () => {
      const type = unique('slow')
      const held = []
      const { secret } = await define(type, { fields: [], actions: [{ action: 'http_call', with: { approve_url: web.url('/slow'), timeout_s: 40 } }] })
      web.answers.set('/slow', (answer) => held.push(answer))
      const slow = await ask(type, {})
      await prepared(slow)
      await approve(slow)
      await eventually('the slow one is asked', () => held.length === 1)
      for (let i = 0; i < 20; i++) {
        assert.equal((await site.api('POST', '/teams', { name: `${type}-${i}` })).status, 201)
        const id = await ask('request-access', { team: `${type}-${i}`, role: 'viewer' })
        await prepared(id)
        await approve(id)
        await become(id, 'completed', 60000)
      }
      const still = await task(slow)
      assert.equal(still.state, 'approved', `${still.state}: ${still.failure}`)
      web.answers.set('/slow', json(200, {}))
      for (const answer of held) json(200, {})(answer)
      await become(slow, 'completed', 120000)
      const ids = new Set(web.at('/slow').map((hit) => verified(hit, secret) && hit.headers['webhook-id']))
      assert.equal(ids.size, 1, 'however often it had to be asked')
    })

    once('who works is killed while it asks, time and again: the task stands still, and goes on by hand', async () => {
      const type = unique('deadly')
      let held = 0
      await define(type, { fields: [], actions: [{ action: 'http_call', with: { approve_url: web.url('/deadly'), timeout_s: 40 } }] })
      web.answers.set('/deadly', () => held++)
      const id = await ask(type, {})
      await prepared(id)
      await approve(id)
      for (const death of [1, 2]) {
        await eventually('it is asked', () => held === death, 60000)
        const loop = Number([...site.log('work').matchAll(/event=loop_ready pool=work pid=(\d+) .*loop=tasks/g)].at(-1)[1])
        process.kill(loop, 'SIGKILL')
        await eventually('it is dead', () => !isAlive(loop))
        assert.equal(site.sql(`SELECT attempts FROM task WHERE id = '${id}'`), String(death))
        site.sql(`UPDATE task SET due_at = now()${death === 2 ? ', attempts = 9' : ''} WHERE id = '${id}'`)
      }
      const { failure } = await become(id, 'failed', 60000)
      assert.equal(failure, 'It was begun 9 times and never ended.')
      const { json: open } = await site.api('GET', '/status')
      assert.ok(open.error_notifications.some((one) => one.task === id), JSON.stringify(open.error_notifications))
      web.answers.set('/deadly', json(200, {}))
      await approve(id)
      await become(id, 'completed', 60000)
      assert.equal(new Set(web.at('/deadly').map((hit) => hit.headers['webhook-id'])).size, 1)
    })

    once('a type of an admin makes somebody a member', async () => {
      const type = unique('joins')
      site.cli(['account', 'add', 'lena'], 'a long enough password\n')
      await define(type, {
        fields: [{ name: 'team', kind: 'team', required: true }, { name: 'who', kind: 'account', required: true }],
        team_field: 'team', approvals: { required: 1, role: 'manager' },
        actions: [{ action: 'add_member', with: { team: '{{team}}', account: '{{who}}', role: 'editor' } }],
        title_pattern: '{{who}} joins {{team}}',
      })
      const roleOfLena = () => site.sql("SELECT m.role FROM membership m JOIN account a ON a.id = m.account_id JOIN team t ON t.id = m.team_id WHERE a.name = 'lena' AND t.name = 'ops'")
      const id = await ask(type, { team: 'ops', who: 'lena' })
      assert.equal((await prepared(id)).title, 'lena joins ops')
      assert.equal(roleOfLena(), '')
      await approve(id)
      const done = await become(id, 'completed')
      assert.ok(done.actions[0].notes.some(({ text }) => text === 'lena has the role editor in ops.'), JSON.stringify(done.actions))
      assert.equal(roleOfLena(), '3')
      const nobody = await ask(type, { team: 'ops', who: 'nobody' }).catch((error) => error)
      if (typeof nobody === 'string') {
        await prepared(nobody)
        assert.equal((await task(nobody)).valid, false)
      } else assert.match(nobody.message, /422|404/)
    })

    once('over TLS only whom a known authority vouches for is told', async () => {
      const [known, stranger] = [await webServer(tls), await webServer(certificate('types-strange-tls'))]
      const type = unique('sealed')
      const calls = (server) => ({ fields: [], actions: [{ action: 'http_call', with: { approve_url: server.url('/x') } }] })
      const { secret } = await define(type, calls(known))
      const id = await ask(type, {})
      await prepared(id)
      await approve(id)
      await become(id, 'completed', 30000)
      assert.equal(verified(known.at('/x')[0], secret).task, id)

      const strange = unique('strange')
      await define(strange, calls(stranger))
      const other = await ask(strange, {})
      await prepared(other)
      await approve(other)
      await eventually('it is refused', () => new RegExp(`event=task_step_failed .*task=${other} .*certificate`).test(site.log('work')))
      assert.equal(stranger.hits.length, 0)
      assert.equal((await site.api('POST', `/tasks/${other}/cancel`, {})).status, 200)
    })

    once('who says when to come again is asked no sooner', async () => {
      const later = [['/seconds', () => '2'], ['/date', () => new Date(Date.now() + 4000).toUTCString()]]
      for (const [path, when] of later) {
        const type = unique('later')
        await define(type, { fields: [], actions: [{ action: 'http_call', with: { approve_url: web.url(path) } }] })
        web.answers.set(path, (answer, nth) => answer.writeHead(nth === 1 ? 429 : 204, nth === 1 ? { 'Retry-After': when() } : {}).end())
        const id = await ask(type, {})
        await prepared(id)
        await approve(id)
        await become(id, 'completed', 60000)
        const [first, second] = web.at(path)
        assert.ok(second.at - first.at >= 1900, `${path}: ${second.at - first.at} ms`)
      }
      web.answers.set('/years', (answer) => answer.writeHead(503, { 'Retry-After': '99999999' }).end())
      const type = unique('years')
      await define(type, { fields: [], actions: [{ action: 'http_call', with: { approve_url: web.url('/years') } }] })
      const id = await ask(type, {})
      await prepared(id)
      await approve(id)
      const note = await eventually('people are told', async () => (await task(id)).actions[0].notes.find(({ text }) => /answered 503\. Asked again at/.test(text)))
      assert.ok(note)
      assert.equal(site.sql(`SELECT due_at BETWEEN now() + interval '23 h' AND now() + interval '24 h' FROM task WHERE id = '${id}'`), 't')
      assert.equal((await site.api('POST', `/tasks/${id}/cancel`, {})).status, 200)
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

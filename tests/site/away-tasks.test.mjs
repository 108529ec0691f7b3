// Postgres, the mail server or `work` goes away while somebody asks, approves or follows a link: pages say so, nothing is half done,
// and all goes on when it is back, without a restart.
//
// On the embedded engine alone: no engine plays a part in any of this.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { describe, test } from 'node:test'
import { engines, eventually, isAlive, onSite, root, Site, treeOf, unique } from './lib.mjs'
import { certificate, mailServer, read, skip } from './receivers.mjs'

const password = 'correct horse battery'

const freePort = () =>
  new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

/* The same cluster, by way of another database: our own answers nobody. */
function besideOurs(site, statement) {
  const url = /^SIGNALBOX_DATABASE_URL=(.*)$/m.exec(readFileSync(path.resolve(root, site.config), 'utf8'))[1]
  return execFileSync('psql', ['-X', '-q', '-A', '-t', '-d', url.replace('/signalbox?', '/template1?'), '-c', statement], { encoding: 'utf8' })
}

async function withoutPostgres(site, work) {
  besideOurs(site, 'ALTER DATABASE signalbox ALLOW_CONNECTIONS false')
  besideOurs(site, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'signalbox'")
  try {
    return await work()
  } finally {
    besideOurs(site, 'ALTER DATABASE signalbox ALLOW_CONNECTIONS true')
  }
}

/* The loop that takes tasks on stands still. */
async function withoutWork(site, work) {
  const loop = Number([...site.log('work').matchAll(/event=loop_ready pool=work pid=(\d+) .*loop=tasks/g)].at(-1)[1])
  const stopped = treeOf(loop)
  for (const pid of stopped) process.kill(pid, 'SIGSTOP')
  try {
    return await work()
  } finally {
    for (const pid of stopped) if (isAlive(pid)) process.kill(pid, 'SIGCONT')
  }
}

if (skip) test('tasks while parts are away', { skip }, () => {})
else describe('tasks while parts are away', async () => {
  const tls = certificate('away-tasks-tls')
  const port = await freePort()
  const site = new Site('away-tasks', engines[0], {
    SIGNALBOX_SMTP_URL: `smtp://mailer:s%40cret@localhost:${port}`,
    SIGNALBOX_SMTP_CA: tls.file,
    SIGNALBOX_MAIL_FROM: 'signalbox@example.org',
  })
  const scenario = onSite(site)
  let mail
  const served = async () => (mail ??= await mailServer({ ...tls, port, authOptional: false }))

  const stateOf = async (id) => (await site.api('GET', `/tasks/${id}`)).json.state
  const reaches = (id, state) => eventually(`${id} is ${state}`, async () => (await stateOf(id)) === state, 60000)
  const invite = async (email) => {
    const answer = await site.api('POST', '/task-types/invite', { team: 'ops', email, role: 'viewer' })
    assert.equal(answer.status, 202, answer.text)
    return answer.json.id
  }
  const linkTo = (email) =>
    eventually(`a link for ${email}`, () => mail.to(email).map((one) => /\/token\/[0-9a-f]{64}/.exec(read(one).plain)?.[0]).find(Boolean), 60000)

  scenario('while the mail server is away the page says that the mail is on its way, and it arrives when it is back', async () => {
    const email = 'patience@example.org'
    const id = await invite(email)
    await reaches(id, 'awaiting_token')
    await eventually('it was tried', () => Number(site.sql(`SELECT attempts FROM message WHERE target = '${email}'`)) > 0)
    const page = await (await site.signIn()).get(`/tasks/${id}`)
    assert.equal(page.status, 200)
    assert.match(page.text, /On its way/)
    await served()
    site.sql(`UPDATE message SET try_at = now() WHERE target = '${email}' AND state = 'waiting'`)
    const link = await linkTo(email)
    assert.equal((await site.browser().submit(link, { password })).status, 200)
    await reaches(id, 'completed')
    assert.equal(mail.to(email).filter((one) => read(one).plain.includes('/token/')).length, 1)
  })

  scenario('while Postgres is away every page says when to come back, and all that was asked for is still there', async () => {
    const email = `${unique('held')}@example.org`
    await served()
    const id = await invite(email)
    const link = await linkTo(email)
    const admin = await site.signIn()
    const open = (await site.api('POST', '/task-types/sign-up', { team: unique('fresh'), email: `${unique('boss')}@example.org` })).status
    assert.equal(open, 202)
    const signUp = await eventually('it waits', async () => (await site.api('GET', '/tasks?type=sign-up&limit=1')).json.items.find((one) => one.hash))
    const form = /name="csrf" value="([^"]+)"/.exec((await admin.get(`/tasks/${signUp.id}`)).text)[1]
    const before = site.pids()
    const json = { 'Content-Type': 'application/json' }
    await withoutPostgres(site, async () => {
      for (const [what, send] of [
        ['the page of a token', () => site.browser().get(link)],
        ['its button', () => site.browser().post(link, { password })],
        ['a token by API', () => site.request('POST', `/api/v1${link.replace('/token/', '/tokens/')}`, { headers: json, body: JSON.stringify({ password }) })],
        ['the form of a stranger', () => site.browser().get('/requests/new/sign-up')],
        ['a stranger who asks', () => site.browser().post('/requests/new/sign-up', { team: 'lost', email: 'lost@example.org', request_reason: '' })],
        ['a forgotten password by API', () => site.request('POST', '/api/v1/task-types/reset-password', { headers: json, body: '{"email":"lost@example.org"}' })],
        ['the inbox', () => admin.get('/tasks')],
        ['a task', () => admin.get(`/tasks/${signUp.id}`)],
        ['an approval', () => admin.post(`/tasks/${signUp.id}`, { csrf: form, do: 'approve', hash: signUp.hash, comment: '' })],
        ['an approval by API', () => site.api('POST', `/tasks/${signUp.id}/approve`, { hash: signUp.hash })],
        ['the types', () => site.api('GET', '/task-types')],
        ['the status', () => site.api('GET', '/status')],
      ]) {
        const answer = await send()
        assert.equal(answer.status, 503, `${what}: ${answer.text.slice(0, 600)}`)
        assert.ok(Number(answer.headers['retry-after']) > 0, what)
        assert.match(answer.text, /"code":"unavailable"|<h1/, what)
      }
    })
    await eventually('pages are back', async () => (await site.browser().get(link)).status === 200, 60000)
    await eventually('programs are answered', async () => (await site.api('GET', `/tasks/${signUp.id}`)).status === 200, 60000)
    assert.equal(await stateOf(id), 'awaiting_token')
    assert.equal(await stateOf(signUp.id), 'requested')
    assert.equal(site.sql("SELECT count(*) FROM task WHERE title LIKE '%lost%'"), '0')
    assert.equal((await site.browser().submit(link, { password })).status, 200)
    await reaches(id, 'completed')
    assert.equal((await site.api('POST', `/tasks/${signUp.id}/approve`, { hash: signUp.hash })).status, 200)
    await reaches(signUp.id, 'awaiting_token')
    assert.deepEqual(site.pids(), before, 'nobody was started anew')
  })

  scenario('while work is away people ask and confirm, nothing is done, and then all of it once', async () => {
    const email = `${unique('later')}@example.org`
    await served()
    const id = await invite(email)
    const link = await linkTo(email)
    const admin = await site.signIn()
    site.cli(['account', 'add', 'kwame'], `${password}\n`)
    const kwame = site.cli(['token', 'add', 'kwame', '--scope', 'write']).trim()
    let asked
    await withoutWork(site, async () => {
      const done = await site.browser().submit(link, { password })
      assert.equal(done.status, 200)
      assert.match(done.text, /is being set/)
      assert.equal((await site.browser().get(link)).status, 404)
      assert.equal(await stateOf(id), 'approved')
      asked = (await site.api('POST', '/task-types/request-dashboard', {}, { token: kwame })).json
      assert.equal(asked.state, 'requested')
      assert.equal((await admin.get(`/tasks/${asked.id}`)).status, 200)
      const early = await site.api('POST', `/tasks/${asked.id}/approve`, { hash: '' })
      assert.deepEqual([early.status, early.json.error.message], [409, 'This task is still being prepared.'], early.text)
      assert.equal(site.sql(`SELECT count(*) FROM account WHERE email = '${email}'`), '0')
    })
    await reaches(id, 'completed')
    const { hash } = await eventually('it is prepared', async () => {
      const task = (await site.api('GET', `/tasks/${asked.id}`)).json
      return task.hash && task
    })
    const yes = await site.api('POST', `/tasks/${asked.id}/approve`, { hash })
    assert.equal(yes.status, 200, yes.text)
    await reaches(asked.id, 'completed')
    assert.equal(site.sql(`SELECT count(*) FROM account WHERE email = '${email}'`), '1')
    assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'task_complete' AND object = 'task:${id}'`), '1')
  })
})

// Tokens by mail: a real mail server gets the link, the test follows it, a hundred at once use it once, and no log has it.
//
// On the embedded engine alone: no engine plays a part in any of this.

import assert from 'node:assert/strict'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { build, engines, eventually, formOf, onSite, Site, sleep, unique } from './lib.mjs'
import { certificate, mailServer, read, skip, verified, webServer } from './receivers.mjs'

const password = 'correct horse battery'

/* Invites somebody new; the task. */
const invite = async (site, email, more = {}) => {
  const answer = await site.api('POST', '/task-types/invite?reason=welcome', { team: 'ops', email, role: 'viewer', ...more })
  assert.equal(answer.status, 202, answer.text)
  return answer.json
}

const stateOf = async (site, task) => (await site.api('GET', `/tasks/${task.id}`)).json.state
const reaches = (site, task, state) => eventually(`${task.title} is ${state}`, async () => (await stateOf(site, task)) === state)

/* Ours, and one that says all that a mail of a task can say. */
const ownTemplates = () => {
  const folder = path.join(build, 'site', 'tokens-templates')
  cpSync('templates', folder, { recursive: true })
  const words = `uuid={{TASK_UUID}} type={{TASK_TYPE}}
url={{TASK_URL}}
title={{TITLE}} team={{#TEAM}}{{TEAM}}{{/TEAM}} requester={{REQUESTER}}
reason={{REASON}}
from={{FROM_ADDRESS}} reply={{REPLY_ADDRESS}} to={{EMAIL_ADDRESS}} user={{EMAIL_CURRENT_USER_ADDRESS}} actions={{EMAIL_ACTION_ADDRESSES}}
field={{FIELD_EMAIL}} {{#ACTION_INVITE}}invite={{EMAIL}} as {{ROLE}} in {{TEAM}}{{/ACTION_INVITE}}{{#ACTION_SEND_MAIL}} mail={{TO}}, {{TEXT}}{{/ACTION_SEND_MAIL}}
token={{TOKEN}} {{TOKEN_URL}}
error={{ERROR}} notice={{NOTIFICATION_URL}}
`
  writeFileSync(path.join(folder, 'mail', 'all-words.txt'), words)
  writeFileSync(path.join(folder, 'mail', 'all-words.html'), `{{%AUTOESCAPE context="HTML"}}\n<p>${words}</p>\n`)
  return folder
}

if (skip) test('tokens by mail', { skip }, () => {})
else describe('tokens by mail', async () => {
  const tls = certificate('tokens-tls')
  const mail = await mailServer({ ...tls, authOptional: false })
  const web = await webServer()
  const templates = ownTemplates()
  const site = new Site('tokens', engines[0], {
    SIGNALBOX_TEMPLATES: templates,
    SIGNALBOX_SMTP_URL: `smtp://mailer:s%40cret@localhost:${mail.port}`,
    SIGNALBOX_SMTP_CA: tls.file,
    SIGNALBOX_MAIL_FROM: 'signalbox@example.org',
    SIGNALBOX_WEBHOOK_ALLOW: '127.0.0.0/8',
  })
  const scenario = onSite(site)

  /* The paths that the mails to somebody lead to, newest last. */
  const links = (email) => mail.to(email).map((one) => /\/token\/[0-9a-f]{64}/.exec(read(one).plain)?.[0]).filter(Boolean)
  const linkTo = (email, n = 1) => eventually(`a link for ${email}`, () => links(email).length >= n && links(email)[n - 1])

  scenario('who is invited follows the link of the mail, chooses a password and signs in', async () => {
    const email = 'nora@example.org'
    const task = await invite(site, email)
    const link = await linkTo(email)
    await reaches(site, task, 'awaiting_token')
    const { headers, plain, html } = read(mail.to(email)[0])
    assert.match(headers.subject, /Please confirm: Invite nora@example.org to ops as viewer/)
    assert.equal(headers['x-signalbox-task-uuid'], task.id)
    assert.ok(html.includes(`<a href="${site.address}${link}">`))
    assert.match(plain, /Reason +welcome/)
    const nora = site.browser()
    for (let i = 0; i < 3; i++) assert.equal((await nora.get(link)).status, 200)
    const weak = await nora.submit(link, { password: 'short' })
    assert.equal(weak.status, 422)
    assert.match(weak.text, /10 to 200 characters/)
    const done = await nora.submit(link, { password })
    assert.equal(done.status, 200, done.text)
    await reaches(site, task, 'completed')
    assert.equal((await nora.get(link)).status, 404)
    assert.equal((await nora.post(link, { password })).status, 404)
    const signedIn = await site.signIn('nora', password)
    assert.equal((await signedIn.get('/teams/ops')).status, 200)
    const completed = await eventually('the last mail', () => mail.to(email).length === 2 && read(mail.to(email)[1]))
    assert.match(completed.headers.subject, /Done: /)
    assert.equal(site.sql(`SELECT count(*) FROM task_token`), '0')
    assert.equal(site.sql(`SELECT count(*) FROM task WHERE token_data IS NOT NULL`), '0')
  })

  for (const [how, send] of [
    ['the API', (link) => site.request('POST', `/api/v1${link.replace('/token/', '/tokens/')}`, { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ password }) })],
    ['the page', (link) => site.browser().post(link, { password })],
  ]) scenario(`of a hundred who use a token at once through ${how} one succeeds`, async () => {
    const email = `${unique('many')}@example.org`
    const task = await invite(site, email)
    const link = await linkTo(email)
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(link)))
    const count = (status) => answers.filter((answer) => answer.status === status).length
    assert.deepEqual([count(200), count(404)], [1, 99], JSON.stringify(answers.map((answer) => answer.status)))
    await reaches(site, task, 'completed')
    assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'token_submit' AND object = 'task:${task.id}'`), '1')
    assert.equal(site.sql(`SELECT count(*) FROM account WHERE email = '${email}'`), '1')
  })

  scenario('a token that is issued again comes with a new mail, and the former link is dead', async () => {
    const email = 'otto@example.org'
    const task = await invite(site, email)
    const former = await linkTo(email)
    const again = await site.api('POST', '/tokens', { task: task.id })
    assert.equal(again.status, 202, again.text)
    const link = await linkTo(email, 2)
    assert.notEqual(link, former)
    const visitor = site.browser()
    assert.equal((await visitor.get(former)).status, 404)
    assert.equal((await visitor.submit(link, { password })).status, 200)
    await reaches(site, task, 'completed')
  })

  scenario('an expired token looks like one that never was, and can be issued again', async () => {
    const email = 'vera@example.org'
    const task = await invite(site, email)
    const link = await linkTo(email)
    site.sql(`UPDATE task_token SET expires_at = now() - interval '1 s' WHERE task_id = '${task.id}'`)
    const ask = async (target) => (await site.request('GET', target)).text
    const api = (path) => `/api/v1${path.replace('/token/', '/tokens/')}`
    assert.equal(await ask(api(link)), await ask(api(`/token/${'0'.repeat(64)}`)))
    assert.equal(site.sql(`SELECT count(*) FROM task_token WHERE task_id = '${task.id}'`), '0')
    assert.equal((await site.api('POST', '/tokens', { task: task.id })).status, 202)
    assert.equal((await site.browser().submit(await linkTo(email, 2), { password })).status, 200)
    await reaches(site, task, 'completed')
  })

  scenario('a withdrawn invitation takes its token along', async () => {
    const email = 'gone@example.org'
    const task = await invite(site, email)
    const link = await linkTo(email)
    assert.equal((await site.api('POST', `/tasks/${task.id}/cancel`, {})).status, 200)
    assert.equal((await site.browser().get(link)).status, 404)
  })

  scenario('withdrawn and used at the same moment it is either done or not, and never half', async () => {
    for (let i = 0; i < 6; i++) {
      const email = `${unique('race')}@example.org`
      const task = await invite(site, email)
      const link = await linkTo(email)
      const [used, cancelled] = await Promise.all([site.browser().post(link, { password }), site.api('POST', `/tasks/${task.id}/cancel`, {})])
      assert.ok([200, 404].includes(used.status), used.text)
      assert.ok([200, 409].includes(cancelled.status), cancelled.text)
      assert.ok(used.status === 200 || cancelled.status === 200)
      const state = await eventually('it ends', async () => {
        const now = await stateOf(site, task)
        return ['completed', 'cancelled'].includes(now) && now
      })
      assert.equal(state === 'cancelled', cancelled.status === 200)
      assert.equal(site.sql(`SELECT count(*) FROM account WHERE email = '${email}'`), state === 'completed' ? '1' : '0')
      assert.equal(site.sql(`SELECT count(*) FROM task_token WHERE task_id = '${task.id}'`), '0')
    }
  })

  scenario('who may approve is told and led there through the sign-in, and who asked hears of a rejection', async () => {
    for (const [name, role] of [['paula', 'manager'], ['quinn', 'manager'], ['ruben', 'viewer']]) {
      site.cli(['account', 'add', name], `${password}\n`)
      site.cli(['team', 'member', 'ops', name, role])
      site.sql(`UPDATE account SET email = '${name}@example.org' WHERE name = '${name}'`)
    }
    const token = site.cli(['token', 'add', 'ruben', '--scope', 'write']).trim()
    const asks = async (role) => {
      const answer = await site.api('POST', '/task-types/request-access?reason=night+shift', { team: 'ops', role }, { token })
      assert.equal(answer.status, 202, answer.text)
      return answer.json
    }
    const mailsOf = (name, pattern) => mail.to(`${name}@example.org`).map(read).filter(({ headers }) => pattern.test(headers.subject))
    const mailed = (name, pattern) => eventually(`${name} is mailed ${pattern}`, () => mailsOf(name, pattern)[0])

    const task = await asks('operator')
    const { plain, html, headers } = await mailed('paula', /Waits for you: Access to ops as operator/)
    await mailed('quinn', /Waits for you: Access to ops as operator/)
    assert.equal(headers['x-signalbox-task-uuid'], task.id)
    assert.match(plain, /Reason +night shift/)
    assert.ok(html.includes(`<a href="${site.address}/tasks/${task.id}">`), html)
    assert.equal(mailsOf('ruben', /Waits for you/).length, 0)

    const target = new URL(/https?:\S+\/tasks\/\S+/.exec(plain)[0]).pathname
    const paula = site.browser()
    const door = await paula.get(target)
    assert.equal(door.status, 302)
    assert.equal(door.headers.location, `/sign-in?next=${target}`)
    const back = await paula.submit('/sign-in', { account: 'paula', password }, door.headers.location)
    assert.deepEqual([back.status, back.headers.location], [303, target])
    const page = await paula.get(target)
    assert.match(page.text, /Access to ops as operator/)

    const rejected = await paula.post(target, { ...formOf(page.text, target).fields, comment: 'not at night', do: 'reject' })
    assert.equal(rejected.status, 303, rejected.text)
    const told = await mailed('ruben', /Rejected: Access to ops as operator/)
    assert.match(told.plain, /rejected by paula\s+not at night/)
    assert.ok(told.html.includes(`/tasks/${task.id}`))

    const dropped = await asks('editor')
    await eventually('it waits', async () => (await site.api('GET', `/tasks/${dropped.id}`)).json.hash)
    assert.equal((await site.api('POST', `/tasks/${dropped.id}/cancel`, { comment: 'once is enough' })).status, 200)
    assert.match((await mailed('ruben', /Cancelled: Access to ops as editor/)).plain, /cancelled by admin\s+once is enough/)

    assert.equal((await site.api('PATCH', '/teams/ops', { approver_mails: false })).status, 200)
    const quiet = await asks('manager')
    await mailed('ruben', /Request received: Access to ops as manager/)
    assert.equal(site.sql(`SELECT count(*) FROM message WHERE task_id = '${quiet.id}' AND event = 'task_waits'`), '0')
    assert.equal((await site.api('PATCH', '/teams/ops', { approver_mails: true })).status, 200)
    assert.equal(site.sql("SELECT count(*) FROM (SELECT FROM message WHERE event IN ('task_waits', 'task_ended') GROUP BY task_id, event, target HAVING count(*) > 1) AS x"), '0')
  })

  scenario('nothing that is typed becomes a header of a mail', async () => {
    for (const field of ['email', 'account', 'role', 'team'])
      for (const evil of ['x\r\nBcc: eve@example.org', 'x\nBcc: eve@example.org', 'a@example.org, eve@example.org', 'a@example.org\u2028Bcc: eve'])
        if (field === 'email' || /[\r\n\u2028]/.test(evil)) {
          const answer = await site.api('POST', '/task-types/invite', { team: 'ops', email: 'a@example.org', role: 'viewer', [field]: evil })
          assert.equal(answer.status, 422, `${field} ${JSON.stringify(evil)}: ${answer.text}`)
          assert.equal(answer.json.error.field, field)
        }
    const reason = await site.api('POST', `/task-types/invite?reason=${encodeURIComponent('x\r\nBcc: eve@example.org')}`, { team: 'ops', email: 'b@example.org', role: 'viewer' })
    if (reason.status === 202) await linkTo('b@example.org')
    assert.deepEqual(mail.asked.filter((to) => /eve/.test(to)), [])
    for (const one of mail.mails) assert.doesNotMatch(one.text.split('\r\n\r\n')[0], /^bcc:/im)
  })

  const set = async (type, definition) => {
    const answer = await site.api('PUT', `/task-types/${type}/definition`, definition)
    assert.equal(answer.status, 200, answer.text)
    return answer.json
  }

  scenario('a mail that is refused leaves an error, which who hears of errors is mailed once', async () => {
    const failed = (task, n) => eventually(`${n} errors`, () => {
      const all = JSON.parse(site.sql(`SELECT coalesce(json_agg(json_build_object('id', id, 'text', notes->'errors'->>0, 'by', acknowledged_by) ORDER BY id), '[]') FROM notification WHERE error AND task_id = '${task.id}'`))
      return all.length >= n && all
    })
    const told = (task) => site.sql(`SELECT string_agg(event || ' ' || state, ', ' ORDER BY id) FROM message WHERE task_id = '${task.id}'`)
    const first = await invite(site, 'refuse-550@example.org')
    const [alone] = await failed(first, 1)
    assert.match(alone.text, /^Error: '.*550.*' while sending email notification$/)
    assert.deepEqual([told(first), alone.by], ['task_token failed', null], 'nobody is named: it waits for who looks')
    assert.equal(await stateOf(site, first), 'awaiting_token')

    await set('invite', { notifications: { errors: { mails: ['oncall@example.org'] } } })
    const second = await invite(site, 'refuse-551@example.org')
    const [one] = await eventually('it is mailed', () => mail.to('oncall@example.org').length && mail.to('oncall@example.org'))
    const { headers, plain } = read(one)
    assert.equal(headers.subject, '[Signalbox] Error - invite notification')
    assert.match(plain, /Error: '.*551.*' while sending email notification/)
    const [{ id }] = await failed(second, 1)
    assert.ok(plain.includes(`${site.address}/notifications/${id}`), plain)
    await eventually('it is acknowledged', async () => (await failed(second, 1))[0].by === 'signalbox')

    await set('invite', { notifications: { errors: { mails: ['refuse-552@example.org'] } } })
    const third = await invite(site, 'refuse-553@example.org')
    await failed(third, 2)
    await sleep(1500)
    assert.equal((await failed(third, 2)).length, 2)
    assert.equal(told(third), 'task_token failed, task_error failed', 'that an error could not be told is told to nobody')
    await set('invite', {})
  })

  scenario('a killed worker sends the same link again', async () => {
    const email = 'refuse-451@example.org'
    await invite(site, email)
    await eventually('it was tried', () => mail.asked.includes(email))
    site.kill('work')
    site.sql(`UPDATE message SET target = 'later@example.org', try_at = now() WHERE target = '${email}' AND state = 'waiting'`)
    const link = await linkTo('later@example.org')
    assert.equal((await site.browser().get(link)).status, 200)
  })

  const notification = (want, check = (item) => item) => eventually('the notification', async () => {
    const { json } = await site.api('GET', '/notifications')
    const found = json.items.find(want)
    return found && check(found) && found
  })

  scenario('webhooks of a type are signed with its secret, a failing one leaves an error that is not sent', async () => {
    const { secret } = await set('sign-up', { notifications: { standard: { webhook: web.url('/waits') }, errors: { webhook: web.url('/errors') } } })
    web.answers.set('/errors', (answer) => answer.writeHead(410).end())
    const ask = async () => {
      const answer = await site.api('POST', '/task-types/sign-up', { team: unique('new'), email: `${unique('new')}@example.org` })
      assert.equal(answer.status, 202, answer.text)
    }
    await ask()
    const [hit] = await eventually('it is told', () => web.at('/waits').length && web.at('/waits'))
    const said = verified(hit, secret)
    assert.deepEqual([said.type, said.data.text], ['task.notification', "'sign-up' task needs approval."])
    assert.equal(said.data.url, `${site.address}/tasks/${said.data.task.id}`)
    await notification((item) => item.id === said.data.notification, (item) => item.acknowledged)

    web.answers.set('/waits', (answer) => answer.writeHead(410).end())
    await ask()
    const error = await notification((item) => item.error && item.id > said.data.notification)
    assert.match(error.notes.errors[0], /^Error: '.*410.*' while sending webhook notification$/)
    assert.equal(error.acknowledged, false)
    await sleep(1500)
    assert.equal(web.at('/errors').length, 0, 'an error of telling is told to nobody')
  })

  scenario('a type says what its mails are, that there is none, and who hears of what waits', async () => {
    await set('invite', { mails: { token: { subject: 'Welcome to {{team}}', reply_to: 'help@example.org', from: 'bounce+{{task_uuid}}@example.org' }, completed: null } })
    await set('request-access', { notifications: { standard: { mails: ['approvers@example.org'], reply_to: 'desk@example.org', from: 'bounce+{{task_uuid}}@example.org', template: 'all-words' } } })
    const email = 'told@example.org'
    const task = await invite(site, email)
    assert.equal((await site.browser().submit(await linkTo(email), { password })).status, 200)
    await reaches(site, task, 'completed')
    const { headers } = read(mail.to(email)[0])
    assert.equal(mail.to(email)[0].from, `bounce+${task.id}@example.org`, 'what bounces names the request')
    assert.equal(headers.from, 'Signalbox <help@example.org>', 'who is to be answered is whom it is from')
    assert.equal(headers.subject, '[Signalbox] Welcome to ops')
    assert.equal(headers['reply-to'], '<help@example.org>')

    await set('defaults', { mails: { initial: { reply_to: 'all@example.org', from: 'all+{{task_uuid}}@example.org' } } })
    const told = await site.signIn('told', password)
    const form = '/requests/new/request-access'
    const csrf = /name="csrf" value="([^"]+)"/.exec((await told.get(form)).text)[1]
    const asked = await told.post(form, { csrf, team: 'ops', role: 'editor', request_reason: '' })
    assert.equal(asked.status, 303, asked.text)
    const [one] = await eventually('the approvers hear of it', () => mail.to('approvers@example.org').length && mail.to('approvers@example.org'))
    const notice = read(one)
    assert.equal(notice.headers.subject, '[Signalbox] request-access notification')
    assert.deepEqual([notice.headers.from, notice.headers['reply-to']], ['Signalbox <desk@example.org>', '<desk@example.org>'])
    const link = new RegExp(`${site.address}(/tasks/[0-9a-f-]{36})`).exec(notice.plain)[1]
    assert.equal(one.from, `bounce+${link.slice('/tasks/'.length)}@example.org`)
    assert.equal(notice.headers['x-signalbox-task-uuid'], link.slice('/tasks/'.length))
    const page = new RegExp(`notice=${site.address}(/notifications/\\d+)`).exec(notice.plain)[1]
    for (const target of [link, page]) {
      const stranger = await site.browser().get(target)
      assert.deepEqual([stranger.status, stranger.headers.location], [302, `/sign-in?next=${target}`])
    }
    const admin = site.browser()
    const back = await admin.submit('/sign-in', { account: 'admin', password: site.secret }, `/sign-in?next=${page}`)
    assert.deepEqual([back.status, back.headers.location], [303, page])
    const heard = await notification((item) => link.endsWith(item.task), (item) => item.acknowledged)
    assert.equal(heard.acknowledged_by, 'signalbox')
    const seen = (await admin.get(page)).text
    assert.match(seen, /acknowledged by itself/)
    assert.match(seen, /Sent: to approvers@example\.org/)
    assert.equal((await told.get(page)).status, 404, 'for who is no admin there is none')
    await eventually('whoever asked is told, too', () => mail.to(email).length >= 2)
    assert.deepEqual([read(mail.to(email)[1]).headers.from, mail.to(email)[1].from], ['Signalbox <all@example.org>', `all+${link.slice('/tasks/'.length)}@example.org`])
    await set('defaults', {})
    assert.deepEqual(mail.to(email).map((m) => read(m).headers.subject.split(': ')[0]), ['[Signalbox] Welcome to ops', '[Signalbox] Request received'])
  })

  scenario('a template of one’s own says all that there is, as text and as HTML', async () => {
    await set('invite', { additional_actions: [{ action: 'send_mail', with: { to: 'second@example.org', subject: 'x', text: 'For {{email}}', at: 'submit' } }],
      mails: { token: { template: 'all-words', subject: 'For {{email}} of {{email_current_user_address}}, {{task_uuid}}', from: 'bounce+{{task_uuid}}@example.org', emails: [{}, { to: 'plain@example.org', reply_to: 'desk@example.org', text: 'Of {{requester}}: {{email_action_addresses}} from {{reply_address}}' }] } } })
    site.sql("UPDATE account SET email = 'boss@example.org' WHERE name = 'admin'")
    const email = 'o.words@example.org'
    const answer = await site.api('POST', `/task-types/invite?reason=${encodeURIComponent('<b>"so & so"</b> {{TOKEN}}')}`, { team: 'ops', email, role: 'viewer' })
    assert.equal(answer.status, 202, answer.text)
    const task = answer.json
    const [one, two] = await eventually('both mails', () => mail.to(email).length && mail.to('plain@example.org').length && [mail.to(email)[0], mail.to('plain@example.org')[0]])
    const { headers, plain, html } = read(one)
    assert.deepEqual([headers.from, headers['reply-to']], ['Signalbox <signalbox@example.org>', undefined])
    assert.equal(one.from, `bounce+${task.id}@example.org`)
    assert.equal(headers.subject, `[Signalbox] For ${email} of boss@example.org, ${task.id}`)
    const token = /token=([0-9a-f]{64}) /.exec(plain)[1]
    const lines = (reason) => [`uuid=${task.id} type=invite`, `url=${site.address}/tasks/${task.id}`, `title=${task.title} team=ops requester=admin`, `reason=${reason}`,
      `from=bounce+${task.id}@example.org reply=signalbox@example.org to=${email} user=boss@example.org actions=${email}`,
      `field=${email} invite=${email} as viewer in ops mail=second@example.org, For ${email}`, `token=${token} ${site.address}/token/${token}`, 'error= notice=']
    assert.deepEqual(plain.trim().split('\n'), lines('<b>"so & so"</b> {{TOKEN}}'))
    for (const line of lines('&lt;b&gt;&quot;so &amp; so&quot;&lt;/b&gt; {{TOKEN}}')) assert.ok(html.includes(line), `${line}\n in ${html}`)
    assert.equal((await site.browser().get(`/token/${token}`)).status, 200)
    const other = read(two)
    assert.match(other.plain, new RegExp(`^Of admin: ${email} from desk@example\\.org`))
    assert.deepEqual([other.headers.from, two.from], ['Signalbox <desk@example.org>', `bounce+${task.id}@example.org`])
    await set('invite', {})
  })

  scenario('the page of a token tells its address to nobody, and no other page may send its form', async () => {
    const email = 'still@example.org'
    await invite(site, email)
    const link = await linkTo(email)
    for (const target of [link, `/token/${'0'.repeat(64)}`, `/sign-in?next=${link}`]) {
      const { headers } = await site.browser().get(target)
      assert.deepEqual([headers['referrer-policy'], headers['cache-control']], ['strict-origin', 'no-store'], target)
    }
    assert.equal((await site.request('GET', `/api/v1/tokens/${link.slice('/token/'.length)}`)).headers['cache-control'], 'no-store')
    for (const foreign of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'null' }])
      assert.equal((await site.browser().post(link, { password }, foreign)).status, 403, JSON.stringify(foreign))
    assert.equal((await site.browser().submit(link, { password })).status, 200)
  })

  scenario('no log has a token', async () => {
    const email = 'quiet@example.org'
    await invite(site, email)
    const link = await linkTo(email)
    const token = link.slice('/token/'.length)
    for (const target of [link, `${link}/`, `${link}?x=1`, `/api/v1/tokens/${token}`, `/api/v1/tokens/${token}/x`, `/sign-in?next=${link}`]) {
      await site.request('GET', target)
      await site.request('DELETE', target)
    }
    site.kill('admin')
    await site.request('GET', link)
    await sleep(1000)
    const folder = path.join(site.folder, 'log')
    for (const name of readdirSync(folder)) assert.ok(!readFileSync(path.join(folder, name), 'utf8').includes(token), `${name} has it`)
    assert.match(readFileSync(path.join(folder, 'access.log'), 'utf8'), /target="\/token\/\.\.\."/)
  })

  scenario('what is secret stands in no log, no table and no export', async () => {
    const settings = readFileSync(path.join(site.folder, 'signalbox.env'), 'utf8')
    const secrets = Object.fromEntries([...settings.matchAll(/^(SIGNALBOX_(?:HOOK_TOKEN|READY_TOKEN|SECRET_KEY))=(.*)$/gm)].map((line) => line.slice(1)))
    assert.equal(Object.keys(secrets).length, 3)
    const mistyped = 'typed-in-the-wrong-field'
    assert.equal((await site.browser().post('/sign-in', { account: mistyped, password: `${mistyped}-too`, next: '/' })).status, 401)
    const email = 'secretive@example.org'
    await invite(site, email)
    const link = await linkTo(email)
    const chosen = 'a canary of a password'
    assert.equal((await site.browser().submit(link, { password: chosen })).status, 200)
    const person = await eventually('the account is there', async () => {
      const browser = site.browser()
      return (await browser.submit('/sign-in', { account: 'secretive', password: chosen })).status === 303 && browser
    })
    const alert = await site.api('POST', '/teams/ops/alerts', { kind: 'webhook', target: web.url('/path-that-is-a-secret') })
    assert.equal(alert.status, 201, alert.text)
    const bearer = (await site.api('POST', '/accounts/secretive/tokens', { name: 'canary', scope: 'read', days: 1 })).json.token
    assert.equal((await site.api('GET', '/account', undefined, { token: bearer })).status, 200)
    assert.equal((await site.api('GET', '/account', undefined, { token: `${bearer}x` })).status, 401)
    Object.assign(secrets, {
      admin: site.secret, chosen, mistyped, bearer, token: link.slice('/token/'.length), session: [...person.cookies.values()].sort((a, b) => b.length - a.length)[0],
      signing: alert.json.secret.replace('whsec_', ''), mail: 's@cret', mailer: 's%40cret',
    })
    for (const [name, secret] of Object.entries(secrets)) assert.ok(secret?.length >= 6, `${name} is none: ${secret}`)
    const folder = path.join(site.folder, 'log')
    const places = Object.fromEntries(readdirSync(folder).map((name) => [`log/${name}`, readFileSync(path.join(folder, name), 'utf8')]))
    const tables = site.sql(`SELECT string_agg(oid::regclass::text, ' ') FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`).split(' ')
    for (const table of tables) places[`table ${table}`] = site.sql(`SELECT x::text FROM ${table} x`)
    const admin = await site.signIn()
    for (const target of ['/audit.jsonl', '/audit', '/settings', '/api/v1/audit?limit=500', '/api/v1/jobs/export', '/api/v1/tasks', '/api/v1/tokens', '/api/v1/notifications', '/api/v1/accounts', '/api/v1/teams/ops/alerts'])
      places[target] = target.startsWith('/api/') ? (await site.api('GET', target.slice('/api/v1'.length))).text : (await admin.get(target)).text
    for (const [where, text] of Object.entries(places)) {
      assert.ok(!text.startsWith('{"error"'), `${where}: ${text}`)
      for (const [name, secret] of Object.entries(secrets)) assert.ok(!text.includes(secret), `${where} has the secret ${name}`)
    }
  })
})

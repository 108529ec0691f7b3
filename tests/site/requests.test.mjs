// What people ask for, through the API, the mails that are written without a mail server, and work with the rights that it has.

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { aJob, eachEngine, eventually, inSync, runEnds, sleep, unique } from './lib.mjs'

const password = 'correct horse battery'

const plain = (mail) => {
  const part = /Content-Type: text\/plain.*?\r?\n\r?\n(.*?)\r?\n--/s.exec(mail)
  return Buffer.from(part?.[1] ?? '', 'base64').toString()
}

/* Mails to somebody that were written to the folder, as text. */
const mailsTo = (site, to) => {
  const folder = path.join(site.folder, 'mail')
  const all = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.eml')) : []
  return all.map((name) => readFileSync(path.join(folder, name), 'utf8')).filter((mail) => mail.includes(`\nTo: <${to}>`)).map(plain)
}

const linkTo = (site, to) =>
  eventually(`a link for ${to}`, () => mailsTo(site, to).map((mail) => /\/token\/([0-9a-f]{64})/.exec(mail)?.[1]).find(Boolean))

const give = async (site, token, given) => {
  const answer = await site.request('POST', `/api/v1/tokens/${token}`, { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(given) })
  assert.equal(answer.status, 200, answer.text)
}

const asked = async (site, type, fields, token) => {
  const answer = await site.api('POST', `/task-types/${type}`, fields, { token })
  assert.equal(answer.status, 202, answer.text)
  return answer.json
}

const stranger = (site, type, fields) =>
  site.request('POST', `/api/v1/task-types/${type}`, { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fields) })

const taskOf = async (site, id) => (await site.api('GET', `/tasks/${id}`)).json
const reaches = (site, id, state) => eventually(`${id} is ${state}`, async () => (await taskOf(site, id)).state === state)
const newest = async (site, type) => (await site.api('GET', `/tasks?type=${type}&limit=1`)).json.items[0]

const approve = async (site, id) => {
  const task = await eventually(`${id} waits`, async () => {
    const one = await taskOf(site, id)
    return one.hash && one
  })
  const answer = await site.api('POST', `/tasks/${id}/approve`, { hash: task.hash })
  assert.equal(answer.status, 200, answer.text)
}

/* A new account with an address, and a token of it. */
const person = async (site, role) => {
  const name = unique('p')
  const email = `${name}@example.org`
  assert.equal((await site.api('POST', '/accounts', { name, email, password })).status, 201)
  if (role) assert.equal((await site.api('PUT', `/teams/ops/members/${name}`, { role })).status, 200)
  return { name, email, token: site.cli(['token', 'add', name, '--scope', role ? 'admin' : 'write']).trim() }
}

eachEngine('requests', (scenario) => {
  scenario('an account that there is joins a team when its mail is answered', async (site) => {
    const marta = await person(site, 'manager')
    const kwame = await person(site)
    const task = await asked(site, 'invite', { team: 'ops', email: kwame.email.toUpperCase(), role: 'editor' }, marta.token)
    const token = await linkTo(site, kwame.email)
    const { items } = (await site.api('GET', '/teams/ops/invites', undefined, { token: marta.token })).json
    assert.equal(items.find((one) => one.task === task.id).status, 'invited')
    await give(site, token, { confirm: true })
    await reaches(site, task.id, 'completed')
    const members = (await site.api('GET', '/teams/ops/members?limit=500')).json.items
    assert.equal(members.find((one) => one.account === kwame.name).role, 'editor')
    await reaches(site, (await asked(site, 'edit-roles', { team: 'ops', account: kwame.name, role: 'none' }, marta.token)).id, 'completed')
    assert.ok(!(await site.api('GET', '/teams/ops/members?limit=500')).json.items.some((one) => one.account === kwame.name))
  })

  scenario('a stranger signs up, an admin approves, and the new manager signs in', async (site) => {
    const team = unique('fresh')
    const email = `${unique('boss')}@example.org`
    assert.equal((await stranger(site, 'sign-up', { team, email })).status, 202)
    const task = await eventually('the sign-up', async () => (await newest(site, 'sign-up')))
    await approve(site, task.id)
    await give(site, await linkTo(site, email), { password })
    await reaches(site, task.id, 'completed')
    const boss = await site.signIn(email.split('@')[0], password)
    const page = await boss.get(`/teams/${team}`)
    assert.equal(page.status, 200)
    assert.match(page.text, /0 of 20/)
  })

  scenario('a new password comes by mail, and asking for one tells nothing', async (site, t) => {
    const paul = await person(site)
    const session = await site.signIn(paul.name, password)
    const answers = { there: [], none: [], admin: [] }
    const admin = (await site.api('GET', '/accounts/admin')).json.email
    for (let i = 0; i < 5; i++)
      for (const [who, email] of [['there', paul.email], ['none', `nobody${i}@example.org`], ['admin', admin || 'admin@example.org']]) {
        const began = process.hrtime.bigint()
        const { status, text } = await stranger(site, 'reset-password', { email })
        answers[who].push({ status, text, ms: Number(process.hrtime.bigint() - began) / 1e6 })
      }
    const all = Object.values(answers).flat()
    assert.deepEqual([...new Set(all.map(({ status, text }) => `${status} ${text}`))].length, 1, all[0].text)
    assert.equal(all[0].status, 202)
    const middle = (who) => answers[who].map(({ ms }) => ms).sort((x, y) => x - y)[2]
    t.diagnostic(`milliseconds until the answer: ${Object.keys(answers).map((who) => `${who} ${middle(who).toFixed(1)}`).join(', ')}`)
    await eventually('all are looked at', () => site.sql(`SELECT count(*) FROM task WHERE type = 'reset-password' AND stage = 'prepare'`) === '0')
    assert.equal(site.sql(`SELECT count(*) FROM task WHERE type = 'reset-password' AND NOT cancelled AND NOT completed`), '1')
    const live = await eventually('the last mail works', async () => {
      for (const mail of mailsTo(site, paul.email)) {
        const token = /\/token\/([0-9a-f]{64})/.exec(mail)?.[1]
        if (token && (await site.request('GET', `/api/v1/tokens/${token}`)).status === 200) return token
      }
    })
    await give(site, live, { password: 'another correct horse' })
    await eventually('the session has ended', async () => (await session.get('/account')).status === 302)
    await site.signIn(paul.name, 'another correct horse')
    assert.ok(!mailsTo(site, 'nobody0@example.org').length)
  })

  scenario('an address changes when the new one answers, and the old one is told', async (site) => {
    const marta = await person(site, 'manager')
    const fresh = `${unique('new')}@example.org`
    const task = await asked(site, 'change-email', { new_email: fresh }, marta.token)
    const token = await linkTo(site, fresh)
    await eventually('the old address is told', () => mailsTo(site, marta.email).some((mail) => mail.includes(fresh)))
    assert.ok(!mailsTo(site, marta.email).some((mail) => mail.includes('/token/')))
    assert.equal((await site.api('GET', `/accounts/${marta.name}`)).json.email, marta.email)
    await give(site, token, { confirm: true })
    await reaches(site, task.id, 'completed')
    assert.equal((await site.api('GET', `/accounts/${marta.name}`)).json.email, fresh)
  })

  scenario('the dashboard is opened to whom an admin lets in', async (site) => {
    const kwame = await person(site)
    const task = await asked(site, 'request-dashboard', {}, kwame.token)
    await approve(site, task.id)
    await reaches(site, task.id, 'completed')
    assert.equal((await site.api('GET', `/accounts/${kwame.name}`)).json.dashboard, true)
  })

  scenario('a quota is asked for, and jobs and runs keep to it', async (site) => {
    const marta = await person(site, 'manager')
    await site.api('PATCH', '/teams/ops', { quota: null })
    const { name } = (await site.api('POST', '/jobs', aJob({ executor_config: { command: 'sleep 4', shell: 'true' } }))).json
    await inSync(site, name)
    await reaches(site, (await asked(site, 'quota', { team: 'ops', size: 'small' }, marta.token)).id, 'completed')
    const fast = await site.api('POST', '/jobs', aJob({ schedule: '@every 10s' }))
    assert.equal(fast.status, 422)
    assert.equal(fast.json.error.field, 'schedule')
    const ids = []
    for (let i = 0; i < 4; i++) ids.push((await site.api('POST', `/jobs/${name}/run`)).json.id)
    await eventually('two wait', async () => {
      const waits = (await Promise.all(ids.map((id) => site.api('GET', `/runs/${id}`)))).filter(({ json }) => /as its quota allows/.test(json.reason ?? ''))
      return waits.length === 2
    })
    let most = 0
    for (let i = 0; i < 12; i++) {
      most = Math.max(most, Number(site.sql(`SELECT count(*) FROM run WHERE job_name = '${name}' AND dispatched_at IS NOT NULL AND state IN ('queued', 'running')`)))
      await sleep(300)
    }
    assert.equal(most, 2)
    for (const id of ids) assert.equal((await runEnds(site, id)).state, 'succeeded')
    const larger = await asked(site, 'quota', { team: 'ops', size: 'large' }, marta.token)
    await eventually('it waits for an admin', async () => (await taskOf(site, larger.id)).hash)
    await approve(site, larger.id)
    await reaches(site, larger.id, 'completed')
    await site.api('PATCH', '/teams/ops', { quota: null })
  })
})

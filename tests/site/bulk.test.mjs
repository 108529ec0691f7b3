// One action on many jobs: as a person without a script does it, and through kills of the worker and a second worker.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { aJob, eachEngine, eventually, program, root, unique } from './lib.mjs'

/* Many jobs under one prefix, made a few at a time. */
async function given(site, n, fields = {}) {
  const prefix = unique('many')
  const names = Array.from({ length: n }, (_, i) => `${prefix}-${String(i).padStart(4, '0')}`)
  for (let i = 0; i < n; i += 20) {
    const answers = await Promise.all(names.slice(i, i + 20).map((name) => site.api('POST', '/jobs', aJob({ name, ...fields }))))
    for (const { status, text } of answers) assert.equal(status, 201, text)
  }
  return { prefix, names }
}

const ended = (site, id, ms = 60000) =>
  eventually(`bulk ${id} has ended`, async () => {
    const { json } = await site.api('GET', `/bulk/${id}`)
    return json.finished_at && json
  }, ms)

eachEngine('bulk', (test, engine) => {
  test('picked on the list, confirmed on a page, done and told, without a script', async (site) => {
    const { prefix, names } = await given(site, 3)
    const visitor = await site.signIn()
    const list = await visitor.get(`/jobs?q=${prefix}`)
    const csrf = /name="csrf" value="([^"]+)"/.exec(list.text)[1]
    for (const name of names) assert.match(list.text, new RegExp(`name="pick" value="${name}"`))
    const question = await visitor.post('/jobs/bulk', [['csrf', csrf], ['q', prefix], ['action', 'disable'], ['pick', names[0]], ['pick', names[2]]])
    assert.equal(question.status, 200, question.text)
    assert.match(question.text, /<h1>Disable 2 jobs\?<\/h1>/)
    const begun = await visitor.post('/jobs/bulk', [['csrf', csrf], ['action', 'disable'], ['pick', names[0]], ['pick', names[2]], ['confirmed', '1'], ['expected', '2']])
    assert.equal(begun.status, 303, begun.text)
    const page = await eventually('the page says that it is done', async () => {
      const { text } = await visitor.get(begun.headers.location)
      return text.includes('2 jobs disabled') && text
    })
    assert.match(page, /2 done/)
    assert.equal((await site.api('GET', `/jobs/${names[0]}`)).json.disabled, true)
    assert.equal((await site.api('GET', `/jobs/${names[1]}`)).json.disabled, false)
  })

  test('what goes and what cannot, said job by job', async (site) => {
    const { names } = await given(site, 2)
    const child = unique('child')
    assert.equal((await site.api('POST', '/jobs', aJob({ name: child, schedule: '', parent_job: names[0] }))).status, 201)
    const { json, status, headers } = await site.api('POST', '/jobs/bulk', { action: 'delete', names: [...names, 'nobody-knows'] })
    assert.equal(status, 202)
    assert.equal(headers.location, `/api/v1/bulk/${json.id}`)
    const end = await ended(site, json.id)
    assert.deepEqual([end.total, end.done, end.failed], [3, 1, 2])
    assert.deepEqual(end.failures.map(({ job, code }) => `${job} ${code}`).sort(), [`${names[0]} conflict`, 'nobody-knows not_found'].sort())
    const all = await site.api('POST', '/jobs/bulk', { action: 'delete', names: [names[0], child] })
    assert.equal((await ended(site, all.json.id)).done, 2)
    await eventually('the engine has neither of them', async () => {
      const answer = await site.api('GET', `/jobs/${names[0]}`)
      return answer.status === 404 && site.sql(`SELECT count(*) FROM outbox WHERE job_name IN ('${names[0]}', '${child}')`) === '0'
    })
  })

  // Work goes in batches of a hundred. Somebody holds a job of the third one in his hand, so the count stands still in between for as
  // long as it takes to look.
  test('how far it is can be seen while it works, and what failed and why behind it', async (site) => {
    const { names } = await given(site, 250)
    const guarded = names[3]
    assert.equal((await site.api('PATCH', `/jobs/${guarded}`, { approvals: 1 })).status, 200)
    const release = await site.hold(`SELECT FROM job WHERE name = '${names[240]}' FOR UPDATE`)
    const visitor = await site.signIn()
    let page, half
    const { json, status } = await site.api('POST', '/jobs/bulk', { action: 'disable', names: [...names, 'nobody-knows'] })
    try {
      assert.equal(status, 202)
      half = await eventually('some are done and some are not', async () => {
        const { json: now } = await site.api('GET', `/bulk/${json.id}`)
        if (now.state !== 'working' || now.done < 190) throw new Error(JSON.stringify(now))
        return now
      })
      assert.ok(half.done < 250 && half.done + half.unchanged + half.failed < half.total, JSON.stringify(half))
      assert.deepEqual([half.total, half.finished_at], [251, null])
      assert.deepEqual(half.failures.map(({ job, code }) => `${job} ${code}`), [`${guarded} forbidden`])
      page = (await visitor.get(`/jobs/bulk/${json.id}`)).text
      const waiting = await site.api('GET', `/bulk/${json.id}/items?state=waiting&limit=500`)
      assert.ok(waiting.json.items.some(({ job }) => job === names[240]), waiting.text.slice(0, 400))
    } finally {
      await release()
    }
    // The page without a script: the heading, the bar, the numbers, and itself again after a while.
    assert.match(page, /<h1[^>]*>Disabling 251 jobs<\/h1>/)
    const [, done, failed, left] = /<p>(\d+) done, (\d+) failed, (\d+) to go<\/p>/.exec(page) ?? assert.fail(page)
    assert.equal(Number(done) + Number(failed) + Number(left), 251)
    assert.ok(Number(done) >= half.done && Number(done) < 250, done)
    assert.match(page, /<noscript><meta http-equiv="refresh" content="\d+"><\/noscript>/)
    assert.match(page, /id="progress"[^>]* data-live="1"/)
    assert.match(page, new RegExp(`aria-label="${Math.floor(((Number(done) + Number(failed)) * 100) / 251)} percent`))

    const end = await ended(site, json.id)
    assert.deepEqual([end.state, end.done, end.unchanged, end.failed], ['done', 249, 0, 2])
    assert.deepEqual(end.failures.map(({ job, code }) => `${job} ${code}`).sort(), [`${guarded} forbidden`, 'nobody-knows not_found'])
    const { text } = await visitor.get(`/jobs/bulk/${json.id}?state=failed`)
    assert.match(text, /249 done, 2 failed/)
    assert.doesNotMatch(text, /http-equiv="refresh"|data-live/)
    for (const { job, message } of end.failures) assert.ok(text.includes(job) && text.includes(message.replaceAll("'", '&#39;')), `${job}: ${message}\n${text}`)
  })

  // The counts are in the database itself: each job changed once, however often the worker died over it.
  test('killed again and again, with a second worker beside it, it does each job once', async (site) => {
    const { prefix, names } = await given(site, 200, { disabled: true })
    const second = spawn(program, ['--config', path.resolve(root, site.config), 'work'], { stdio: 'ignore' })
    try {
      const { json } = await site.api('POST', '/jobs/bulk', { action: 'enable', filter: { q: prefix }, expected: 200 })
      const other = await site.api('POST', '/jobs/bulk', { action: 'disable', filter: { q: prefix }, expected: 200 })
      let kills = 0
      while (kills < 4) {
        for (const pid of site.workers('work')) {
          try {
            process.kill(pid, 'SIGKILL')
          } catch (error) {
            assert.equal(error.code, 'ESRCH')
          }
        }
        kills++
        await new Promise((done) => setTimeout(done, 150))
      }
      const one = await ended(site, json.id)
      const two = await ended(site, other.json.id)
      assert.deepEqual([one.done + one.unchanged, one.failed], [200, 0])
      assert.deepEqual([two.done + two.unchanged, two.failed], [200, 0])
      const changes = site.sql(`SELECT count(*), sum((SELECT count(*) FROM revision r WHERE r.job_id = j.id)) - count(*), sum(version) - count(*)
        FROM job j WHERE name LIKE '${prefix}-%'`)
      assert.equal(changes, `200|${one.done + two.done}|${one.done + two.done}`)
      assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb IN ('job_enable', 'job_disable') AND object LIKE 'job:${prefix}-%'`), String(one.done + two.done))
    } finally {
      second.kill()
    }
    const off = await site.api('POST', '/jobs/bulk', { action: 'delete', names })
    assert.equal((await ended(site, off.json.id)).done, 200)
  }, { timeout: 240000 })

  if (engine.name === 'embedded')
    test('a right that is taken away meanwhile is missing from there on', async (site) => {
      const { names } = await given(site, 2)
      site.cli(['account', 'add', 'bulk-edith'], 'a long enough password\n')
      site.cli(['team', 'member', 'ops', 'bulk-edith', 'editor'])
      const token = site.cli(['token', 'add', 'bulk-edith', '--scope', 'write']).trim()
      const { json } = await site.api('POST', '/jobs/bulk', { action: 'disable', names: [names[0]] }, { token })
      assert.equal((await ended(site, json.id)).done, 1)
      site.cli(['team', 'member', 'ops', 'bulk-edith', 'viewer'])
      const later = await site.api('POST', '/jobs/bulk', { action: 'disable', names: [names[1]] }, { token })
      const { failed, failures } = await ended(site, later.json.id)
      assert.equal(failed, 1)
      assert.equal(failures[0].code, 'forbidden')
    })
})

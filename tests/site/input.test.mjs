// A wrong value in any field, by any door: a 4xx that names it, and nothing changed.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterEach, describe } from 'node:test'
import { Site, aJob, formOf, onSite, unique } from './lib.mjs'

const bad = Buffer.from([0x61, 0xff, 0xfe])

/* [field, value] for a job as JSON. */
const wrong = [
  ...[undefined, '', null, 5, true, [], {}, 'UPPER', 'with blank', 'a/b', 'a\u0000b', 'a\nb', 'a\u001bb', '../x', 'x'.repeat(300), '-%41'].map((v) => ['name', v]),
  ...['', null, 5, '* * * * *', '* * * * * * *', '99 * * * * *', '0 0 0 * * 7', '@sometimes', '@every', '@every 5', '@every 1d', '@at tomorrow', 'TZ=UTC', 'CRON_TZ=Mars/Base 0 0 0 * * *',
    '0 0 0\t* * *\n', '0 0 0 * * *\u0007', 'x'.repeat(5000)].map((v) => ['schedule', v]),
  ...['Mars/Base', 5, 'Europe/Madrid\n', '../../etc/passwd', 'x'.repeat(1000)].map((v) => ['timezone', v]),
  ...[undefined, '', 5, null, 'sh ell', 'a\nb', 'x'.repeat(300)].map((v) => ['executor', v]),
  ...['echo', [], 5, { command: 5 }, { command: null }, { command: ['a'] }, { command: { a: 'b' } }, {}, { command: '' }, { command: 'a\u0000b' }, { command: 'true', timeout: 'long' }, { command: 'true', timeout: '-1s' },
    { command: 'true', shell: true }].map((v) => ['executor_config', v]),
  ...[-1, 1.5, '1', 1e30, 4294967296, 10 ** 15, true, [], {}].map((v) => ['retries', v]),
  ...['maybe', 5, true, 'FORBID', 'x'.repeat(200)].map((v) => ['concurrency', v]),
  ...['x', 5, [], { a: 5 }, { a: null }, { 'a\n': 'b' }].map((v) => ['tags', v]),
  ...['x', 5, [], { a: 5 }, { signalbox: 'forged' }].map((v) => ['metadata', v]),
  ...['no-such-job', 5, 'A B', 'a\nb'].map((v) => ['parent_job', v]),
  ...['yes', 1, 'true', []].map((v) => ['disabled', v]),
  ...['yes', 1].map((v) => ['ephemeral', v]),
  ...['tomorrow', 5, '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00'].map((v) => ['starts_at', v]),
  ...['tomorrow', 5].map((v) => ['expires_at', v]),
  ...['no-such-team', 5, 'A B', 'x'.repeat(300)].map((v) => ['team', v]),
  ...[5, 'a\u0000b', 'x'.repeat(100000)].map((v) => ['description', v]),
  ...[5, 'a\nb', 'x'.repeat(1000)].map((v) => ['displayname', v]),
  ...[5, 'a\nb', 'x'.repeat(1000)].map((v) => ['owner', v]),
  ...[5, 'not an address', 'a@b\r\nBcc: c@d', 'x'.repeat(1000)].map((v) => ['owner_email', v]),
  ...['x', 5, { log: 'x' }, { log: { forward: true } }].map((v) => ['processors', v]),
  ...['x', 1].map((v) => ['notify', v]),
  ...[1, 'x', null].map((v) => ['no_such_field', v]),
]

const show = (value) => (JSON.stringify(value) ?? 'left out').slice(0, 60)

describe('wrong input', () => {
  const site = new Site('input')
  let count
  const jobs = () => site.sql("select count(*) || ' ' || coalesce(sum(version), 0) || ' ' || (select count(*) from audit) from job")
  const test = onSite(site, async () => {
    await site.start()
    assert.equal((await site.api('POST', '/jobs', aJob({ name: 'standing' }))).status, 201)
    count = jobs()
  })

  /* All that is wrong at once, not only the first. */
  const failures = []
  const note = (check) => {
    try {
      check()
    } catch (error) {
      failures.push(error.message.split('\n')[0])
    }
  }
  afterEach(() => assert.deepEqual(failures.splice(0), []))

  const refused = (answer, field, what) => note(() => {
    assert.ok([400, 404, 413, 415, 422].includes(answer.status), `${what}: ${answer.status} ${answer.text.slice(0, 300)}`)
    const { error } = answer.json
    assert.deepEqual(Object.keys(error).sort(), ['code', 'field', 'message'], what)
    assert.ok(error.message.length > 5, what)
    // What is not JSON at all has no fields yet.
    if (field && answer.status !== 400) assert.equal(error.field?.split(/[.[]/)[0], field, `${what}: ${error.message}`)
  })

  test('in a new job by the API', async () => {
    for (const [field, value] of wrong) {
      const job = { ...aJob(), [field]: value }
      refused(await site.api('POST', '/jobs', job), field, `${field} = ${show(value)}`)
    }
    note(() => assert.equal(jobs(), count, 'something was changed'))
    count = jobs()
  })

  test('in a change by the API, whole or in part', async () => {
    const before = (await site.api('GET', '/jobs/standing')).json
    for (const [field, value] of wrong) {
      if (field === 'name' || value === null || value === undefined) continue
      // To a merge patch {} is no change, and null takes a key away.
      const patches = !['{}', '{"a":null}'].includes(JSON.stringify(value))
      if (patches) refused(await site.api('PATCH', '/jobs/standing', { [field]: value }), field, `PATCH ${field} = ${show(value)}`)
      refused(await site.api('PUT', '/jobs/standing', { ...before, [field]: value }), field, `PUT ${field} = ${show(value)}`)
    }
    refused(await site.api('PUT', '/jobs/standing', { ...before, name: 'another' }), 'name', 'PUT with another name')
    refused(await site.api('PATCH', '/jobs/standing', { parent_job: 'standing' }), 'parent_job', 'its own parent')
    note(() => assert.equal(jobs(), count, 'something was changed'))
    count = jobs()
  })

  test('in bodies that are no JSON object at all', async () => {
    const name = unique('raw')
    const bodies = ['', '{', '[]', '5', 'null', '"x"', '{"name":"a"}}', `{"name":"${name}","name":"${name}"}`, `{'name':'${name}'}`, `{"name":NaN}`, `{"name":"\\u0000"}`, `{"name":"\\ud800"}`, '/* */{}', '['.repeat(100000),
      `{"a":${'['.repeat(50)}${']'.repeat(50)}}`, Buffer.concat([Buffer.from('{"name":"'), bad, Buffer.from('"}')]), 'x'.repeat(300000)]
    for (const body of bodies) refused(await site.api('POST', '/jobs', body), null, show(body))
    const form = await site.api('POST', '/jobs', `name=${name}`, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
    assert.ok([400, 415].includes(form.status), String(form.status))
    note(() => assert.equal(jobs(), count, 'something was changed'))
    count = jobs()
  })

  test('in addresses and queries', async () => {
    const targets = ['/jobs?limit=0', '/jobs?limit=501', '/jobs?limit=x', '/jobs?limit=1&limit=2', '/jobs?sort=password', '/jobs?after=garbage', '/jobs?enabled=maybe', '/jobs?sync=odd', '/jobs?last=odd', '/jobs?nosuch=1', '/jobs?q=%ff',
      '/jobs?q=%00', '/jobs?q=%zz', '/runs?state=odd', '/runs?since=yesterday', '/runs?limit=-1', '/runs/x', '/runs/0', '/runs/-1', '/runs/99999999999999999999', '/runs/1/output?offset=-1', '/jobs/UPPER%20CASE', '/jobs/%ff',
      '/jobs//x', '/jobs/../jobs', '/jobs/%2e%2e', '/jobs/a%2Fb', '/schedule?expression=5', '/schedule', '/schedule?expression=@daily&count=0', '/schedule?expression=@daily&count=101', '/schedule?expression=@daily&timezone=Mars', '/nothing']
    for (const target of targets) refused(await site.api('GET', target), null, target)
    const method = await site.api('DELETE', '/jobs')
    assert.equal(method.status, 405)
    assert.match(method.headers.allow, /GET/)
    for (const etag of ['x', '"x"', '*x', '"99"']) {
      const answer = await site.api('PATCH', '/jobs/standing', { description: 'x' }, { headers: { 'If-Match': etag } })
      assert.ok([400, 412, 422].includes(answer.status), etag)
    }
    note(() => assert.equal(jobs(), count, 'something was changed'))
    count = jobs()
  })

  test('in the form for a job', async () => {
    const visitor = await site.signIn()
    count = jobs()
    const good = { name: unique('form'), schedule: '@manually', executor: 'shell', command: 'true' }
    const cases = [['name', ''], ['name', 'UPPER'], ['name', 'standing'], ['name', 'a\nb'], ['name', 'x'.repeat(300)], ['schedule', '* * * * *'], ['schedule', 'x\u0007'], ['schedule', 'x'.repeat(5000)], ['timezone', 'Mars/Base'],
      ['command', ''], ['command', 'a\u0000b'], ['timeout', 'long'], ['cwd', 'a\nb'], ['env', 'no equals sign'], ['parent_job', 'no-such-job'], ['starts_at', 'tomorrow'], ['team', 'no-such-team'], ['executor', 'non sense'],
      ['retries', '-1'], ['retries', 'x'], ['retries', '99999999999'], ['concurrency', 'maybe']]
    for (const [field, value] of cases) {
      const answer = await visitor.submit('/jobs/new', { ...good, [field]: value })
      const what = `${field} = ${show(value)}`
      note(() => assert.ok([400, 409, 422].includes(answer.status), `${what}: ${answer.status}`))
      if (answer.status === 422) note(() => assert.match(answer.text, new RegExp(`href="#f-${field}"|id="e-${field}"`), what))
    }
    const { fields } = formOf((await visitor.get('/jobs/new')).text, '/jobs/new')
    const encoded = new URLSearchParams({ ...fields, ...good, name: unique('form') }).toString()
    for (const [what, body] of [['twice', `${encoded}&schedule=@daily`], ['unknown', `${encoded}&nosuch=1`], ['missing', encoded.replace(/schedule=[^&]*&?/, '')], ['bad UTF-8', encoded.replace('command=true', 'command=%ff')],
      ['bad escape', encoded.replace('command=true', 'command=%zz')], ['NUL', encoded.replace('command=true', 'command=a%00b')]]) {
      const answer = await visitor.post('/jobs/new', body)
      assert.ok([400, 422].includes(answer.status), `${what}: ${answer.status}`)
    }
    const files = await visitor.post('/jobs/new', encoded, { 'Content-Type': 'multipart/form-data; boundary=x' })
    assert.ok([400, 403, 415].includes(files.status), String(files.status))
    note(() => assert.equal(jobs(), count, 'something was changed'))
    count = jobs()
  })

  test('in what the hook hears', async () => {
    const token = /^SIGNALBOX_HOOK_TOKEN=(.*)$/m.exec(readFileSync(`${site.folder}/signalbox.env`, 'utf8'))[1]
    const started = new Date()
    const now = BigInt(started.getTime()) * 1000000n
    const good = { v: '1', at: 'pre', job: 'standing', id: `${now}-n1`, end: '-6795364578871345152', ok: 'false', by: 'n1', tail: `\nExecution group: ${now}\n\t[Node]: n1 [Start]: ${started.toISOString().replace('T', ' ').replace('Z', '')} +0000 UTC [End]: 0001-01-01 00:00:00 +0000 UTC [Success]: false\n`, out: '' }
    const post = (body, authorization = `Bearer ${token}`) => site.request('POST', '/hook/dkron', { listener: 'local', headers: authorization ? { Authorization: authorization } : {}, body })
    const encode = (fields) => Object.entries(fields).filter(([, v]) => v !== undefined).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')
    const rows = () => site.sql('select (select count(*) from run) || \' \' || (select count(*) from execution)')
    const before = rows()
    for (const authorization of ['', 'Bearer wrong', 'Basic x', `bearer${token}`, `Bearer ${token}x`]) assert.equal((await post(encode(good), authorization)).status, 401, authorization)
    const cases = [['v', '2'], ['v', undefined], ['at', 'during'], ['at', undefined], ['job', ''], ['job', undefined], ['job', 'a\nb'], ['job', 'x'.repeat(2000)], ['id', ''], ['id', 'x'], ['id', '5'], ['id', `${now}`], ['id', `99999999999999999999-n1`],
      ['id', undefined], ['end', 'x'], ['end', ''], ['end', '99999999999999999999'], ['end', undefined], ['ok', 'maybe'], ['ok', undefined], ['tail', undefined], ['tail', 'no group here'], ['tail', '\nExecution group: x\n'], ['out', undefined], ['extra', '1']]
    for (const [field, value] of cases) {
      const answer = await post(encode({ ...good, [field]: value }))
      note(() => assert.equal(answer.status, 400, `${field} = ${show(value)}: ${answer.status} ${answer.text.slice(0, 200)}`))
      note(() => assert.ok(answer.json.error.message, field))
    }
    for (const body of ['', '&&&', 'v=1', `${encode(good)}&job=other`, encode(good).replace('job=standing', 'job=%zz'), encode(good).replace('job=standing', 'job=%ff'), encode(good).replace('job=standing', 'job=%00'), bad]) {
      const answer = await post(body)
      note(() => assert.equal(answer.status, 400, show(body)))
    }
    assert.equal((await post('x'.repeat(4200000))).status, 413)
    assert.equal(rows(), before)
    const fine = await post(encode(good))
    assert.equal(fine.status, 204)
    assert.equal(fine.text, '')
    for (let i = 0; i < 3; i++) assert.equal((await post(encode(good))).status, 204)
    assert.equal(site.sql(`select count(*) from execution`), String(Number(before.split(' ')[1]) + 1))
  })
})

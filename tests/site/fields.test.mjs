// Every field of a job, and many jobs at once: what we take the engine takes, and what went there comes back the same.

import assert from 'node:assert/strict'
import http from 'node:http'
import { aJob, eachEngine, eventually, inSync, unique } from './lib.mjs'

/* The engine's own API, past us: Dkron's, or the embedded engine's behind the loopback listener. */
const engineOf = (site) => (site.dkron ? `${site.dkron}/v1` : `${site.local}/engine/v1`)

const raw = (site, method, target, body, headers = { 'Content-Type': 'application/json' }) =>
  new Promise((done, fail) => {
    const r = http.request(`${engineOf(site)}${target}`, { method, headers }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString()
        done({ status: answer.statusCode, text, get json() { return JSON.parse(text) } })
      })
    })
    r.on('error', fail)
    r.end(body)
  })

const shell = (config) => ({ executor_config: { command: 'true', ...config } })
const http_ = (config) => ({ executor: 'http', executor_config: { method: 'GET', url: 'http://127.0.0.1:1/', ...config } })
const other = (executor, executor_config) => ({ executor, executor_config })

/* Fields, and whether we take them. Dkron may take more than we do: what would break it, or fails whenever it runs. */
const cases = [
  [{}, true],
  [shell({ shell: 'true', cwd: '/tmp', env: 'A=1,B=a=b', timeout: '1h30m', mem_limit: '512MB', payload: 'aGk=', su: 'nobody:nogroup' }), true],
  [shell({ timeout: '90' }), false],
  [shell({ timeout: '1d' }), false],
  [shell({ timeout: '1.5h' }), true],
  [shell({ mem_limit: 'much' }), false],
  [shell({ mem_limit: '-5MB' }), false],
  [shell({ mem_limit: '0' }), false],
  [shell({ mem_limit: '1.5gb' }), true],
  [shell({ mem_limit: '5XB' }), false],
  [shell({ payload: 'not base64' }), false],
  [shell({ payload: Buffer.alloc(65537).toString('base64') }), false],
  [shell({ env: 'A=1,nothing' }), false],
  [shell({ command: '' }), false],
  [http_({ headers: '["Accept: text/plain"]', body: '{}', timeout: '5', expectCode: '200,204', expectBody: 'a+b', debug: 'true' }), true],
  [http_({ headers: '["no colon"]' }), false],
  [http_({ headers: 'Accept: text/plain' }), false],
  [http_({ expectBody: '(' }), false],
  [http_({ expectCode: 'OK' }), false],
  [http_({ tlsRootCAsFile: '/etc/ssl/ca.pem', tlsNoVerifyPeer: 'true' }), true],
  [http_({ url: '' }), false],
  [other('grpc', { url: '127.0.0.1:1/p.S/M', body: '{}', timeout: '5', expectCode: '0' }), true],
  [other('kafka', { brokerAddress: '127.0.0.1:1', topic: 't', message: 'm', tlsEnable: 'true' }), true],
  [other('nats', { url: 'nats://127.0.0.1:1', subject: 's', message: 'm' }), true],
  [other('rabbitmq', { url: 'amqp://127.0.0.1:1/', 'queue.name': 'q', 'queue.create': 'true', 'message.body': 'm' }), true],
  [other('gcppubsub', { project: 'p', topic: 't', data: 'aGk=' }), true],
  [other('kafka', { topic: 't' }), false],
  [other('own-plugin', { anything: 'goes' }), true],
  [{ tags: { role: 'web:1', disk: 'ssd' } }, true],
  [{ tags: { disk: 'ssd:x' } }, false],
  [{ tags: { disk: 1 } }, false],
  [{ metadata: { a: 'b', 'with space': 'c' } }, true],
  [{ metadata: { a: 1 } }, false],
  [{ processors: { log: { forward: 'true' }, files: { forward: 'true', log_dir: '/tmp' }, syslog: {}, fluent: { forward: 'false' } } }, true],
  [{ processors: { log: { forward: true } } }, false],
  [{ processors: { log: { forward: 'maybe' } } }, false],
  [{ concurrency: 'forbid' }, true],
  [{ concurrency: 'maybe' }, false],
  [{ retries: 5 }, true],
  [{ retries: -1 }, false],
  [{ retries: 1.5 }, false],
  [{ ephemeral: true, disabled: true }, true],
  [{ starts_at: '2030-01-01T00:00:00Z', expires_at: '2031-01-01T00:00:00Z' }, true],
  [{ starts_at: 'tomorrow' }, false],
  [{ owner: 'Marta', owner_email: 'marta@example.org', displayname: 'Täglich' }, true],
  [{ timezone: 'Europe/Madrid', schedule: '0 0 2 * * *' }, true],
  [{ timezone: 'Mars/Olympus', schedule: '0 0 2 * * *' }, false],
  [{ schedule: '0 2 * * *' }, false],
  [{ schedule: '' }, false],
  [{ schedule: '@every 1d' }, false],
  [{ schedule: '0 0 2 * * 7' }, false],
  [{ parent_job: 'nobody-at-all' }, false],
]

/* What the engine shows of a job, in the terms of ours. */
const shown = (job) => ({
  schedule: job.schedule, timezone: job.timezone, executor: job.executor, executor_config: job.executor_config ?? {}, tags: job.tags ?? {},
  retries: job.retries, concurrency: job.concurrency || 'allow', processors: job.processors ?? {}, disabled: job.disabled, ephemeral: job.ephemeral,
  owner: job.owner, owner_email: job.owner_email, displayname: job.displayname, parent_job: job.parent_job,
  starts_at: job.starts_at && new Date(job.starts_at).getTime(), expires_at: job.expires_at && new Date(job.expires_at).getTime(),
  metadata: Object.fromEntries(Object.entries(job.metadata ?? {}).filter(([key]) => key !== 'signalbox')),
})

/* A generator of its own, so that a failure can be told again by its seed. */
function randomly(seed) {
  const next = () => ((seed = (Math.imul(seed ^ (seed >>> 15), 2246822519) + 0x9e3779b9) >>> 0), seed / 2 ** 32)
  const one = (list) => list[Math.floor(next() * list.length)]
  const map = (keys, value) => Object.fromEntries(keys.filter(() => next() < 0.4).map((key) => [key, value()]))
  const text = () => one(['', 'x', 'zwei Wörter', 'a"b\\c', '日本', "it's <b>", '%20&=+'])
  return () => ({
    schedule: one(['@manually', '@daily', '0 */7 * * * *', '@every 90s', '@at 2031-01-01T00:00:00Z', 'CRON_TZ=Asia/Tokyo 0 0 1 * * 1-5', '0 ~ ~ * * *']),
    timezone: one(['', 'UTC', 'Europe/Madrid']), displayname: text(), owner: text(), description: text(), retries: Math.floor(next() * 4),
    disabled: next() < 0.5, concurrency: one(['', 'allow', 'forbid']), tags: map(['role', 'disk', 'a.b'], () => one(['web', 'ssd:2', 'ü:1'])),
    metadata: map(['k', 'ключ', 'a b'], text), keep_days: Math.floor(next() * 30), drift: one(['', 'show', 'revert', 'adopt']), notify: next() < 0.5,
    starts_at: one([null, '2031-01-01T00:00:00Z', '2031-06-01T10:00:00.5+02:00']),
    processors: map(['log', 'syslog', 'fluent'], () => one([{}, { forward: 'true' }, { forward: 'false' }])),
    ...one([
      { executor: 'shell', executor_config: { command: one(['true', 'echo "a b" | cat', 'set -e\necho ü\n']), ...map(['shell'], () => 'true'), ...map(['env'], () => 'A=1,B=') } },
      http_({ ...map(['body'], text), ...map(['headers'], () => '["A: b"]') }),
      other('nats', { url: 'nats://127.0.0.1:1', subject: 's', ...map(['message'], text) }),
    ]),
  })
}

const importing = (site, query, body) => site.api('POST', `/jobs/import?${query}`, Buffer.from(body))

eachEngine('fields', (scenario, engine) => {
  scenario('what we take the engine takes, and what it refuses we refuse', async (site) => {
    for (const [fields, taken] of cases) {
      const job = aJob({ ...fields, disabled: true })
      const name = `raw-${job.name}`
      const ours = await site.api('POST', '/jobs', job)
      assert.equal(ours.status, taken ? 201 : 422, `${JSON.stringify(fields).slice(0, 200)}: ${ours.text}`)
      if (!taken) assert.ok(ours.json.error.message.length > 5 && ours.json.error.field, ours.text)
      const { team, ...theirs } = job
      const direct = await raw(site, 'POST', '/jobs', JSON.stringify({ ...theirs, name }))
      if (taken) assert.equal(direct.status, 201, `${engine.name} on ${JSON.stringify(fields).slice(0, 200)}: ${direct.status} ${direct.text}`)
      if (direct.status === 201) assert.equal((await raw(site, 'DELETE', `/jobs/${name}`)).status, 200)
      if (taken) {
        await inSync(site, job.name)
        assert.deepEqual(shown((await raw(site, 'GET', `/jobs/${job.name}`)).json), shown((await site.api('GET', `/jobs/${job.name}`)).json))
      }
    }
  })

  scenario('a definition survives the way to the engine and back, whatever it is', async (site) => {
    const seed = Date.now() >>> 0
    const make = randomly(seed)
    const names = []
    for (let i = 0; i < 40; i++) {
      const job = aJob(make())
      const made = await site.api('POST', '/jobs', job)
      assert.equal(made.status, 201, `seed ${seed}: ${JSON.stringify(job)}: ${made.text}`)
      const got = await site.api('GET', `/jobs/${job.name}`)
      const put = await site.api('PUT', `/jobs/${job.name}`, got.text, { headers: { 'If-Match': got.headers.etag } })
      assert.equal(put.status, 200, put.text)
      assert.equal(put.json.version, 1, `seed ${seed}: putting back what GET answered made a revision`)
      const patch = await site.api('PATCH', `/jobs/${job.name}`, {})
      assert.equal(patch.json.version, 1)
      names.push(job.name)
    }
    for (const name of names) {
      await inSync(site, name)
      const job = (await site.api('GET', `/jobs/${name}`)).json
      assert.deepEqual(shown((await raw(site, 'GET', `/jobs/${name}`)).json), shown(job), `seed ${seed}`)
    }
    // A full comparison finds no difference.
    const plan = await site.api('GET', '/engine/plan')
    assert.equal(plan.status, 200, plan.text)
    for (const name of names) assert.ok(!plan.text.includes(`"${name}"`), `seed ${seed}: ${plan.text.slice(0, 1000)}`)
    const preview = await importing(site, 'format=dkron&preview=1', (await raw(site, 'GET', '/jobs')).text)
    assert.equal(preview.status, 200, preview.text)
    const same = new Set(preview.json.same.map((item) => item.name))
    assert.deepEqual(names.filter((name) => !same.has(name)), [], JSON.stringify(preview.json.change.slice(0, 3)))
  })

  scenario("the engine's own list is imported as it stands, and exported it can be restored", async (site) => {
    const [parent, child, second] = [unique('up'), unique('a-child'), unique('b-child')]
    const base = { schedule: '@daily', executor: 'shell', executor_config: { command: 'true' }, metadata: { team: 'x' }, tags: { disk: 'ssd:1' } }
    for (const job of [{ ...base, name: parent }, { ...base, name: second, parent_job: parent }, { ...base, name: child, parent_job: parent }])
      assert.equal((await raw(site, 'POST', '/jobs', JSON.stringify(job))).status, 201)
    const listed = (await raw(site, 'GET', '/jobs')).json.filter((job) => [parent, child, second].includes(job.name))
    assert.equal(listed.length, 3)
    const body = JSON.stringify(listed)
    // From one cluster to another: what lives in ours under such a name would have to be adopted first.
    for (const name of [child, second, parent]) assert.equal((await raw(site, 'DELETE', `/jobs/${name}`)).status, 200)
    const preview = await importing(site, 'format=dkron&team=ops&preview=1', body)
    assert.deepEqual(preview.json.create.map((item) => item.name).sort(), [parent, child, second].sort(), preview.text)
    const done = await importing(site, 'format=dkron&team=ops', body)
    assert.equal(done.status, 200, done.text)
    for (const name of [parent, child, second]) await inSync(site, name)
    // The children keep the engine's order: the second was tied first.
    assert.equal(site.sql(`SELECT string_agg(name, ' ' ORDER BY tied) FROM job WHERE parent_job = '${parent}'`), `${second} ${child}`)
    assert.deepEqual((await importing(site, 'format=dkron&preview=1', body)).json.change, [])

    const exported = await site.api('GET', '/jobs/export?q=child')
    assert.ok(exported.json.some((job) => job.name === parent), 'the parent comes along')
    const boundary = 'x1x'
    const form = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="jobs.json"\r\n\r\n${exported.text}\r\n--${boundary}--\r\n`
    const restored = await raw(site, 'POST', '/restore', form, { 'Content-Type': `multipart/form-data; boundary=${boundary}` })
    if (engine.name === 'dkron') {
      assert.equal(restored.status, 200, restored.text)
      for (const job of exported.json) assert.ok(restored.text.includes(`success create ${job.name}`), restored.text)
    }
    for (const name of [parent, child, second]) await inSync(site, name)
  })

  scenario('a crontab becomes jobs that run, and on the command line too', async (site) => {
    const tag = unique('cron')
    const crontab = `CRON_TZ=Europe/Madrid\nGREETING=hello\n*/5 * * * * echo ${tag} $GREETING\n@hourly cat%one%two\n`
    const done = await importing(site, 'format=crontab&team=ops', crontab)
    assert.equal(done.status, 200, done.text)
    const [echo, cat] = done.json.create.map((item) => item.name)
    const output = async (name) => {
      await inSync(site, name)
      const run = (await site.api('POST', `/jobs/${name}/run`)).json
      const ended = await eventually('it ends', async () => {
        const now = (await site.api('GET', `/runs/${run.id}`)).json
        return ['succeeded', 'failed', 'lost'].includes(now.state) && now
      })
      assert.equal(ended.state, 'succeeded')
      return (await site.api('GET', `/runs/${run.id}/output`)).text
    }
    assert.equal(await output(echo), `${tag} hello\n`)
    assert.equal(await output(cat), 'one\ntwo\n')
    const again = site.cliResult(['jobs', 'import', '-', '--format', 'crontab', '--preview'], crontab)
    assert.equal(again.status, 0, again.stderr)
    assert.match(again.stdout, /preview: 0 to create, 0 to change, 2 the same, 0 refused/)
    const refused = site.cliResult(['jobs', 'import', '-', '--format', 'crontab'], '@reboot x\n')
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /^signalbox: -: 1 jobs are refused\n$/)
  })
})

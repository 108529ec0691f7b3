// A job's life: made, changed, run, failed, tried again, deleted. The same against each engine.

import assert from 'node:assert/strict'
import http from 'node:http'
import { aJob, eachEngine, eventually, inSync, outputOf, runEnds, runOf, sleep, slowness, unique } from './lib.mjs'

const make = async (site, fields) => {
  const job = aJob(fields)
  const answer = await site.api('POST', '/jobs', job)
  assert.equal(answer.status, 201, answer.text)
  assert.equal(answer.headers.location, `/api/v1/jobs/${job.name}`)
  return answer.json
}

const shell = (command, more = {}) => ({ executor_config: { command, shell: 'true', ...more } })

/* What the engine has, asked through us as an admin. */
const inEngine = async (site, job) => {
  const answer = await (await (site.visitor ??= site.signIn())).get(`/dkron/v1/jobs/${job}`)
  return answer.status === 200 ? answer.json : null
}

eachEngine('jobs', (scenario, engine) => {
  scenario('a new job stands in the engine as it was written', async (site) => {
    const job = await make(site, { schedule: '0 30 2 * * *', timezone: 'Europe/Madrid', metadata: { why: 'test' }, ...shell('echo hi') })
    const there = await eventually('the engine has it', () => inEngine(site, job.name))
    assert.equal(there.schedule, '0 30 2 * * *')
    assert.equal(there.timezone, 'Europe/Madrid')
    assert.deepEqual(there.executor_config, { command: 'echo hi', shell: 'true' })
    assert.equal(there.metadata.why, 'test')
    assert.equal(there.metadata.signalbox, 'signalbox')
    await inSync(site, job.name)
  })

  scenario('a new job is in the engine within a second, and run now answers within a tenth', async (site) => {
    const took = { written: [], asked: [] }
    for (let i = 0; i < 8; i++) {
      const job = await make(site, shell('true'))
      const made = performance.now()
      await eventually('the engine has it', () => inEngine(site, job.name))
      took.written.push(performance.now() - made)
      const asking = performance.now()
      assert.equal((await site.api('POST', `/jobs/${job.name}/run`)).status, 202)
      took.asked.push(performance.now() - asking)
    }
    // The quickest of some: a busy machine is slow now and then, a mechanism always.
    const times = await slowness(site)
    assert.ok(Math.min(...took.written) < 1000 * times, `in the engine after ${took.written.map(Math.round)} ms, ${times} times slower`)
    assert.ok(Math.min(...took.asked) < 100 * times, `answered after ${took.asked.map(Math.round)} ms, ${times} times slower`)
  })

  scenario('run now answers at once, and the run is followed to its end', async (site) => {
    const job = await make(site, shell('echo first; echo second; exit 0'))
    await inSync(site, job.name)
    const answer = await site.api('POST', `/jobs/${job.name}/run`)
    assert.equal(answer.status, 202)
    assert.equal(answer.headers.location, `/api/v1/runs/${answer.json.id}`)
    const run = await runEnds(site, answer.json.id)
    assert.equal(run.state, 'succeeded')
    assert.equal(run.job, job.name)
    assert.equal(run.trigger, 'api')
    assert.equal(run.requested_by, 'admin')
    assert.equal(run.executions.length, 1)
    assert.equal(run.executions[0].attempt, 1)
    assert.equal(await outputOf(site, run.id), 'first\nsecond\n')
    const last = (await site.api('GET', `/jobs/${job.name}`)).json.last_run
    assert.equal(last.id, run.id)
    assert.equal(last.state, 'succeeded')
  })

  scenario('output arrives while the job runs, from any offset', async (site) => {
    const job = await make(site, shell('for i in 1 2 3 4 5 6; do echo line $i; sleep 0.5; done'))
    await inSync(site, job.name)
    const { id } = (await site.api('POST', `/jobs/${job.name}/run`)).json
    const part = await eventually('some output, not all', async () => {
      const answer = await site.api('GET', `/runs/${id}/output?offset=0`)
      return answer.text.includes('line 2') && answer
    })
    assert.equal(part.headers['x-output-complete'], 'false')
    assert.doesNotMatch(part.text, /line 6/)
    await runEnds(site, id)
    const whole = await site.api('GET', `/runs/${id}/output?offset=0`)
    assert.equal(whole.text, [1, 2, 3, 4, 5, 6].map((i) => `line ${i}\n`).join(''))
    assert.equal(whole.headers['x-output-complete'], 'true')
    assert.equal(whole.headers['x-output-size'], '42')
    assert.equal((await site.api('GET', `/runs/${id}/output?offset=35`)).text, 'line 6\n')
    assert.equal((await site.api('GET', `/runs/${id}/output?offset=42`)).text, '')
  })

  // The page asks every half second (browser/story.test.mjs holds the whole second against a real browser), so half a second is ours.
  scenario('what a job prints can be read within half a second', async (site) => {
    const job = await make(site, shell('for i in 1 2 3 4 5 6 7 8; do date +%s%3N; sleep 0.3; done'))
    await inSync(site, job.name)
    const took = []
    for (let i = 0; i < 4 && !(Math.min(...took) < 500); i++) {
      const { id } = (await site.api('POST', `/jobs/${job.name}/run`)).json
      for (let offset = 0, complete = false; !complete; await sleep(25)) {
        const answer = await site.api('GET', `/runs/${id}/output?offset=${offset}`)
        complete = answer.headers['x-output-complete'] === 'true'
        // Only what came before the next look could have seen it: the final text has all lines again.
        if (!complete) for (const [line] of answer.text.matchAll(/^\d{13}$/gm)) took.push(Date.now() - Number(line))
        offset += answer.bytes.length
      }
    }
    // The quickest of some: a busy machine is slow now and then, a mechanism always.
    const times = await slowness(site)
    assert.ok(Math.min(...took) < 500 * times, `lines could be read after ${took} ms, ${times} times slower`)
  })

  scenario('a failing job fails, with its exit code', async (site) => {
    const job = await make(site, shell('echo before; exit 7'))
    await inSync(site, job.name)
    const run = await runOf(site, job.name)
    assert.equal(run.state, 'failed')
    assert.equal(run.executions[0].exit_code, 7)
    assert.match(await outputOf(site, run.id), /before\n/)
  })

  scenario('retries are attempts of one run, and the last one decides', async (site) => {
    const flag = `/tmp/${unique('signalbox-retry')}`
    const job = await make(site, { retries: 2, ...shell(`if [ -e ${flag} ]; then rm ${flag}; echo better; else touch ${flag}; echo bad; sleep 1; exit 3; fi`) })
    await inSync(site, job.name)
    const run = await runOf(site, job.name)
    assert.equal(run.state, 'succeeded')
    assert.deepEqual(run.executions.map(({ attempt, state }) => [attempt, state]).sort(), [[1, 'failed'], [2, 'succeeded']])
    const always = await make(site, { retries: 1, ...shell('exit 4') })
    await inSync(site, always.name)
    const failed = await runOf(site, always.name)
    assert.equal(failed.state, 'failed')
    assert.equal(failed.executions.length, 2)
  })

  scenario('a timeout kills all that the job started', async (site) => {
    const job = await make(site, shell('sleep 377 & sleep 378; wait', { timeout: '1s' }))
    await inSync(site, job.name)
    const run = await runOf(site, job.name) // it would take longer than this waits
    assert.equal(run.state, 'failed')
  })

  scenario('a scheduled job runs by itself, each firing once', async (site) => {
    const job = await make(site, { schedule: '@every 2s', ...shell('date +%s') })
    const runs = await eventually('three firings', async () => {
      const { items } = (await site.api('GET', `/runs?job=${job.name}`)).json
      const ended = items.filter((run) => run.state === 'succeeded')
      return ended.length >= 3 && ended
    })
    const starts = runs.map((run) => Date.parse(run.started_at)).sort()
    for (let i = 1; i < starts.length; i++) assert.ok(starts[i] - starts[i - 1] > 200, `two firings at once: ${starts}`)
    assert.ok(runs.every((run) => run.trigger === 'schedule' && run.executions.length === 1))
    assert.equal((await site.api('PATCH', `/jobs/${job.name}`, { disabled: true })).status, 200)
    await inSync(site, job.name)
    const count = async () => (await site.api('GET', `/runs?job=${job.name}`)).json.items.length
    await sleep(1000)
    const before = await count()
    await sleep(4500)
    assert.equal(await count(), before, 'a disabled job does not fire')
    assert.equal((await site.api('PATCH', `/jobs/${job.name}`, { disabled: false })).status, 200)
    await eventually('it fires again', async () => (await count()) > before)
    await site.api('DELETE', `/jobs/${job.name}`)
  })

  scenario('forbid skips a firing while one is running', async (site) => {
    const job = await make(site, { schedule: '@every 1s', concurrency: 'forbid', ...shell('sleep 3') })
    const starts = await eventually('two runs', async () => {
      const { items } = (await site.api('GET', `/runs?job=${job.name}`)).json
      const at = items.filter((run) => run.started_at).map((run) => Date.parse(run.started_at)).sort()
      return at.length >= 2 && at
    })
    await site.api('PATCH', `/jobs/${job.name}`, { disabled: true })
    for (let i = 1; i < starts.length; i++) assert.ok(starts[i] - starts[i - 1] >= 2900, `each sleeps for three seconds: ${starts}`)
  })

  scenario('an edit reaches the engine; a stale one is refused', async (site) => {
    const job = await make(site, shell('echo one'))
    const got = await site.api('GET', `/jobs/${job.name}`)
    const etag = got.headers.etag
    assert.ok(etag)
    const changed = { ...got.json, executor_config: { command: 'echo two', shell: 'true' } }
    const put = await site.api('PUT', `/jobs/${job.name}`, changed, { headers: { 'If-Match': etag } })
    assert.equal(put.status, 200, put.text)
    assert.notEqual(put.headers.etag, etag)
    const stale = await site.api('PUT', `/jobs/${job.name}`, changed, { headers: { 'If-Match': etag } })
    assert.equal(stale.status, 412)
    assert.equal(stale.json.error.code, 'stale')
    await inSync(site, job.name)
    assert.equal((await inEngine(site, job.name)).executor_config.command, 'echo two')
    const run = await runOf(site, job.name)
    assert.equal(await outputOf(site, run.id), 'two\n')
  })

  scenario('what GET answers can be PUT back and changes nothing', async (site) => {
    const job = await make(site, { schedule: '@every 1h', ...shell('true') })
    const before = (await site.api('GET', `/jobs/${job.name}`)).json
    const put = await site.api('PUT', `/jobs/${job.name}`, before)
    assert.equal(put.status, 200, put.text)
    const { updated_at: a, version: b, sync: c, next: d, ...after } = put.json
    const { updated_at: e, version: f, sync: g, next: h, ...same } = before
    assert.deepEqual(after, same)
  })

  scenario('a parent starts its child, and is not deleted before it', async (site) => {
    const parent = await make(site, shell('echo parent'))
    const child = await make(site, { parent_job: parent.name, schedule: '', ...shell('echo child') })
    await inSync(site, child.name)
    const refused = await site.api('DELETE', `/jobs/${parent.name}`)
    assert.equal(refused.status, 409)
    assert.match(refused.json.error.message, new RegExp(child.name))
    assert.equal((await runOf(site, parent.name)).state, 'succeeded')
    const run = await eventually('the child ran', async () => {
      const { items } = (await site.api('GET', `/runs?job=${child.name}`)).json
      return items.find((one) => one.state === 'succeeded')
    })
    assert.equal(run.trigger, 'parent')
    assert.equal((await site.api('DELETE', `/jobs/${child.name}`)).status, 204)
    assert.equal((await site.api('DELETE', `/jobs/${parent.name}`)).status, 204)
    await eventually('both are gone', async () => !(await inEngine(site, parent.name)) && !(await inEngine(site, child.name)))
  })

  scenario('a deleted job goes from the engine, its runs stay', async (site) => {
    const job = await make(site, shell('echo keep me'))
    await inSync(site, job.name)
    const run = await runOf(site, job.name)
    assert.equal((await site.api('DELETE', `/jobs/${job.name}`)).status, 204)
    assert.equal((await site.api('GET', `/jobs/${job.name}`)).status, 404)
    await eventually('the engine has it no more', async () => !(await inEngine(site, job.name)))
    assert.equal((await site.api('GET', `/runs/${run.id}`)).json.state, 'succeeded')
    assert.equal(await outputOf(site, run.id), 'keep me\n')
  })

  scenario('a job by http asks and judges the answer', async (site) => {
    const seen = []
    const server = http.createServer((request, answer) => {
      seen.push(request.headers)
      answer.statusCode = request.url === '/good' ? 200 : 500
      answer.end(`you asked ${request.url}`)
    })
    await new Promise((done) => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${server.address().port}`
    const config = { method: 'GET', headers: '["X-Test: yes"]', timeout: '5', expectCode: '200' }
    try {
      const good = await make(site, { executor: 'http', executor_config: { ...config, url: `${url}/good` } })
      const bad = await make(site, { executor: 'http', executor_config: { ...config, url: `${url}/bad` } })
      await inSync(site, good.name)
      await inSync(site, bad.name)
      const run = await runOf(site, good.name)
      assert.equal(run.state, 'succeeded')
      assert.match(await outputOf(site, run.id), /you asked \/good/)
      assert.equal(seen[0]['x-test'], 'yes')
      assert.equal((await runOf(site, bad.name)).state, 'failed')
    } finally {
      server.close()
    }
  })

  scenario('odd bytes and a lot of output arrive whole', async (site) => {
    const job = await make(site, shell(`printf 'a&b=c%%20 + \\303\\251 \\360\\237\\230\\200 <b>\\n'; head -c 120000 /dev/zero | tr '\\0' x`))
    await inSync(site, job.name)
    const run = await runOf(site, job.name)
    const output = await outputOf(site, run.id)
    assert.ok(output.startsWith('a&b=c%20 + é 😀 <b>\n'), JSON.stringify(output.slice(0, 60)))
    assert.equal(output.length, 'a&b=c%20 + é 😀 <b>\n'.length + 120000)
    const page = await (await site.signIn()).get(`/runs/${run.id}`)
    assert.ok(page.text.includes('&lt;b&gt;'))
    assert.ok(!page.text.includes('😀 <b>'))
  })

  scenario('through the form as through the API', async (site) => {
    const visitor = await site.signIn()
    const name = unique('form')
    const fields = { name, team: 'ops', schedule: '@manually', executor: 'shell', command: 'echo from the form', shell: 'true' }
    const made = await visitor.submit('/jobs/new', fields)
    assert.equal(made.status, 303, made.text.slice(0, 2000))
    assert.equal((await site.api('GET', `/jobs/${name}`)).json.executor_config.command, 'echo from the form')
    const page = await visitor.get(made.headers.location)
    assert.equal(page.status, 200)
    assert.ok(page.text.includes('Run now'))
    await inSync(site, name)
    const run = await visitor.submit(`/jobs/${name}/run`, {}, `/jobs/${name}`)
    assert.equal(run.status, 303)
    const id = /\/runs\/(\d+)/.exec(run.headers.location)[1]
    await runEnds(site, id)
    assert.match((await visitor.get(`/runs/${id}`)).text, /from the form/)
    assert.equal((await site.api('GET', `/runs/${id}`)).json.trigger, 'manual')
  })

  scenario('the list searches, sorts and pages', async (site) => {
    const mark = unique('page')
    for (const letter of ['c', 'a', 'b']) await make(site, { name: `${mark}-${letter}` })
    const first = (await site.api('GET', `/jobs?q=${mark}&sort=name&limit=2`)).json
    assert.deepEqual(first.items.map((job) => job.name), [`${mark}-a`, `${mark}-b`])
    const second = (await site.api('GET', `/jobs?q=${mark}&sort=name&limit=2&after=${encodeURIComponent(first.next)}`)).json
    assert.deepEqual(second.items.map((job) => job.name), [`${mark}-c`])
    assert.equal(second.next, null)
    const down = (await site.api('GET', `/jobs?q=${mark}&sort=-name`)).json
    assert.deepEqual(down.items.map((job) => job.name.slice(-1)), ['c', 'b', 'a'])
    assert.equal((await site.api('GET', '/jobs?nosuch=1')).status, 422)
  })

  scenario('the engine is told about', async (site) => {
    const { json } = await site.api('GET', '/engine')
    assert.equal(json.engine, engine.name)
    assert.equal(json.reachable, true)
    assert.ok(json.version)
  })
})

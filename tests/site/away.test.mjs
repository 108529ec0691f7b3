// Parts go away and come back: nothing that was acknowledged is lost, nothing runs twice, nothing hangs.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { aJob, eachEngine, eventually, inSync, isAlive, outputOf, runEnds, runOf, sleep, treeOf, unique } from './lib.mjs'

const shell = (command) => ({ executor_config: { command, shell: 'true' } })
const make = async (site, fields) => {
  const answer = await site.api('POST', '/jobs', aJob(fields))
  assert.equal(answer.status, 201, answer.text)
  return answer.json
}

/* While `work` runs, nginx finds nobody behind this socket. */
async function without(site, pool, work) {
  const socket = path.join(site.folder, 'run', `${pool}.sock`)
  renameSync(socket, `${socket}.away`)
  try {
    return await work()
  } finally {
    renameSync(`${socket}.away`, socket)
  }
}

const final = (run) => !['queued', 'running'].includes(run.state)

eachEngine('away', (scenario, engine) => {
  const engineProcesses = engine.name === 'embedded' ? ['engine', 'engine-api'] : ['dkron']

  scenario('a webhook that never arrives is healed', async (site) => {
    const job = await make(site, shell('echo heard anyway; exit 3'))
    await inSync(site, job.name)
    await without(site, 'hook', async () => {
      const run = await runOf(site, job.name, final)
      assert.equal(run.state, 'failed')
      assert.equal(run.executions.length, 1)
      assert.equal(run.executions[0].exit_code, 3)
      await eventually('the whole output', async () => (await outputOf(site, run.id)).endsWith('heard anyway\n'))
    })
    assert.equal((await runOf(site, job.name)).state, 'failed')
  })

  scenario('while the engine is away saving goes on, and it catches up by itself', async (site) => {
    const old = await make(site, shell('echo old'))
    await inSync(site, old.name)
    for (const name of engineProcesses) site.kill(name, 'SIGSTOP')
    for (const pid of engineProcesses.flatMap((name) => site.workers(name))) process.kill(pid, 'SIGSTOP')
    const stopped = engineProcesses.flatMap((name) => [site.pids()[name], ...site.workers(name)])
    let added, edited
    try {
      const begin = Date.now()
      added = await make(site, shell('echo new'))
      const between = Date.now()
      edited = await site.api('PATCH', `/jobs/${old.name}`, { executor_config: { command: 'echo changed', shell: 'true' } })
      assert.equal(edited.status, 200)
      const took = [between - begin, Date.now() - between]
      assert.ok(Math.min(...took) < 10000, `saves that waited for the engine would have waited ten seconds each: ${took} ms`)
      const now = await site.api('POST', `/jobs/${old.name}/run`)
      assert.equal(now.status, 202)
      edited.run = now.json.id
      await eventually('it is seen to be away', async () => (await site.api('GET', '/engine')).json.reachable === false)
      assert.notEqual((await site.api('GET', `/jobs/${added.name}`)).json.sync.state, 'in_sync')
      assert.equal((await (await site.signIn()).get('/jobs')).status, 200)
    } finally {
      for (const pid of stopped) if (isAlive(pid)) process.kill(pid, 'SIGCONT')
    }
    await eventually('it is back', async () => (await site.api('GET', '/engine')).json.reachable === true)
    await eventually('all is in sync', async () => {
      const states = await Promise.all([added, old].map(async (job) => (await site.api('GET', `/jobs/${job.name}`)).json.sync.state))
      return states.every((state) => state === 'in_sync')
    })
    const asked = await runEnds(site, edited.run, final)
    assert.ok(['succeeded', 'failed', 'lost'].includes(asked.state))
    const run = await runOf(site, old.name, final)
    assert.equal(run.state, 'succeeded')
    assert.equal(await outputOf(site, run.id), 'changed\n')
  }, { timeout: 240000 })

  scenario('Postgres frozen: a 503 comes all the same, and all goes on when it thaws', async (site) => {
    const job = await make(site, shell('echo thawed'))
    await inSync(site, job.name)
    const frozen = treeOf(site.pids().postgres)
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    try {
      const begin = Date.now()
      const answers = await Promise.all(['/readyz', '/sign-in', `/api/v1/jobs/${job.name}`].map((target) =>
        site.request('GET', target, { headers: { Authorization: `Bearer ${site.token}` }, timeout: 120000 })))
      const [ready, , api] = answers.map((answer) => answer.status)
      assert.deepEqual([ready, api], [503, 503])
      assert.ok(Date.now() - begin < 60000, `it took ${Date.now() - begin} ms, and should take eleven seconds`)
      assert.ok(answers[2].headers['retry-after'])
    } finally {
      for (const pid of frozen) if (isAlive(pid)) process.kill(pid, 'SIGCONT')
    }
    assert.equal((await runOf(site, job.name, final)).state, 'succeeded')
  }, { timeout: 240000 })

  scenario('Postgres restarted: 503 meanwhile, and no process needs a restart of its own', async (site) => {
    const job = await make(site, shell('echo still here'))
    await inSync(site, job.name)
    const visitor = await site.signIn()
    for (const signal of ['SIGINT', 'SIGKILL']) {
      const before = site.pids()
      let asking = true
      const seen = new Map()
      const traffic = (async () => {
        while (asking) {
          for (const ask of [() => visitor.get('/jobs'), () => site.api('GET', '/jobs'), () => visitor.get('/dkron/v1/jobs')]) {
            const answer = await ask()
            seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
            if (answer.status === 503) assert.ok(Number(answer.headers['retry-after']) > 0)
          }
          await sleep(20)
        }
      })()
      site.kill('postgres', signal)
      await eventually('a new Postgres', () => site.pids().postgres !== before.postgres)
      await eventually('all well', async () => (await site.request('GET', '/readyz')).status === 200)
      await eventually('pages as well', async () => (await visitor.get('/jobs')).status === 200)
      asking = false
      await traffic
      assert.deepEqual([...seen.keys()].filter((status) => ![200, 503].includes(status)), [], signal)
      const { postgres: a, ...others } = before
      const { postgres: b, ...same } = site.pids()
      assert.deepEqual(same, others, `after ${signal}`)
      assert.equal((await runOf(site, job.name, final)).state, 'succeeded')
    }
  }, { timeout: 240000 })

  scenario('each process killed with -9 under traffic: what was acknowledged is there, and each run ran once', async (site) => {
    const mark = unique('traffic')
    const file = `/tmp/${mark}`
    const jobs = []
    const runs = []
    const statuses = new Map()
    let going = true
    const note = (answer) => statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    const traffic = Array.from({ length: 3 }, async (_, lane) => {
      for (let i = 0; going; i++) {
        const job = aJob({ name: `${mark}-${lane}-${i}`, ...shell(`echo ${lane}-${i} >>${file}; echo done`) })
        try {
          const made = await site.api('POST', '/jobs', job)
          note(made)
          if (made.status !== 201) continue
          jobs.push(job.name)
          const run = await site.api('POST', `/jobs/${job.name}/run`)
          note(run)
          if (run.status === 202) runs.push({ id: run.json.id, line: `${lane}-${i}` })
        } catch (error) {
          // nginx was killed under this request: it was not acknowledged.
          assert.match(error.code ?? error.message, /ECONNRE|EPIPE|hang up|socket/i)
        }
        await sleep(40)
      }
    })
    for (const name of Object.keys(site.pids())) {
      const before = runs.length
      await eventually(`a run is asked for before ${name} is killed`, () => runs.length > before)
      const workers = name === 'postgres' || name === 'nginx' ? [] : site.workers(name)
      for (const pid of [...workers.slice(0, 1), site.pids()[name]]) {
        if (isAlive(pid)) process.kill(pid, 'SIGKILL')
        await sleep(400)
      }
      await eventually(`${name} is back`, () => isAlive(site.pids()[name]))
    }
    const before = runs.length
    await eventually('runs are asked for again', () => runs.length > before)
    going = false
    await Promise.all(traffic)
    assert.deepEqual([...statuses.keys()].filter((status) => ![201, 202, 503].includes(status)), [], JSON.stringify([...statuses]))
    await eventually('ready again', async () => (await site.request('GET', '/readyz')).status === 200)

    const listed = new Set()
    for (let after = ''; after !== null; ) {
      const { json } = await site.api('GET', `/jobs?q=${mark}&limit=100${after && `&after=${encodeURIComponent(after)}`}`)
      for (const job of json.items) listed.add(job.name)
      after = json.next
    }
    assert.deepEqual(jobs.filter((name) => !listed.has(name)), [], 'acknowledged jobs that are gone')
    await eventually('every job is in sync', async () => {
      const { json } = await site.api('GET', `/jobs?q=${mark}&sync=pending&limit=1`)
      const failing = await site.api('GET', `/jobs?q=${mark}&sync=failing&limit=1`)
      return json.items.length === 0 && failing.json.items.length === 0
    })
    const ended = []
    for (const { id, line } of runs) ended.push({ line, run: await runEnds(site, id, final, 300000) })
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    const times = (line) => lines.filter((one) => one === line).length
    for (const { line, run } of ended) {
      assert.ok(times(line) <= 1, `run ${run.id} ran ${times(line)} times`)
      if (run.state === 'succeeded') assert.equal(times(line), 1, `run ${run.id} is said to have succeeded`)
    }
    const succeeded = ended.filter(({ run }) => run.state === 'succeeded').length
    assert.ok(succeeded >= 5, `${succeeded} of ${ended.length} succeeded`)
  }, { timeout: 400000 })

  scenario('a firing that was running when the engine was killed comes to an end, and fires no second time', async (site) => {
    const file = `/tmp/${unique('once')}`
    const job = await make(site, shell(`echo start >>${file}; sleep 4; echo end >>${file}`))
    await inSync(site, job.name)
    const { id } = (await site.api('POST', `/jobs/${job.name}/run`)).json
    await eventually('it runs', () => existsSync(file))
    site.kill(engineProcesses[0])
    const run = await runEnds(site, id, final, 300000)
    assert.ok(['succeeded', 'failed', 'lost'].includes(run.state), run.state)
    await sleep(5000)
    assert.equal(readFileSync(file, 'utf8').split('start').length - 1, 1)
    await eventually('the next one is fine', async () => (await runOf(site, job.name, final)).state === 'succeeded', 300000)
  }, { timeout: 600000 })

  scenario('kill -9 of the engine again and again: a schedule never fires one moment twice', async (site) => {
    const file = `/tmp/${unique('ticks')}`
    const job = await make(site, { schedule: '*/2 * * * * *', ...shell(`echo tick >>${file}`) })
    await inSync(site, job.name)
    const ticks = () => (existsSync(file) ? readFileSync(file, 'utf8').split('tick').length - 1 : 0)
    for (let i = 0; i < 5; i++) {
      await sleep(1700)
      site.kill(engineProcesses[0])
    }
    const before = ticks()
    await eventually('it goes on', () => ticks() > before)
    await site.api('PATCH', `/jobs/${job.name}`, { disabled: true })
    await inSync(site, job.name)
    await sleep(2500)
    // When each began, by the engine's own clock; a process may start late. A Dkron that is killed has told nobody yet of what it began just then.
    const untold = engine.name === 'dkron' ? 5 : 0
    const began = await eventually('every firing is on record', () => {
      const all = site.sql(`SELECT group_ns FROM run WHERE job_name = '${job.name}' AND group_ns IS NOT NULL ORDER BY 1`).split('\n')
      return all.length >= Math.max(ticks() - untold, 2) && all
    }, 120000)
    const moments = began.map((ns) => Math.floor((Number(ns) / 1e9 + 0.2) / 2))
    assert.equal(new Set(moments).size, moments.length, `twice: ${began}`)
  }, { timeout: 400000 })
})

// Missed runs on a real engine: the fires that did not come are found, with their cause, and nothing else is.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Site, aJob, engines, eventually, inSync, isAlive, sleep, treeOf } from './lib.mjs'

const GRACE = 5
const EARLY = 0.2 // seconds: the engine's clock may be a little before its own schedule
const runsOf = async (site, job, query = '') => (await site.api('GET', `/runs?job=${job}&limit=500${query}`)).json.items
const missedOf = (site, job) => runsOf(site, job, '&state=missed')
const reasonOf = (site, id) => site.sql(`SELECT reason FROM run WHERE id = ${id}`)
const seconds = (run) => Date.parse(run.queued_at) / 1000
const clock = (second) => new Date(second * 1000).toISOString()

async function make(site, fields) {
  const answer = await site.api('POST', '/jobs', aJob(fields))
  assert.equal(answer.status, 201, answer.text)
  await inSync(site, answer.json.name)
  return answer.json.name
}

/* Until everything that fired up to `at` (ms) is judged. */
const judged = (site, job, at) =>
  eventually(`${job} is judged`, () => {
    const [until, due] = site.sql(`SELECT coalesce(extract(epoch FROM w.next_at) * 1000, 9e15), extract(epoch FROM w.judged_at) FROM watch w JOIN job j ON j.id = w.job_id WHERE j.name = '${job}' AND w.until_at IS NULL`).split('|')
    return due && Number(until) > at
  }, 120000)

/*
 * What the engine itself says that it began, in seconds, as the judge of us: a machine that stands still for a moment makes it
 * skip a fire, and then that is missed. It keeps a hundred executions of a job, so it is asked again and again.
 */
class Books {
  constructor(site, jobs) {
    Object.assign(this, { site, began: new Map(jobs.map((job) => [job, new Set()])) })
  }

  async read() {
    const visitor = (this.visitor ??= await this.site.signIn())
    for (const [job, began] of this.began) {
      const { status, text } = await visitor.get(`/dkron/v1/jobs/${job}/executions`)
      assert.equal(status, 200, text)
      for (const [, group] of text.matchAll(/"group":\s*(\d+)/g)) began.add(group)
    }
  }

  /* While it is away nothing begins. */
  keep() {
    this.keeping = setInterval(() => this.read().catch(() => {}), 10000)
  }

  of(job) {
    return [...this.began.get(job)].map((ns) => Number(ns) / 1e9).sort((a, b) => a - b)
  }
}

const within = (list, from, to) => list.filter((at) => at >= from - EARLY && at < to - EARLY)
const fires = (every, from, to) => Array.from({ length: Math.ceil(to / every) - Math.ceil(from / every) }, (_, i) => (Math.ceil(from / every) + i) * every)

/* A run belongs to the last fire before it, or to an earlier one when that has its own. */
function unanswered(began, every, from) {
  const open = new Set(fires(every, from, Date.now() / 1000))
  for (const at of began) {
    let s = Math.floor((at + EARLY) / every) * every
    while (s >= from && !open.has(s)) s -= every
    open.delete(s)
  }
  return [...open]
}

/* Each fire of a stretch has exactly one run, of the engine's or missed. */
async function exactly(site, books, job, every, from, to) {
  const missed = (await missedOf(site, job)).map(seconds).sort((a, b) => a - b)
  await books.read()
  const began = within(books.of(job), from, Infinity)
  const right = unanswered(began, every, from)
  assert.deepEqual(within(missed, from, to).map(clock), within(right, from, to).map(clock), `${job}: what is missed, and what the engine did not begin; it began ${began.map(clock)}`)
  await eventually(`each run of ${job} is one of ours`, () => {
    const ours = site.sql(`SELECT group_ns FROM run WHERE job_name = '${job}' AND group_ns IS NOT NULL ORDER BY 1`).split('\n').map((ns) => Number(ns) / 1e9)
    assert.deepEqual(within(ours, from, to), within(began, from, to))
    return true
  })
}

for (const engine of engines) {
  describe(`missed, ${engine.name}`, { skip: engine.skip }, () => {
    const dkron = engine.name === 'dkron'

    test(`what did not run is found with its cause, and nothing else (${engine.name})`, { timeout: 900000 }, async () => {
      const site = new Site(`missed-${engine.name}`, engine, { SIGNALBOX_MISSED_GRACE_S: String(GRACE), SIGNALBOX_RECONCILE_S: '5' })
      let books
      await site.start()
      try {
        const names = {
          five: await make(site, { name: 'five', schedule: '*/5 * * * * *' }),
          every: await make(site, { name: 'every', schedule: '@every 5s' }),
          second: await make(site, { name: 'second', schedule: '* * * * * *', executor_config: { command: 'true', shell: 'true' } }),
          off: await make(site, { name: 'off', schedule: '*/5 * * * * *', disabled: true }),
          slow: await make(site, { name: 'slow', schedule: '*/5 * * * * *', concurrency: 'forbid', executor_config: { command: 'sleep 7', shell: 'true' } }),
          nowhere: await make(site, { name: 'nowhere', schedule: '*/5 * * * * *', tags: { zone: 'north:1' } }),
          edited: await make(site, { name: 'edited', schedule: '*/2 * * * * *' }),
        }
        books = new Books(site, [names.five, names.every, names.second, names.edited])
        books.keep()
        const began = Date.now() / 1000 + 5

        // An edit storm: schedule, zone, off and on, one right behind the other.
        for (let i = 0; i < 17; i++) {
          const change = [{ schedule: '*/3 * * * * *' }, { disabled: true }, { timezone: 'Europe/Madrid', disabled: false }, { schedule: '*/2 * * * * *', timezone: '' }][i % 4]
          assert.equal((await site.api('PATCH', `/jobs/${names.edited}`, change)).status, 200)
          await sleep(300 + (i % 5) * 400)
        }
        await inSync(site, names.edited)

        const because = (job, why) => eventually(`${job} is missed because ${why}`, async () => (await missedOf(site, job)).find((run) => why.test(reasonOf(site, run.id))), 120000)
        const first = await because(names.nowhere, /no node of the engine had the job's tags then \(zone=north:1\)/)
        assert.equal(first.trigger, 'schedule')
        assert.equal(seconds(first) % 5, 0)
        assert.deepEqual(first.executions ?? [], [])
        await because(names.slow, /its run \d+ was still going on, and the job forbids two at once/)

        const before = Date.now() / 1000
        for (const job of [names.five, names.every, names.second, names.edited]) await judged(site, job, before * 1000)
        await exactly(site, books, names.five, 5, began, before)
        await exactly(site, books, names.second, 1, began, before)
        assert.deepEqual(await missedOf(site, names.every), [])
        for (const run of await missedOf(site, names.edited))
          assert.deepEqual(within(books.of(names.edited), seconds(run), seconds(run) + 2), [], `${names.edited} is missed at ${run.queued_at}: ${reasonOf(site, run.id)}`)
        assert.deepEqual(await missedOf(site, names.off), [])

        // The engine stands still over three fires of the job that runs each five seconds, and is then killed.
        const parts = dkron ? ['dkron'] : ['engine', 'engine-api']
        for (const name of parts) site.kill(name, 'SIGSTOP')
        const stopped = parts.flatMap((name) => treeOf(site.pids()[name]))
        for (const pid of stopped) if (isAlive(pid)) process.kill(pid, 'SIGSTOP')
        const gone = Date.now() / 1000
        await sleep(15000)
        await eventually('it is seen to be away', async () => (await site.api('GET', '/engine')).json.reachable === false)
        const until = Date.now() / 1000
        for (const pid of stopped) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
        await eventually('it is back', async () => (await site.api('GET', '/engine')).json.reachable, 120000)
        const back = Date.now() / 1000
        await eventually('the schedule goes on', async () => (await runsOf(site, names.five)).some((run) => run.state === 'succeeded' && seconds(run) > back), 120000)
        const on = Date.now() / 1000
        await judged(site, names.five, on * 1000)
        const missed = (await missedOf(site, names.five)).filter((run) => seconds(run) > gone && seconds(run) < until)
        assert.deepEqual(missed.map(seconds).sort((a, b) => a - b).map(clock), fires(5, gone, until).map(clock))
        assert.ok(missed.length >= 3, `${missed.length} fires`)
        const unwatched = site.sql(`SELECT count(*) FROM engine_past WHERE NOT watched AND at > to_timestamp(${gone - 60})`)
        for (const run of missed) assert.match(reasonOf(site, run.id), unwatched === '0' ? /the engine was away then: / : /the engine was away then: |Signalbox did not watch/)
        await exactly(site, books, names.five, 5, began, on)
        await judged(site, names.second, on * 1000)
        await exactly(site, books, names.second, 1, began, on)
        await judged(site, names.every, (on - 5) * 1000)
        const chain = (await missedOf(site, names.every)).map(seconds)
        assert.ok(chain.every((s) => s >= gone - 5 && s <= on), `${chain.map(clock)} is not all between ${clock(gone)} and ${clock(on)}`)
        assert.ok(chain.length >= 1 && chain.length <= (on - gone) / 5 + 1, `${chain.length} of @every`)

        // Everything is restarted: what fired while nobody of us was there is missed, once, and nothing else.
        await site.stop()
        await site.start({ keep: true })
        const up = Date.now() / 1000
        await eventually('it runs again', async () => (await runsOf(site, names.five)).some((run) => run.state === 'succeeded' && seconds(run) > up), 120000)
        const last = Date.now() / 1000
        await judged(site, names.five, last * 1000)
        await exactly(site, books, names.five, 5, began, last)
        assert.equal(site.sql('SELECT count(*) FROM (SELECT FROM missed_fire GROUP BY job_name, at_us HAVING count(*) > 1) x'), '0')
        assert.deepEqual(await missedOf(site, names.off), [])
        const page = await (await site.signIn()).get(`/runs?state=missed&job=${names.five}`)
        assert.equal(page.status, 200)
        assert.match(page.text, /missed/i)
      } finally {
        clearInterval(books?.keeping)
        await site.stop()
      }
    })

    /*
     * The engine's copy is switched off, expired or deleted behind our back; and it is still so there when a change of ours does
     * not get through. What is missed is held against what the engine says that it ran.
     */
    test(`what the engine has in place of ours is the cause, and of nothing that ran (${engine.name})`, { timeout: 600000 }, async () => {
      const site = new Site(`missed-copy-${engine.name}`, engine, { SIGNALBOX_MISSED_GRACE_S: String(GRACE), SIGNALBOX_RECONCILE_S: '5' })
      await site.start()
      try {
        const api = dkron ? `${site.dkron}/v1` : `${site.local}/engine/v1`
        const ask = async (method, target, body) => {
          const answer = await fetch(`${api}${target}`, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
          assert.ok(answer.ok, `${method} ${target}: ${answer.status}`)
          return answer.text()
        }
        const ran = async (job) => [...(await ask('GET', `/jobs/${job}/executions`)).matchAll(/"group":\s*(\d+)/g)].map(([, ns]) => Number(ns) / 1e9)
        const run = { schedule: '*/2 * * * * *', executor_config: { command: 'true', shell: 'true' } }
        const past = '2020-01-01T00:00:00Z'
        for (const [name, fields] of Object.entries({ off: {}, expired: {}, soon: {}, deleted: {}, 'was-off': { disabled: true }, 'was-expired': { expires_at: past } })) await make(site, { name, ...run, ...fields })
        for (const job of ['off', 'expired', 'soon', 'deleted']) await eventually(`${job} runs`, async () => (await ran(job)).length > 0)
        await sleep(2500) // a comparison trusts what stood for two seconds

        // Behind our back. One expires in a moment: what it runs until then is not missed.
        const end = Math.ceil(Date.now() / 1000) + 6
        for (const [job, fields] of Object.entries({ off: { disabled: true }, expired: { expires_at: past }, soon: { expires_at: clock(end) } }))
          await ask('POST', '/jobs', { ...JSON.parse(await ask('GET', `/jobs/${job}`)), ...fields })
        await ask('DELETE', '/jobs/deleted')
        // Ours, which the engine does not take.
        await ask('POST', '/pause')
        for (const [job, fields] of Object.entries({ 'was-off': { disabled: false }, 'was-expired': { expires_at: null } })) assert.equal((await site.api('PATCH', `/jobs/${job}`, fields)).status, 200)
        assert.equal((await site.api('POST', '/jobs', aJob({ name: 'never', ...run }))).status, 201)
        const changed = Date.now() / 1000

        const causes = {
          off: /the job is switched off on the engine, though not here/,
          expired: /the job expired at 2020-01-01T00:00:00Z on the engine, though not here/,
          soon: new RegExp(`the job expired at ${clock(end).replace('.000', '')} on the engine, though not here`),
          deleted: /the job was gone from the engine: somebody deleted it there/,
          'was-off': /the engine still had the job as it was before, which is switched off: .*paused/s,
          'was-expired': /the engine still had the job as it was before, which expired at 2020-01-01T00:00:00Z: .*paused/s,
          never: /the engine did not have the job then: .*paused/s,
        }
        for (const [job, why] of Object.entries(causes))
          await eventually(`${job} is missed because ${why}`, async () => {
            const reasons = (await missedOf(site, job)).filter((run) => seconds(run) > (job === 'soon' ? end : changed)).map(({ id }) => reasonOf(site, id))
            return reasons.length >= 2 && (reasons.every((reason) => why.test(reason)) || (() => { throw new Error(reasons.join('; ')) })())
          }, 120000)

        // It gets through again, and runs.
        const through = Date.now() / 1000
        await ask('POST', '/unpause')
        for (const job of ['was-off', 'was-expired', 'never']) await inSync(site, job)
        for (const job of ['off', 'expired', 'soon', 'deleted']) {
          await eventually(`${job} is known to differ`, async () => (await site.api('GET', `/jobs/${job}`)).json.sync.state === 'drifted')
          assert.equal((await site.api('POST', `/jobs/${job}/revert`)).status, 200)
          await inSync(site, job)
        }
        const back = Date.now() / 1000
        for (const job of Object.keys(causes)) await eventually(`${job} runs again`, async () => (await ran(job)).some((at) => at > back + 3))
        const last = Date.now() / 1000
        for (const job of Object.keys(causes)) {
          await judged(site, job, last * 1000)
          const began = await ran(job)
          const missed = (await missedOf(site, job)).map(seconds).sort((a, b) => a - b)
          for (const at of missed) assert.deepEqual(within(began, at, at + 2).map(clock), [], `${job} is missed at ${clock(at)}, and ran`)
          // None is left out: of ours from when the grace to get through is over, of a deleted job from when that was seen.
          const from = { soon: Math.max(end, changed) + 1, deleted: missed.find((at) => at > changed) }[job] ?? (job in { off: 1, expired: 1 } ? changed : changed + GRACE)
          assert.deepEqual(within(missed, Math.ceil(from), Math.floor(through - 4)).map(clock), fires(2, Math.ceil(from), Math.floor(through - 4)).map(clock), `${job}: ${began.map(clock)} began`)
        }
      } finally {
        await site.stop()
      }
    })
  })
}

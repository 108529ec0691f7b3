// Missed runs on a real engine: the fires that did not come are found, with their cause, and nothing else is.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Site, aJob, engines, eventually, inSync, isAlive, program, root, sleep } from './lib.mjs'

const GRACE = 5
const runsOf = async (site, job, query = '') => (await site.api('GET', `/runs?job=${job}&limit=500${query}`)).json.items
const missedOf = (site, job) => runsOf(site, job, '&state=missed')
const reasonOf = (site, id) => site.sql(`SELECT reason FROM run WHERE id = ${id}`)
const seconds = (run) => Date.parse(run.queued_at) / 1000

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
  }, 90000)

/* Each second that the schedule names in a stretch has exactly one run, and what is missed lies within `gaps`. */
async function exactly(site, job, every, from, to, gaps) {
  const runs = (await runsOf(site, job)).filter((run) => run.trigger === 'schedule')
  const at = (run) => (run.state === 'missed' ? seconds(run) : Math.floor(Date.parse(run.queued_at) / 1000 + 0.2))
  for (let s = Math.ceil(from / every) * every; s < to; s += every) {
    const here = runs.filter((run) => at(run) >= s && at(run) < s + every)
    assert.equal(here.length, 1, `${job} at ${new Date(s * 1000).toISOString()}: ${JSON.stringify(here)}`)
    const gap = gaps.some(([a, b]) => s >= a && s <= b)
    if (here[0].state === 'missed') assert.ok(gap, `${job} is missed at ${new Date(s * 1000).toISOString()} out of any gap: ${reasonOf(site, here[0].id)}`)
  }
}

for (const engine of engines) {
  describe(`missed, ${engine.name}`, { skip: engine.skip }, () => {
    const dkron = engine.name === 'dkron'

    test(`what did not run is found with its cause, and nothing else (${engine.name})`, { timeout: 420000 }, async () => {
      const site = new Site(`missed-${engine.name}`, engine, { SIGNALBOX_MISSED_GRACE_S: String(GRACE), SIGNALBOX_RECONCILE_S: '5' })
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
        const began = Date.now() / 1000 + 5

        // An edit storm: schedule, zone, off and on, one right behind the other.
        for (let i = 0; i < 25; i++) {
          const change = [{ schedule: '*/3 * * * * *' }, { disabled: true }, { timezone: 'Europe/Madrid', disabled: false }, { schedule: '*/2 * * * * *', timezone: '' }][i % 4]
          assert.equal((await site.api('PATCH', `/jobs/${names.edited}`, change)).status, 200)
          await sleep(300 + (i % 5) * 400)
        }
        await inSync(site, names.edited)

        const first = await eventually('the job without a node is missed', async () => (await missedOf(site, names.nowhere))[0], 60000)
        assert.equal(first.trigger, 'schedule')
        assert.equal(seconds(first) % 5, 0)
        assert.deepEqual(first.executions ?? [], [])
        assert.match(reasonOf(site, first.id), /no node of the engine had the job's tags then \(zone=north:1\)/)
        const overlap = await eventually('the fire that would overlap is missed', async () => (await missedOf(site, names.slow))[0], 60000)
        assert.match(reasonOf(site, overlap.id), /its run \d+ was still going on, and the job forbids two at once/)

        const before = Date.now()
        for (const job of [names.five, names.every, names.second, names.edited]) {
          await judged(site, job, before)
          assert.deepEqual((await missedOf(site, job)).map((run) => [run.queued_at, reasonOf(site, run.id)]), [], job)
        }
        assert.deepEqual(await missedOf(site, names.off), [])

        // The engine is gone for a little more than three fires of the job that runs each five seconds.
        const parts = dkron ? ['dkron'] : ['engine', 'engine-api']
        const tree = parts.map((name) => site.pids()[name])
        await eventually('just behind a fire', () => Date.now() % 5000 > 1200 && Date.now() % 5000 < 1800)
        const gone = Date.now() / 1000
        for (const name of parts) site.kill(name, 'SIGSTOP')
        for (const pid of parts.flatMap((name) => site.workers(name))) process.kill(pid, 'SIGSTOP')
        const stopped = parts.flatMap((name) => [site.pids()[name], ...site.workers(name)])
        assert.ok(tree.every(isAlive))
        await sleep(15200)
        for (const pid of stopped) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
        await eventually('it is back', async () => (await site.api('GET', '/engine')).json.reachable && Date.now() / 1000 > gone + 20, 90000)
        const back = Date.now() / 1000
        await eventually('the schedule goes on', async () => (await runsOf(site, names.five)).some((run) => run.state === 'succeeded' && seconds(run) > back), 60000)
        const on = Date.now() / 1000
        await judged(site, names.five, on * 1000)
        const missed = (await missedOf(site, names.five)).filter((run) => seconds(run) > gone && seconds(run) < gone + 15.2)
        assert.equal(missed.length, 3, JSON.stringify(await missedOf(site, names.five)))
        for (const run of missed) assert.match(reasonOf(site, run.id), /the engine was away then: /)
        await exactly(site, names.five, 5, began, on - 5, [[gone - 1, on]])
        await judged(site, names.second, on * 1000)
        await exactly(site, names.second, 1, Math.max(began, gone - 60), on - 5, [[gone - 1, on]])
        await judged(site, names.every, (on - 5) * 1000)
        const chain = (await missedOf(site, names.every)).filter((run) => seconds(run) >= gone - 5 && seconds(run) <= on)
        assert.equal(chain.length, (await missedOf(site, names.every)).length)
        assert.ok(chain.length >= 1 && chain.length <= 4, `${chain.length} of @every`)

        // Everything is restarted: what fired while nobody of us was there is missed, once, and nothing else.
        const down = Date.now() / 1000
        await site.stop()
        await site.start({ keep: true })
        const up = Date.now() / 1000
        await eventually('it runs again', async () => (await runsOf(site, names.five)).some((run) => run.state === 'succeeded' && seconds(run) > up), 90000)
        const last = Date.now() / 1000
        await judged(site, names.five, last * 1000)
        await exactly(site, names.five, 5, began, last - 5, [[gone - 1, on], [down - 5, last]])
        assert.equal(site.sql('SELECT count(*) FROM (SELECT FROM missed_fire GROUP BY job_name, at_us HAVING count(*) > 1) x'), '0')
        assert.deepEqual(await missedOf(site, names.off), [])
        const page = await (await site.signIn()).get(`/runs?state=missed&job=${names.five}`)
        assert.equal(page.status, 200)
        assert.match(page.text, /missed/i)
      } finally {
        await site.stop()
      }
    })
  })
}

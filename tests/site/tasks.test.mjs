// Tasks on a real run: work is killed again and again and each thing is done once; several decide at the same moment.
//
// On the embedded engine alone: no engine hears of any of this until the task is through. What reaches one is asked of both, in
// approvals, requests and types.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { describe } from 'node:test'
import { Site, aJob, engines, eventually, isAlive, onSite, program, root, sleep, treeOf } from './lib.mjs'

const TASKS = 50
const password = 'a password for the tests\n'

/* The same numbers each time: where it dies is decided by the machine as well. */
let state = 20261121
const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below

const people = {}
async function furnish(site) {
  for (const [name, role] of [['marta', 'manager'], ['mila', 'manager'], ['erin', 'editor'], ['kwame', null]]) {
    site.cli(['account', 'add', name], password)
    if (role) assert.equal((await site.api('PUT', `/teams/ops/members/${name}`, { role })).status, 200)
    people[name] = site.cli(['token', 'add', name, '--name', 'tests', '--scope', 'write', '--days', '1']).trim()
  }
}

const as = (site, who) => (method, target, body) => site.api(method, target, body, { token: people[who] })

async function asked(answer) {
  assert.equal(answer.status, 202, answer.text)
  return answer.json
}

const access = async (site, team) => asked(await as(site, 'kwame')('POST', '/task-types/request-access', { team, role: 'viewer' }))
const change = async (site, name) => asked(await as(site, 'erin')('POST', '/jobs', aJob({ name })))
const taskNow = async (site, id) => (await site.api('GET', `/tasks/${id}`)).json
const waits = (site, id) => eventually(`${id} waits for people`, async () => {
  const task = await taskNow(site, id)
  return task.hash && task
})

/* One more `work`, as on another host; `loop` is who does the tasks there. */
async function anotherWork(site) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, '--config', path.resolve(root, site.config), 'work'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (bytes) => (said += bytes))
  const ready = await eventually('work is ready', () => /event=loop_ready pool=work pid=(\d+) .*loop=tasks/.exec(said))
  const end = async () => {
    const tree = treeOf(child.pid)
    for (const pid of tree) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    await eventually('all of it is dead', () => !tree.some(isAlive))
  }
  return { loop: Number(ready[1]), end }
}

/* Its death, with all its loops, some moment later. */
async function workDies(site) {
  const { end } = await anotherWork(site)
  await sleep(random(120))
  await end()
}

const loopOf = (site) => Number([...site.log('work').matchAll(/event=loop_ready pool=work pid=(\d+) .*loop=tasks/g)].at(-1)[1])

describe('tasks', () => {
  const site = new Site('tasks', engines[0])
  const test = onSite(site, async () => {
    await site.start()
    await furnish(site)
  })

  test(
    `of ${TASKS} tasks each is done once, however often work is killed`,
    async (_, t) => {
      const names = Array.from({ length: TASKS / 2 }, (_, i) => `crew-${i}`)
      for (const name of names) assert.equal((await site.api('POST', '/teams', { name })).status, 201)
      site.sql("UPDATE team SET approvals = 1 WHERE name = 'ops'")
      const own = loopOf(site)
      process.kill(own, 'SIGSTOP')
      let deaths = 0
      const open = () => Number(site.sql("SELECT count(*) FROM task WHERE due_at IS NOT NULL"))
      try {
        const tasks = []
        const dying = (async () => {
          for (; deaths < 16 && (tasks.length < TASKS || open() > 0 || deaths < 8); deaths++) {
            await workDies(site)
            site.sql('UPDATE task SET due_at = now() WHERE due_at > now()') // nobody waits for the next attempt
          }
          process.kill(own, 'SIGCONT') // what is left is done by one that lives
        })()
        for (const name of names) tasks.push((await access(site, name)).id, (await change(site, `made-${name}`)).id)
        for (const id of tasks) {
          const { hash } = await eventually(`${id} waits`, async () => {
            const task = await taskNow(site, id)
            return task.hash && task
          }, 120000)
          assert.equal((await site.api('POST', `/tasks/${id}/approve`, { hash })).status, 200)
        }
        await dying
      } finally {
        process.kill(own, 'SIGCONT')
      }
      assert.ok(deaths >= 8, `${deaths} deaths`)
      const torn = site.log('postgres').match(/unexpected EOF on client connection with an open transaction/g)?.length ?? 0
      assert.ok(torn >= 1, `${torn} of ${deaths} died within a transaction`)
      t.diagnostic(`${deaths} deaths, ${torn} transactions torn`)
      await eventually('all is done', () => site.sql("SELECT count(*) FROM task WHERE NOT completed") === '0')
      const once = (what, statement) => assert.equal(site.sql(statement), '', what)
      assert.equal(site.sql('SELECT count(*) FROM task WHERE completed'), String(TASKS))
      for (const verb of ['task_request', 'task_approve', 'task_complete']) {
        once(verb, `SELECT t.id FROM task t WHERE (SELECT count(*) FROM audit a WHERE a.verb = '${verb}' AND a.object = 'task:' || t.id) <> 1`)
      }
      for (const name of names) {
        assert.equal(site.sql(`SELECT count(*) FROM membership m JOIN team t ON t.id = m.team_id JOIN account a ON a.id = m.account_id WHERE t.name = '${name}' AND a.name = 'kwame'`), '1')
        assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'team_member' AND object = 'team:${name}' AND after->>'role' = 'viewer'`), '1', name)
        assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'job_add' AND object = 'job:made-${name}'`), '1', name)
        assert.equal(site.sql(`SELECT version FROM job WHERE name = 'made-${name}'`), '1')
      }
      once('a note twice', "SELECT task_id, ord, text FROM task_note WHERE ord IS NOT NULL AND text LIKE '% has the role %' GROUP BY 1, 2, 3 HAVING count(*) <> 1")
      assert.equal(site.sql("SELECT count(*) FROM notification WHERE error"), '0')
      site.sql("UPDATE team SET approvals = 0 WHERE name = 'ops'")
    },
    { timeout: 300000 },
  )

  test('two hosts with a work each share the tasks, and each thing is done once', async () => {
    const n = 24
    const names = Array.from({ length: n }, (_, i) => `shared-${i}`)
    for (const name of names) assert.equal((await site.api('POST', '/teams', { name })).status, 201)
    const own = loopOf(site)
    const left = () => Number(site.sql('SELECT count(*) FROM task WHERE due_at IS NOT NULL'))
    const other = await anotherWork(site)
    const alone = async (pid, ids) => {
      process.kill(pid, 'SIGSTOP')
      try {
        for (const name of ids) await waits(site, (await access(site, name)).id)
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    }
    try {
      await alone(own, names.slice(0, 2)) // each of both does some, that is certain
      await alone(other.loop, names.slice(2, 4))
      const made = await Promise.all(names.slice(4).map((name) => access(site, name)))
      for (const { id } of made) await waits(site, id)
      const { items } = (await site.api('GET', '/tasks?type=request-access&limit=500')).json
      const mine = items.filter((task) => /shared-/.test(task.title))
      assert.equal(mine.length, n)
      for (const { status, text } of await Promise.all(mine.map(({ id, hash }) => site.api('POST', `/tasks/${id}/approve`, { hash })))) assert.equal(status, 200, text)
      await eventually('all is done', () => left() === 0)
    } finally {
      await other.end()
    }
    const ofShared = "SELECT t.id FROM task t JOIN team m ON m.id = t.team_id WHERE m.name LIKE 'shared-%'"
    assert.equal(site.sql(`SELECT count(*) FROM task WHERE completed AND id IN (${ofShared})`), String(n))
    assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'team_member' AND object LIKE 'team:shared-%' AND after->>'role' = 'viewer'`), String(n))
    assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'task_complete' AND object IN (SELECT 'task:' || id FROM (${ofShared}) x)`), String(n))
    assert.equal(site.sql(`SELECT task_id, ord, text FROM task_note WHERE ord IS NOT NULL AND task_id IN (${ofShared}) GROUP BY 1, 2, 3 HAVING count(*) <> 1`), '')
    assert.equal(site.sql("SELECT count(*) FROM notification WHERE error"), '0')
  }, { timeout: 240000 })

  const approve = (who) => (task) => as(site, who)('POST', `/tasks/${task.id}/approve`, { hash: task.hash })

  test('an admin says by API and on the page what a team may have at most', async () => {
    assert.equal((await site.api('POST', '/teams', { name: 'bounded', quota: 'custom', max_jobs: 7 })).status, 201)
    const changed = await site.api('PATCH', '/teams/bounded', { max_jobs: 9 })
    assert.equal(changed.status, 200, changed.text)
    assert.equal(changed.json.max_jobs, 9)
    const page = await (await site.signIn()).submit('/teams/bounded/quota', { max_jobs: '11' }, '/teams/bounded')
    assert.equal(page.status, 303)
    assert.equal(site.sql("SELECT max_jobs FROM team WHERE name = 'bounded'"), '11')
  })

  /* Both at once, several times; what they may come to, as "200 409 state". */
  const race = async (times, make, first, second, allowed) => {
    const seen = new Set()
    for (let i = 0; i < times; i++) {
      const task = await waits(site, (await make(i)).id)
      const both = i % 2 ? [second, first] : [first, second]
      const answers = await Promise.all(both.map((one) => one(task)))
      const [a, b] = i % 2 ? answers.reverse() : answers
      await eventually(`${task.id} comes to rest`, () => site.sql(`SELECT due_at IS NULL FROM task WHERE id = '${task.id}'`) === 't')
      const came = `${a.status} ${b.status} ${(await taskNow(site, task.id)).state}`
      assert.ok(allowed.includes(came), `${came}: ${a.text} ${b.text}`)
      seen.add(came)
    }
    return seen
  }
  const jobs = (prefix) => (i) => change(site, `${prefix}-${i}`)

  test('of two who approve at once one does, and where two must, both do', async () => {
    site.sql("UPDATE team SET approvals = 1 WHERE name = 'ops'")
    await race(8, jobs('one'), approve('marta'), approve('mila'), ['200 200 completed', '200 409 completed', '409 200 completed'])
    site.sql("UPDATE team SET approvals = 2 WHERE name = 'ops'")
    await race(8, jobs('two'), approve('marta'), approve('mila'), ['200 200 completed'])
    await race(4, jobs('same'), approve('marta'), approve('marta'), ['200 200 requested'])
    for (const prefix of ['one', 'two']) {
      assert.equal(site.sql(`SELECT count(*) FROM audit WHERE verb = 'job_add' AND object LIKE 'job:${prefix}-%'`), '8')
      assert.equal(site.sql(`SELECT count(*) FROM job WHERE name LIKE '${prefix}-%' AND version = 1`), '8')
    }
    assert.equal(site.sql("SELECT count(*) FROM job WHERE name LIKE 'same-%'"), '0')
  })

  test('approving and withdrawing, changing or rejecting at once leave one of both', async () => {
    site.sql("UPDATE team SET approvals = 0 WHERE name = 'ops'")
    for (let i = 0; i < 24; i++) assert.equal((await site.api('POST', '/teams', { name: `race-${i}` })).status, 201)
    const ask = (from) => (i) => access(site, `race-${from + i}`)
    const kwame = as(site, 'kwame')
    const admin = (task) => site.api('POST', `/tasks/${task.id}/approve`, { hash: task.hash })
    const holds = (from) => site.sql(`SELECT string_agg(DISTINCT k.state || (m.role IS NOT NULL), ' ') FROM task k JOIN team t ON t.id = k.team_id
      LEFT JOIN membership m ON m.team_id = t.id AND m.account_id = k.requester_id WHERE t.name IN (${Array.from({ length: 8 }, (_, i) => `'race-${from + i}'`)})`)

    const withdraw = (task) => kwame('POST', `/tasks/${task.id}/cancel`, {})
    await race(8, ask(0), admin, withdraw, ['200 200 cancelled', '200 409 completed', '409 200 cancelled'])
    for (const one of holds(0).split(' ')) assert.match(one, /^(completedtrue|cancelled(true|false))$/)

    const edit = (task) => kwame('PUT', `/tasks/${task.id}`, { team: /race-\d+/.exec(task.title)[0], role: 'operator' })
    await race(8, ask(8), admin, edit, ['200 409 completed', '409 200 requested', '412 200 requested'])
    assert.equal(site.sql("SELECT count(*) FROM membership m JOIN team t ON t.id = m.team_id WHERE t.name LIKE 'race-%' AND m.role <> 1"), '0', 'what nobody approved')

    const reject = (task) => site.api('POST', `/tasks/${task.id}/reject`, { comment: 'no' })
    await race(8, ask(16), admin, reject, ['200 409 completed', '409 200 rejected'])
    for (const one of holds(16).split(' ')) assert.match(one, /^(completedtrue|rejectedfalse)$/)
  })
})

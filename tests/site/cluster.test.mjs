// A cluster of three Dkron servers on loopback, all three addresses given to us: the leader dies during a run, writes go through
// a follower, a node is lost and comes back. Afterwards our history is Dkron's, and every job is in sync.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, rmSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aJob, build, engines, eventually, inSync, isAlive, program, root, runEnds, Site, sleep, treeOf } from './lib.mjs'

const dkron = engines.find(({ name }) => name === 'dkron')
const folder = path.join(build, 'site', 'cluster-nodes')

const freePort = () =>
  new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

const get = async (base, target) => {
  const answer = await fetch(`${base}${target}`, { signal: AbortSignal.timeout(3000) })
  if (!answer.ok) throw new Error(`${target}: ${answer.status}`)
  return answer.json()
}

class Node {
  constructor(name, ports, env) {
    Object.assign(this, { name, ports, env, url: `http://127.0.0.1:${ports.http}`, serf: `127.0.0.1:${ports.serf}` })
  }

  /* It is our agent verb, so the webhooks are ours. */
  begin(others = []) {
    const words = ['agent', '-s', '--bootstrap-expect', '3', '--node-name', this.name, '--bind-addr', this.serf, '--advertise-addr', this.serf, '--rpc-port', String(this.ports.rpc),
      '--http-addr', `127.0.0.1:${this.ports.http}`, '--data-dir', path.join(folder, this.name), '--disable-usage-stats', '--log-level', 'warn', '--tag', 'pool=work',
      ...others.flatMap((node) => ['-j', node.serf])]
    const log = openSync(path.join(folder, `${this.name}.log`), 'a')
    this.process = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...words], { env: { ...process.env, ...this.env }, stdio: ['ignore', log, log] })
  }

  /* Comes back to a cluster that lives. */
  async start(others) {
    this.begin(others)
    await eventually(`${this.name} knows a leader`, () => get(this.url, '/v1/leader'))
  }

  /* With all that it runs, as when a machine dies. */
  async die() {
    const tree = treeOf(this.process.pid)
    for (const pid of tree) process.kill(pid, 'SIGKILL')
    await eventually(`${this.name} is dead`, () => tree.every((pid) => !isAlive(pid)))
  }
}

/* One after the other: those that start at once do not always find a leader. */
async function form(nodes) {
  for (let attempt = 1; ; attempt++) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const node of nodes) {
      node.begin(node === nodes[0] ? [] : [nodes[0]])
      await eventually(`${node.name} answers`, () => fetch(`${node.url}/v1`))
      await sleep(1500)
    }
    try {
      return await eventually('three servers and a leader', async () => {
        const members = await get(nodes[2].url, '/v1/members')
        return (await get(nodes[2].url, '/v1/leader')).Name && members.filter(({ statusText }) => statusText === 'alive').length === 3
      }, 20000)
    } catch (error) {
      if (attempt === 3) throw error
      for (const node of nodes) await node.die()
    }
  }
}

describe('cluster, dkron', { skip: dkron.skip }, () => {
  const token = 'token-of-the-cluster-test'
  let nodes, site

  const alive = () => nodes.filter(({ process }) => isAlive(process.pid))
  const leader = () =>
    eventually('a leader', async () => {
      const { Name } = await get(alive()[0].url, '/v1/leader')
      return alive().find(({ name }) => name === Name)
    })
  const make = async (fields) => {
    const job = aJob(fields)
    assert.equal((await site.api('POST', '/jobs', job)).status, 201)
    return job.name
  }
  const onNode = async (node, job) => (await get(node.url, `/v1/jobs/${job}`)).schedule

  before(async () => {
    const local = await freePort()
    const env = { SIGNALBOX_HOOK_URL: `http://127.0.0.1:${local}/hook/dkron`, SIGNALBOX_HOOK_TOKEN: token }
    nodes = []
    for (const name of ['n1', 'n2', 'n3']) nodes.push(new Node(name, { http: await freePort(), serf: await freePort(), rpc: await freePort() }, env))
    await form(nodes)
    site = new Site('cluster', dkron, { ...env, SIGNALBOX_LOCAL_PORT: String(local), SIGNALBOX_DKRON_URL: nodes.map(({ url }) => url).join(','), SIGNALBOX_RECONCILE_S: '3' })
    await site.start()
  })
  after(async () => {
    if (site?.process) await site.stop()
    for (const node of nodes ?? []) if (node.process && isAlive(node.process.pid)) await node.die()
  })

  const often = [], once = { pool: 'work:1' }

  test('jobs reach the leader and run', { timeout: 240000 }, async () => {
    for (let i = 0; i < 3; i++) often.push(await make({ schedule: '*/3 * * * * *', tags: once }))
    often.push(await make({ schedule: '*/4 * * * * *' })) // on every node
    for (const job of often) await inSync(site, job)
    const { json } = await site.api('GET', '/engine')
    assert.equal(json.leader, (await leader()).name)
    assert.equal(json.nodes.length, 3)
    await eventually('something ran', async () => (await site.api('GET', `/runs?job=${often[0]}&state=succeeded`)).json.items.length > 0)
  })

  test('the leader dies during a run: saves go on, the run comes to an end', { timeout: 240000 }, async () => {
    const long = await make({ executor_config: { command: 'echo begun; sleep 6; echo over', shell: 'true' }, tags: once })
    await inSync(site, long)
    const asked = await site.api('POST', `/jobs/${long}/run`)
    assert.equal(asked.status, 202)
    await eventually('it runs', async () => (await site.api('GET', `/runs/${asked.json.id}`)).json.state === 'running')
    const dead = await leader()
    await dead.die()
    const saved = await make({ schedule: '@yearly' })
    await inSync(site, saved)
    assert.notEqual((await leader()).name, dead.name)
    await eventually('we follow the new leader', async () => (await site.api('GET', '/engine')).json.leader === (await leader()).name)
    // On the dead node it was lost with it; on another one it went on.
    const { json: run } = await site.api('GET', `/runs/${asked.json.id}`)
    if (!run.executions.some(({ node }) => node === dead.name)) assert.equal((await runEnds(site, run.id)).state, 'succeeded')
    await dead.start(alive())
    await eventually('it has caught up', async () => (await onNode(dead, saved)) === '@yearly')
  })

  test('a run is asked of the leader', { timeout: 240000 }, async () => {
    const job = await make({ schedule: '@yearly' })
    await inSync(site, job)
    const { json } = await site.api('POST', `/jobs/${job}/run`)
    await runEnds(site, json.id)
    const [, url] = new RegExp(`event=run_dispatched .*run=${json.id} .*url=(\\S+)`).exec(site.log('work'))
    assert.ok(url.replaceAll('"', '').startsWith((await leader()).url), `${url} is not of the leader`)
  })

  test('writes through a follower arrive, and are not mistaken for drift', { timeout: 240000 }, async () => {
    const first = await leader(), follower = nodes.find((node) => node !== first)
    const own = treeOf(site.pids().work)
    for (const pid of own) process.kill(pid, 'SIGSTOP')
    const second = spawn('setpriv', ['--pdeathsig', 'KILL', program, '--config', path.resolve(root, site.config), 'work'], { cwd: root, env: { ...process.env, SIGNALBOX_DKRON_URL: follower.url }, stdio: 'ignore' })
    try {
      const jobs = []
      for (let i = 0; i < 30; i++) jobs.push(await make({ schedule: '@daily' }))
      for (const job of jobs) await inSync(site, job)
      for (const job of jobs) assert.equal((await site.api('PATCH', `/jobs/${job}`, { schedule: '@weekly' })).status, 200)
      for (const job of jobs) await inSync(site, job)
      await sleep(4000) // a comparison or two, read from the follower
      for (const job of jobs) assert.equal((await site.api('GET', `/jobs/${job}`)).json.sync.state, 'in_sync')
      for (const job of jobs) assert.equal(await onNode(first, job), '@weekly')
      assert.equal(site.sql("SELECT count(*) FROM audit WHERE verb LIKE 'job_drift%'"), '0')
    } finally {
      for (const pid of treeOf(second.pid)) process.kill(pid, 'SIGKILL')
      for (const pid of own) process.kill(pid, 'SIGCONT')
    }
  })

  test('a follower is lost and comes back', { timeout: 240000 }, async () => {
    const first = await leader(), lost = nodes.find((node) => node !== first)
    await lost.die()
    const saved = await make({ schedule: '@monthly' })
    await inSync(site, saved)
    await sleep(3000)
    await lost.start(alive())
    await eventually('it has caught up', async () => (await onNode(lost, saved)) === '@monthly')
  })

  test('our history is Dkron\'s, and every job is in sync', { timeout: 240000 }, async () => {
    for (const job of often) assert.equal((await site.api('PATCH', `/jobs/${job}`, { disabled: true })).status, 200)
    for (const job of often) await inSync(site, job)
    const { url } = await leader()
    await eventually('nothing runs on the nodes that live', async () => (await get(url, '/v1/busy')).filter((e) => e.finished_at < e.started_at).length === 0)
    for (const job of often)
      await eventually(`the history of ${job} is the same`, async () => {
        const theirs = await get(url, `/v1/jobs/${job}/executions`)
        const ours = new Map(site.sql(`SELECT engine_id || '|' || state FROM execution WHERE job_name = '${job}'`).split('\n').filter(Boolean).map((line) => line.split('|')))
        const wrong = theirs.filter(({ id, success, started_at, finished_at }) =>
          !ours.has(id) || (finished_at >= started_at && ours.get(id) !== (success ? 'succeeded' : 'failed')))
        // What was under way on a node that died may be known to one side only.
        const kept = new Set(theirs.map(({ id }) => id))
        const more = theirs.length === 100 ? [] : [...ours].filter(([id, state]) => !kept.has(id) && state !== 'lost' && state !== 'running')
        if (wrong.length + more.length > 0) throw new Error(JSON.stringify({ wrong: wrong.map(({ id, finished_at }) => [id, finished_at, ours.get(id)]), more }))
        return theirs.length > 0
      })
    assert.equal(site.sql("SELECT count(*) FROM outbox WHERE state <> 'in_sync'"), '0')
    assert.match(site.cli(['resync']), /0 put back, 0 adopted, 0 drifted/)
    assert.match(site.cli(['plan']), /^0 to write, 0 left/m)
  })
})

// Random desired and actual states end equal, with the fewest writes, counted by a proxy in front of the engine; two hosts at once
// write nothing twice; drift from end to end.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import http from 'node:http'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, program, root, Site, sleep, treeOf } from './lib.mjs'

/* A proxy that counts what is written through it, and lies about what is read when it has a lie: given a request and the true
 * answer's text, it gives back what is said instead: { status, text, cut } (cut: it hangs up in the middle), or nothing. */
class Counter {
  async start(target) {
    this.writes = []
    this.lie = null
    this.server = http.createServer((r, w) => {
      const parts = []
      r.on('data', (part) => parts.push(part))
      r.on('end', () => {
        const body = Buffer.concat(parts)
        const to = new URL(target + r.url.replace(/^\//, '/'))
        const r2 = http.request({ host: to.hostname, port: to.port, path: to.pathname + to.search, method: r.method, headers: { ...r.headers, host: to.host } }, (answer) => {
          if (r.method !== 'GET' && answer.statusCode < 300)
            this.writes.push(`${r.method} ${r.method === 'DELETE' ? decodeURIComponent(r.url.split('/').pop()) : JSON.parse(body).name}`)
          if (!this.lie || r.method !== 'GET') {
            w.writeHead(answer.statusCode, answer.headers)
            answer.pipe(w)
            return
          }
          const truth = []
          answer.on('data', (part) => truth.push(part))
          answer.on('end', () => {
            const text = Buffer.concat(truth).toString()
            const said = { status: answer.statusCode, text, ...this.lie(r.url, text) }
            const body = Buffer.from(said.text)
            w.writeHead(said.status, { 'Content-Type': 'application/json', 'Content-Length': body.length })
            if (!said.cut) w.end(body)
            else w.write(body.subarray(0, body.length / 2), () => w.destroy())
          })
        })
        r2.on('error', () => w.destroy())
        r2.end(body)
      })
    })
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done))
    this.url = `http://127.0.0.1:${this.server.address().port}`
    return this
  }

  take() {
    return this.writes.splice(0).sort()
  }

  stop() {
    this.server.closeAllConnections()
    this.server.close()
  }
}

/* Repeatable: the seed is in the name of what fails. */
function random(seed) {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

const schedules = ['@daily', '@every 1h', '@weekly', '0 30 2 * * *']
const definition = (pick) => ({
  schedule: schedules[pick(schedules.length)], retries: pick(3), disabled: pick(4) === 0, executor: 'shell', executor_config: { command: `echo ${pick(5)}`, shell: 'true' },
})

for (const engine of engines)
  describe(`reconcile, ${engine.name}`, { skip: engine.skip }, () => {
    const site = new Site(`reconcile-${engine.name}`, engine, { SIGNALBOX_RECONCILE_S: '3600' })
    const counter = new Counter()
    const hosts = []
    let api

    /* A worker of its own that sees the engine through the proxy. */
    const host = (env = {}) => {
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, '--config', path.resolve(root, site.config), 'work'], { cwd: root, env: { ...process.env, SIGNALBOX_DKRON_URL: counter.url, SIGNALBOX_RECONCILE_S: '3600', ...env }, stdio: 'ignore' })
      hosts.push(child)
      return child
    }
    const ask = async (method, target, body) => {
      const answer = await fetch(`${api}${target}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) })
      if (answer.status >= 400) throw new Error(`${method} ${target}: ${answer.status}`)
      return answer.text()
    }
    const allInSync = () => eventually('all is in sync', () => site.sql("SELECT count(*) FROM outbox WHERE state <> 'in_sync'") === '0')
    /* Not by our verb: it would hold this process, and the proxy in it. */
    const compared = async () => {
      const { asked_at: asked } = (await site.api('POST', '/engine/resync')).json
      return eventually('all is compared', async () => {
        const { comparison } = (await site.api('GET', '/engine')).json
        return comparison.began_at >= asked && comparison
      })
    }
    const resync = async () => assert.equal((await compared()).problem, null)
    const settled = () => sleep(2500) // a comparison trusts what stood for two seconds
    const clean = () => {
      const plan = site.cli(['plan'])
      assert.match(plan, /^0 to write, 0 left/m, plan)
    }

    before(async () => {
      await site.start()
      api = engine.name === 'embedded' ? `${site.local}/engine/v1` : `${site.dkron}/v1`
      await counter.start(api.slice(0, -3))
      // The site's own worker rests; ours are counted.
      for (const pid of treeOf(site.pids().work)) process.kill(pid, 'SIGSTOP')
      host()
    })
    after(async () => {
      for (const child of hosts) for (const pid of treeOf(child.pid)) process.kill(pid, 'SIGKILL')
      if (site.process) for (const pid of treeOf(site.pids().work)) process.kill(pid, 'SIGCONT')
      counter.stop()
      if (site.process) await site.stop()
    })

    for (const seed of [1, 2, 3])
      test(`random states end equal with the fewest writes, seed ${seed} (${engine.name})`, { timeout: 240000 }, async () => {
        const pick = random(seed * 7919)
        const names = Array.from({ length: 12 }, (_, i) => `p${seed}-${i}`)
        for (const name of names) assert.equal((await site.api('POST', '/jobs', aJob({ name, ...definition(pick) }))).status, 201)
        await allInSync()
        counter.take()
        await settled()
        // Behind our back, under the policy to revert: changed, deleted, or let be; one of ours at least stays.
        assert.equal((await site.api('PATCH', '/teams/ops', { drift: 'revert' })).status, 200)
        const expected = []
        for (const name of names.slice(1)) {
          const has = JSON.parse(await ask('GET', `/jobs/${name}`))
          const what = pick(4)
          if (what === 0) {
            await ask('DELETE', `/jobs/${name}`)
            expected.push(`POST ${name}`)
          } else if (what === 1) {
            const wanted = { ...has, ...definition(pick) }
            await ask('POST', '/jobs', wanted)
            const differs = ['schedule', 'retries', 'disabled'].some((field) => wanted[field] !== has[field]) || wanted.executor_config.command !== has.executor_config.command
            if (differs) expected.push(`POST ${name}`)
          }
        }
        const told = site.cli(['plan'])
        assert.equal([...told.matchAll(/^(create|change) p/gm)].length, expected.length, told)
        await resync()
        await allInSync()
        assert.deepEqual(counter.take(), expected.sort())
        // Here: changed, deleted, or saved as it is.
        await settled()
        const more = []
        for (const name of names) {
          const what = pick(4)
          if (what === 0) {
            assert.equal((await site.api('DELETE', `/jobs/${name}`)).status, 204)
            more.push(`DELETE ${name}`)
          } else if (what === 1) {
            assert.equal((await site.api('PATCH', `/jobs/${name}`, { retries: 9 })).status, 200)
            more.push(`POST ${name}`)
          } else if (what === 2) assert.equal((await site.api('PATCH', `/jobs/${name}`, { description: `nothing for the engine ${pick(100)}` })).status, 200)
        }
        await allInSync()
        assert.deepEqual(counter.take(), more.sort())
        await settled()
        await resync()
        assert.deepEqual(counter.take(), [])
        clean()
      })

    test(`drift is shown, adopted and reverted (${engine.name})`, { timeout: 240000 }, async () => {
      assert.equal((await site.api('PATCH', '/teams/ops', { drift: null })).status, 200)
      const names = ['adopted', 'reverted', 'deleted']
      for (const name of names) assert.equal((await site.api('POST', '/jobs', aJob({ name, schedule: '@every 1h' }))).status, 201)
      for (const name of names) await inSync(site, name)
      await settled()
      for (const name of names.slice(0, 2)) await ask('POST', '/jobs', { ...JSON.parse(await ask('GET', `/jobs/${name}`)), schedule: '@weekly' })
      await ask('DELETE', '/jobs/deleted')
      counter.take()
      await resync()
      for (const name of names) assert.equal((await site.api('GET', `/jobs/${name}`)).json.sync.state, 'drifted')
      const { drift } = (await site.api('GET', '/jobs/adopted')).json.sync
      assert.deepEqual(drift.changes, [{ field: 'schedule', label: 'Schedule', engine: '@weekly', ours: '@every 1h' }])
      assert.deepEqual(counter.take(), [])
      assert.equal((await site.api('POST', '/jobs/adopted/adopt')).json.schedule, '@weekly')
      assert.equal((await site.api('POST', '/jobs/deleted/adopt')).status, 409)
      for (const name of names.slice(1)) assert.equal((await site.api('POST', `/jobs/${name}/revert`)).status, 200)
      for (const name of names) await inSync(site, name)
      assert.deepEqual(counter.take(), ['POST deleted', 'POST reverted'])
      assert.equal(JSON.parse(await ask('GET', '/jobs/reverted')).schedule, '@every 1h')
    })

    test(`two hosts at once write nothing twice (${engine.name})`, { timeout: 240000 }, async () => {
      host()
      await sleep(1500)
      counter.take()
      const names = Array.from({ length: 120 }, (_, i) => `two-${i}`)
      const list = names.map((name) => ({ ...aJob({ name }), team: undefined }))
      assert.equal((await site.api('POST', '/jobs/import?format=dkron&team=ops', list)).status, 200)
      await allInSync()
      assert.deepEqual(counter.take(), names.map((name) => `POST ${name}`).sort())
      await settled()
      await resync()
      await sleep(1000)
      assert.deepEqual(counter.take(), [])
    })

    test(`an engine that lies is not believed, and the next true answer ends it (${engine.name})`, { timeout: 240000 }, async () => {
      assert.equal((await site.api('PATCH', '/teams/ops', { drift: 'revert' })).status, 200)
      const names = Array.from({ length: 60 }, (_, i) => `lied-${i}`)
      assert.equal((await site.api('POST', '/jobs/import?format=dkron&team=ops', names.map((name) => ({ ...aJob({ name }), team: undefined })))).status, 200)
      await allInSync()
      await settled()
      counter.take()
      const list = (change) => (url, text) => (url.includes('_sort=name') ? change(text) : undefined)
      const without = (keep) => list((text) => ({ text: JSON.stringify(JSON.parse(text).filter(keep)) }))
      const lies = {
        'a list that answers 500': [list(() => ({ status: 500, text: 'boom' })), /500/],
        'a page of a proxy': [list(() => ({ text: '<html>hello</html>' })), /not what Dkron would say/],
        'half a list': [list((text) => ({ text: text.slice(0, text.length / 2) })), /not what Dkron would say/],
        'a list that breaks off': [list(() => ({ cut: true })), /./],
        'an empty list': [list(() => ({ text: '[]' })), /lacked \d+ jobs of ours that it has/],
        'a list without sixty of them': [without(({ name }) => !name.startsWith('lied-')), /lacked 60 jobs of ours that it has/],
      }
      const states = () => site.sql("SELECT count(*) || ' ' || count(*) FILTER (WHERE state = 'in_sync' AND done = wanted) FROM outbox")
      const before = states()
      const audited = () => site.sql("SELECT count(*) FROM audit WHERE verb IN ('job_drift_reverted', 'job_adopt', 'engine_refilled')")
      const told = audited()
      for (const [name, [lie, words]] of Object.entries(lies)) {
        counter.lie = lie
        assert.match((await compared()).problem ?? 'none', words, name)
        counter.lie = null
        assert.equal(states(), before, name)
        assert.equal(audited(), told, name)
      }
      const page = (await (await site.signIn()).get('/settings/engine')).text
      assert.match(page, /lacked 60 jobs of ours that it has when it is asked for them by name/)
      await resync()
      assert.deepEqual(counter.take(), [])
      clean()
      assert.equal((await site.api('PATCH', '/teams/ops', { drift: null })).status, 200)
    })

    test(`a paused engine is waited for, and its reason shown (${engine.name})`, { timeout: 240000 }, async () => {
      await ask('POST', '/pause')
      assert.equal((await site.api('POST', '/jobs', aJob({ name: 'patient' }))).status, 201)
      await eventually('the reason is shown', async () => {
        const { state, reason } = (await site.api('GET', '/jobs/patient')).json.sync
        return state === 'failing' && /^503: .*paused/.test(reason)
      })
      await ask('POST', '/unpause')
      await inSync(site, 'patient')
    })

    test(`children are written behind their parent and deleted before it (${engine.name})`, { timeout: 240000 }, async () => {
      counter.take()
      const make = (name, parent) => site.api('POST', '/jobs', aJob(parent ? { name, parent_job: parent, schedule: '' } : { name }))
      for (const [name, parent] of [['z-mother'], ['b-child', 'z-mother'], ['a-grandchild', 'b-child']]) assert.equal((await make(name, parent)).status, 201)
      await allInSync()
      assert.deepEqual(counter.writes.splice(0), ['POST z-mother', 'POST b-child', 'POST a-grandchild'])
      for (const name of ['a-grandchild', 'b-child', 'z-mother']) assert.equal((await site.api('DELETE', `/jobs/${name}`)).status, 204)
      await eventually('all are gone', () => site.sql("SELECT count(*) FROM outbox WHERE job_id IS NULL") === '0')
      assert.deepEqual(counter.writes.splice(0), ['DELETE a-grandchild', 'DELETE b-child', 'DELETE z-mother'])
    })

    test(`an unmanaged job becomes ours (${engine.name})`, { timeout: 240000 }, async () => {
      await ask('POST', '/jobs', { name: 'theirs', schedule: '@every 3h', executor: 'shell', executor_config: { command: 'echo theirs', shell: 'true' } })
      await ask('POST', '/jobs/theirs/run')
      await eventually('it ran there', async () => JSON.parse(await ask('GET', '/jobs/theirs')).success_count > 0)
      await resync()
      const { items } = (await site.api('GET', '/engine/unmanaged')).json
      assert.deepEqual(items.map(({ name }) => name), ['theirs'])
      counter.take()
      assert.equal((await site.api('POST', '/jobs/theirs/adopt', { team: 'ops' })).json.schedule, '@every 3h')
      await inSync(site, 'theirs')
      assert.deepEqual(counter.take(), ['POST theirs']) // its label
      assert.equal(JSON.parse(await ask('GET', '/jobs/theirs')).metadata.signalbox, 'signalbox')
      await eventually('its history is read', async () => (await site.api('GET', '/runs?job=theirs')).json.items.length === 1)
    })
  })

// Jobs of the engine from outside our namespace become ours: written anew under it, families whole, and the old ones go with
// nothing lost.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, Site } from './lib.mjs'

for (const engine of engines)
  describe(`takeover, ${engine.name}`, { skip: engine.skip }, () => {
    const site = new Site(`takeover-${engine.name}`, engine, { SIGNALBOX_RECONCILE_S: '2', SIGNALBOX_NAMESPACE: 'ours-' })
    let api

    const ask = (method, target, body) =>
      fetch(`${api}${target}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) })
    const there = async (name) => {
      const answer = await ask('GET', `/jobs/${name}`)
      return answer.status === 200 ? answer.json() : null
    }
    const make = async (name, rest = {}) =>
      assert.equal((await ask('POST', '/jobs', { name, schedule: '@every 3h', executor: 'shell', executor_config: { command: `echo of ${name}`, shell: 'true' }, ...rest })).status, 201)
    const gone = (...names) =>
      eventually(`${names} are gone from the engine`, async () => {
        for (const name of names) if (await there(name)) throw new Error(`${name}: ${site.sql('SELECT json_agg(t) FROM takeover t')}`)
        return true
      })
    const unmanaged = async () => (await site.api('GET', '/engine/unmanaged')).json.items
    const listed = (name) => eventually(`${name} is listed`, async () => (await unmanaged()).find((item) => item.name === name))
    const adopt = (name) => site.api('POST', `/jobs/${name}/adopt`, { team: 'ops' })

    before(async () => {
      await site.start()
      api = engine.name === 'embedded' ? `${site.local}/engine/v1` : `${site.dkron}/v1`
    })
    after(async () => {
      if (site.process) await site.stop()
    })

    test(`a family moves as a whole, with its history (${engine.name})`, { timeout: 240000 }, async () => {
      await make('mother')
      await make('son', { schedule: '', parent_job: 'mother' })
      await make('daughter', { schedule: '', parent_job: 'mother' })
      await make('grandson', { schedule: '', parent_job: 'son' })
      assert.ok((await ask('POST', '/jobs/mother/run')).ok)
      await eventually('all have run there', async () => (await there('grandson')).success_count > 0 && (await there('daughter')).success_count > 0)
      assert.equal((await listed('grandson')).becomes, 'ours-grandson')
      const alone = await adopt('son')
      assert.equal(alone.status, 409)
      assert.match(alone.json.error.message, /runs after mother/)
      assert.equal((await adopt('mother')).status, 200)
      for (const name of ['mother', 'son', 'daughter', 'grandson']) await inSync(site, name)
      assert.equal((await there('ours-son')).parent_job, 'ours-mother')
      assert.equal((await there('ours-grandson')).parent_job, 'ours-son')
      assert.deepEqual((await there('ours-mother')).dependent_jobs.sort(), ['ours-daughter', 'ours-son'])
      await gone('mother', 'son', 'daughter', 'grandson')
      for (const name of ['mother', 'grandson']) {
        const [run] = await eventually(`the history of ${name} is ours`, async () => {
          const { items } = (await site.api('GET', `/runs?job=${name}`)).json
          return items.length === 1 && items[0].state === 'succeeded' && items
        })
        assert.match((await site.api('GET', `/runs/${run.id}/output`)).text, new RegExp(`of ${name}`))
      }
      assert.equal(site.sql("SELECT count(*) FROM audit WHERE verb = 'job_adopt_end'"), '4')
      await eventually('nothing is left to take over', async () => (await unmanaged()).length === 0)
    })

    test(`a running job runs to its end, and what was changed meanwhile is left (${engine.name})`, { timeout: 240000 }, async () => {
      await make('slow', { executor_config: { command: 'sleep 5; echo to the end', shell: 'true' } })
      await make('changed')
      await listed('slow')
      await listed('changed')
      void ask('POST', '/jobs/slow/run').catch(() => {})
      await eventually('it runs', async () => JSON.stringify(await (await ask('GET', '/busy')).json()).includes('"slow"'))
      await make('changed', { executor_config: { command: 'echo other', shell: 'true' } })
      for (const name of ['slow', 'changed']) assert.equal((await adopt(name)).status, 200)
      for (const name of ['slow', 'changed']) await inSync(site, name)
      assert.equal((await there('changed')).disabled, false)
      await gone('slow')
      const [run] = await eventually('its run ended well', async () => {
        const { items } = (await site.api('GET', '/runs?job=slow')).json
        return items[0]?.state === 'succeeded' && items
      })
      assert.match((await site.api('GET', `/runs/${run.id}/output`)).text, /to the end/)
      await eventually('the other one says why it stays', async () => /being taken over as changed: it was changed/.test((await listed('changed')).blocked))
      assert.equal((await adopt('changed')).status, 409)
      assert.equal((await ask('DELETE', '/jobs/changed')).status, 200)
      site.sql("UPDATE takeover SET try_at = now()")
      await eventually('it is forgotten', () => site.sql('SELECT count(*) FROM takeover') === '0')
      assert.ok(await there('ours-changed'))
    })

    test(`the page takes over what is picked, and says what becomes of the names (${engine.name})`, { timeout: 240000 }, async () => {
      await make('picked')
      await listed('picked')
      const browser = await site.signIn()
      const page = await browser.get('/settings/engine/unmanaged')
      assert.match(page.text, /becomes <code>ours-picked<\/code>/)
      const answer = await browser.submit('/settings/engine/unmanaged', { pick: 'picked', team: 'ops' })
      assert.equal(answer.status, 200)
      await inSync(site, 'picked')
      await gone('picked')
      assert.equal((await there('ours-picked')).metadata.signalbox, 'signalbox')
    })

    test(`a family of our own namespace moves under another name (${engine.name})`, { timeout: 240000 }, async () => {
      await make('ours-gran')
      await make('ours-mum', { schedule: '', parent_job: 'ours-gran' })
      assert.ok((await ask('POST', '/jobs/ours-gran/run')).ok)
      await eventually('both have run there', async () => (await there('ours-mum')).success_count > 0)
      await listed('ours-mum')
      const adopted = await site.api('POST', '/jobs/ours-gran/adopt?reason=a+better+name', { team: 'ops', as: 'elder' })
      assert.equal(adopted.status, 200, adopted.text)
      assert.equal(adopted.json.name, 'elder')
      for (const name of ['elder', 'mum']) await inSync(site, name)
      await gone('ours-gran')
      assert.equal((await there('ours-mum')).parent_job, 'ours-elder')
      assert.deepEqual((await there('ours-elder')).dependent_jobs, ['ours-mum'])
      assert.equal((await site.api('GET', '/jobs/elder/revisions')).json.items[0].reason, 'a better name')
      await eventually('the history came along', async () => (await site.api('GET', '/runs?job=elder')).json.items.length === 1)
    })

    test(`a family is asked for as one where others must agree, and comes whole or not at all (${engine.name})`, { timeout: 240000 }, async () => {
      site.cli(['team', 'add', 'guarded'])
      site.cli(['account', 'add', 'marta'], 'a long enough password\n')
      site.cli(['team', 'member', 'guarded', 'marta', 'manager'])
      const token = site.cli(['token', 'add', 'marta', '--scope', 'write']).trim()
      site.sql("UPDATE team SET approvals = 1, approvals_for = 'create' WHERE name = 'guarded'")
      await make('clan')
      await make('heir', { schedule: '', parent_job: 'clan' })
      await listed('clan')
      await listed('heir')
      const asked = async () => {
        const answer = await site.api('POST', '/jobs/clan/adopt', { team: 'guarded' })
        assert.equal(answer.status, 202, answer.text)
        assert.equal(answer.json.title, 'Adopt clan and 1 more')
        return eventually('it waits for approval', async () => {
          const { json } = await site.api('GET', `/tasks/${answer.json.id}`)
          return json.hash && json
        })
      }
      const say = async (task, what, body) => {
        const answer = await site.api('POST', `/tasks/${task.id}/${what}`, body, { token })
        assert.equal(answer.status, 200, answer.text)
      }
      const ends = (task, state) =>
        eventually(`the request is ${state}`, async () => {
          const { json } = await site.api('GET', `/tasks/${task.id}`)
          if (json.state !== state) throw new Error(JSON.stringify(json))
          return true
        })
      const first = await asked()
      assert.deepEqual(Object.keys(first.actions[0].data.along), ['heir'])
      assert.equal((await listed('heir')).task, first.id)
      await say(first, 'reject', { comment: 'not before the weekend' })
      await ends(first, 'rejected')
      for (const name of ['clan', 'heir']) assert.equal((await site.api('GET', `/jobs/${name}`)).status, 404)
      assert.equal((await there('clan')).disabled, false)
      assert.match((await (await site.signIn()).get(`/tasks/${first.id}`)).text, /Nothing was taken over: clan and 1 job that runs after it stay on the engine as before, unmanaged\./)

      const second = await asked()
      await say(second, 'approve', { hash: second.hash })
      await ends(second, 'completed')
      for (const name of ['clan', 'heir']) await inSync(site, name)
      await gone('clan', 'heir')
      assert.equal((await there('ours-heir')).parent_job, 'ours-clan')
      const run = await site.api('POST', '/jobs/clan/run')
      assert.equal(run.status, 202, run.text)
      await eventually('the child runs after its parent', async () => {
        const { items } = (await site.api('GET', '/runs?job=heir')).json
        return items[0]?.state === 'succeeded'
      })
    })
  })

// Another namespace in the configuration is no reason to write every job a second time: it waits for a word, and then they all move.
for (const engine of engines)
  describe(`namespace, ${engine.name}`, { skip: engine.skip }, () => {
    const site = new Site(`namespace-${engine.name}`, engine, { SIGNALBOX_RECONCILE_S: '2', SIGNALBOX_NAMESPACE: 'a-' })

    after(async () => {
      if (site.process) await site.stop()
    })

    test(`all jobs move when it was meant, and none before (${engine.name})`, { timeout: 240000 }, async () => {
      const names = async () => {
        const answer = await fetch(`${engine.name === 'embedded' ? `${site.local}/engine/v1` : `${site.dkron}/v1`}/jobs`)
        return answer.status === 200 ? ((await answer.json()) ?? []).map(({ name }) => name).sort() : []
      }
      const jobs = async () => {
        const answer = await fetch(`${engine.name === 'embedded' ? `${site.local}/engine/v1` : `${site.dkron}/v1`}/jobs`)
        return answer.status === 200 ? ((await answer.json()) ?? []) : []
      }
      const many = Array.from({ length: 40 }, (_, i) => `of-many-${String(i).padStart(2, '0')}`)
      await site.start()
      assert.equal((await site.api('POST', '/jobs', aJob({ name: 'first', schedule: '@every 3h' }))).status, 201)
      assert.equal((await site.api('POST', '/jobs', aJob({ name: 'second', schedule: '', parent_job: 'first' }))).status, 201)
      const imported = await site.api('POST', '/jobs/import?format=dkron&team=ops', many.map((name) => ({ ...aJob({ name, schedule: '@every 3h' }), team: undefined })))
      assert.equal(imported.status, 200, imported.text)
      for (const name of ['first', 'second', ...many]) await inSync(site, name)
      const all = (prefix) => ['first', 'second', ...many].map((name) => prefix + name).sort().join()
      assert.equal((await names()).join(), all('a-'))
      assert.equal((await site.api('POST', '/jobs/first/run')).status, 202)
      await eventually('both have run', async () => (await site.api('GET', '/runs?state=succeeded')).json.items.length === 2)
      await site.stop()
      site.env.SIGNALBOX_NAMESPACE = 'b-'
      await site.start({ keep: true })
      assert.equal((await site.api('PATCH', '/jobs/first', { retries: 2 })).status, 200)
      await eventually('it says why nothing is written', async () => {
        const { sync } = (await site.api('GET', '/jobs/first')).json
        if (sync.state !== 'failing' || !/SIGNALBOX_NAMESPACE says "b-", but our jobs stand on the engine under "a-"/.test(sync.reason)) throw new Error(JSON.stringify(sync))
        return true
      })
      assert.equal((await site.api('GET', '/engine')).json.reachable, false)
      await eventually('the engine is there again, and as it was', async () => (await names()).join() === all('a-'))
      // As long as they move, no list of the engine has two of one job that would both fire.
      const twice = []
      let moving = true, looks = 0
      const watched = (async () => {
        for (; moving; looks++) {
          const on = new Set((await jobs()).filter(({ disabled }) => !disabled).map(({ name }) => name))
          twice.push(...[...on].filter((name) => name.startsWith('a-') && on.has(name.replace('a-', 'b-'))))
        }
      })()
      try {
        assert.match(site.cli(['namespace', 'move', 'b-']), /from "a-" to "b-"/)
        for (const name of ['first', 'second', ...many]) await inSync(site, name)
        await eventually('the old ones are gone', async () => {
          const there = (await names()).join()
          if (there !== all('b-')) throw new Error(`${there} ${site.sql('SELECT json_agg(t) FROM takeover t')}`)
          return true
        })
      } finally {
        moving = false
        await watched
      }
      assert.deepEqual(twice, [], `in ${looks} looks`)
      assert.ok((await jobs()).every(({ disabled }) => !disabled))
      assert.equal((await site.api('POST', '/jobs/first/run')).status, 202)
      await eventually('the runs of both names are those of the job', async () => {
        for (const name of ['first', 'second']) {
          const { items } = (await site.api('GET', `/runs?job=${name}`)).json
          if (items.length !== 2 || items.some(({ state }) => state !== 'succeeded')) throw new Error(JSON.stringify(items))
        }
        return true
      })
      assert.equal(site.sql("SELECT count(*) FROM run WHERE state = 'missed'"), '0')
      assert.throws(() => site.cli(['namespace', 'move', 'b-']))
    })
  })

// Changes of jobs that others have to approve: nothing reaches the engine before, and then exactly what was approved.

import assert from 'node:assert/strict'

import { aJob, eachEngine, eventually, inSync, sleep, unique } from './lib.mjs'

/* What the engine has, asked through us as an admin; null: no such job. */
const inEngine = async (site, job) => {
  const answer = await (await (site.visitor ??= site.signIn())).get(`/dkron/v1/jobs/${job}`)
  return answer.status === 200 ? answer.json : null
}

/* A team that demands `approvals`, an editor, two managers, each with a token. */
const given = async (site, approvals) => {
  const team = unique('crew')
  site.cli(['team', 'add', team])
  const people = { team }
  for (const [who, role] of [['editor', 'editor'], ['one', 'manager'], ['two', 'manager']]) {
    const name = unique(who)
    site.cli(['account', 'add', name], 'a password for the tests\n')
    site.cli(['team', 'member', team, name, role])
    people[who] = { name, token: site.cli(['token', 'add', name, '--scope', role === 'manager' ? 'admin' : 'write', '--days', '1']).trim() }
  }
  const job = aJob({ team, schedule: '0 0 3 * * *' })
  assert.equal((await site.api('POST', '/jobs', job)).status, 201)
  await inSync(site, job.name)
  const set = await site.api('PATCH', `/teams/${team}`, { approvals }, people.one)
  assert.equal(set.status, 200, set.text)
  return { ...people, job: job.name }
}

const prepared = (site, id, who) =>
  eventually(`${id} is prepared`, async () => {
    const { json } = await site.api('GET', `/tasks/${id}`, undefined, who)
    return json.hash && json
  })
const ended = (site, id, who) =>
  eventually(`${id} ends`, async () => {
    const { json } = await site.api('GET', `/tasks/${id}`, undefined, who)
    return ['completed', 'failed', 'cancelled', 'rejected'].includes(json.state) && json
  })
const asks = async (site, who, method, target, body) => {
  const answer = await site.api(method, target, body, who)
  assert.equal(answer.status, 202, answer.text)
  assert.equal(answer.headers.location, `/api/v1/tasks/${answer.json.id}`)
  return prepared(site, answer.json.id, who)
}
const approve = (site, who, task) => site.api('POST', `/tasks/${task.id}/approve`, { hash: task.hash }, who)

eachEngine('approvals', (scenario) => {
  scenario('a change reaches the engine when it is approved, exactly as it was approved', async (site) => {
    const { editor, one, two, job } = await given(site, 2)
    const task = await asks(site, editor, 'PATCH', `/jobs/${job}?reason=earlier`, { schedule: '0 30 2 * * *', retries: 2 })
    assert.equal(task.required_approvals, 2)
    assert.equal((await approve(site, editor, task)).status, 403)
    assert.equal((await approve(site, one, { ...task, hash: 'x' })).status, 412)
    assert.equal((await approve(site, one, task)).status, 200)
    await sleep(1500)
    assert.equal((await inEngine(site, job)).schedule, '0 0 3 * * *')
    assert.equal((await site.api('GET', `/jobs/${job}`)).json.version, 1)
    assert.equal((await approve(site, two, task)).status, 200)
    assert.equal((await ended(site, task.id, editor)).state, 'completed')
    await inSync(site, job)
    const there = await eventually('the engine has it', async () => (await inEngine(site, job)).schedule === '0 30 2 * * *' && inEngine(site, job))
    assert.equal(there.retries, 2)
    const [revision] = (await site.api('GET', `/jobs/${job}/revisions`)).json.items
    assert.equal(revision.made_by, editor.name)
    assert.equal(revision.approved_by, `${one.name}, ${two.name}`)
    assert.equal(revision.task, task.id)
  })

  scenario('a run, a new job and a deletion wait, too', async (site) => {
    const { editor, one, team, job } = await given(site, 1)
    const run = await asks(site, editor, 'POST', `/jobs/${job}/run`)
    const fresh = aJob({ team })
    const made = await asks(site, editor, 'POST', '/jobs', fresh)
    await sleep(1000)
    assert.equal((await site.api('GET', `/runs?job=${job}`)).json.items.length, 0)
    assert.equal(await inEngine(site, fresh.name), null)
    for (const task of [run, made]) assert.equal((await approve(site, one, task)).status, 200)
    for (const task of [run, made]) assert.equal((await ended(site, task.id, editor)).state, 'completed')
    await eventually('it ran', async () => (await site.api('GET', `/runs?job=${job}`)).json.items[0]?.state === 'succeeded')
    await inSync(site, fresh.name)
    const gone = await asks(site, editor, 'DELETE', `/jobs/${fresh.name}`)
    assert.ok(await inEngine(site, fresh.name))
    assert.equal((await approve(site, one, gone)).status, 200)
    await eventually('the engine let it go', async () => (await inEngine(site, fresh.name)) === null)
  })

  scenario('each kind of change reaches the engine once it is approved', async (site) => {
    const { editor, one, team } = await given(site, 1)
    const name = unique('kinds')
    const fresh = aJob({ name, team, schedule: '0 0 3 * * *' })
    const patch = (change) => async () => {
      const { etag } = (await site.api('GET', `/jobs/${name}`)).headers
      return asks(site, { ...editor, headers: { 'If-Match': etag } }, 'PATCH', `/jobs/${name}`, change)
    }
    for (const [kind, ask, reached] of [
      ['create', () => asks(site, editor, 'POST', '/jobs', fresh), (there) => there?.schedule === '0 0 3 * * *'],
      ['edit', patch({ schedule: '0 30 4 * * *' }), (there) => there.schedule === '0 30 4 * * *'],
      ['disable', patch({ disabled: true }), (there) => there.disabled === true],
      ['enable', patch({ disabled: false }), (there) => there.disabled === false],
      ['restore', () => asks(site, editor, 'POST', `/jobs/${name}/revisions/1/restore`), (there) => there.schedule === '0 0 3 * * *'],
      ['delete', () => asks(site, editor, 'DELETE', `/jobs/${name}`), (there) => there === null],
    ]) {
      const task = await ask()
      assert.equal((await approve(site, one, task)).status, 200)
      const { state, failure } = await ended(site, task.id, editor)
      assert.equal(state, 'completed', `${kind}: ${failure}`)
      await eventually(`the engine has what ${kind} made`, async () => reached(await inEngine(site, name)), 30000)
    }
    assert.equal(site.sql(`SELECT string_agg(verb, ' ' ORDER BY id) FROM audit WHERE object = 'job:${name}'`), 'job_add job_edit job_edit job_edit job_restore job_delete')
  })

  scenario('two who approve at once make one revision', async (site) => {
    const { editor, one, two, job } = await given(site, 1)
    const task = await asks(site, editor, 'PATCH', `/jobs/${job}`, { retries: 3 })
    const answers = await Promise.all([approve(site, one, task), approve(site, two, task)])
    assert.ok(answers.some((answer) => answer.status === 200), JSON.stringify(answers.map((answer) => answer.text)))
    for (const answer of answers) assert.ok([200, 409].includes(answer.status), answer.text)
    assert.equal((await ended(site, task.id, editor)).state, 'completed')
    assert.equal((await site.api('GET', `/jobs/${job}`)).json.version, 2)
  })

  scenario('an approval against a withdrawal: one of them holds', async (site) => {
    const { editor, one, job } = await given(site, 1)
    for (let i = 0; i < 4; i++) {
      const { version } = (await site.api('GET', `/jobs/${job}`)).json
      const task = await asks(site, editor, 'PATCH', `/jobs/${job}`, { retries: 10 + i })
      const [yes, no] = await Promise.all([approve(site, one, task), site.api('POST', `/tasks/${task.id}/cancel`, {}, editor)])
      const { state } = await ended(site, task.id, editor)
      const now = (await site.api('GET', `/jobs/${job}`)).json
      assert.equal(now.version, state === 'completed' ? version + 1 : version, `${yes.status} ${no.status} ${state}`)
      assert.ok(['completed', 'cancelled'].includes(state), state)
    }
  })

  scenario('of two changes of one version the second is left alone, and done when it is renewed', async (site) => {
    const { editor, one, two, job } = await given(site, 1)
    const mine = await asks(site, editor, 'PATCH', `/jobs/${job}`, { retries: 5 })
    const other = await asks(site, one, 'PATCH', `/jobs/${job}`, { owner: 'somebody' })
    const answers = await Promise.all([approve(site, two, mine), approve(site, two, other)])
    const states = []
    for (const [i, task] of [mine, other].entries())
      states.push(answers[i].status === 200 ? (await ended(site, task.id, task === mine ? editor : one)).state : 'refused')
    assert.equal(states.filter((state) => state === 'completed').length, 1, JSON.stringify(states))
    assert.equal((await site.api('GET', `/jobs/${job}`)).json.version, 2)
    const [late, who] = states[0] === 'completed' ? [other, one] : [mine, editor]
    const again = await asks(site, who, 'POST', `/tasks/${late.id}/renew`)
    assert.equal(again.given_approvals, 0)
    assert.equal((await approve(site, two, again)).status, 200)
    assert.equal((await ended(site, again.id, who)).state, 'completed')
    const now = (await site.api('GET', `/jobs/${job}`)).json
    assert.deepEqual([now.version, now.retries, now.owner], [3, 5, 'somebody'])
  })
})

// Several people at one job at the same moment. One engine is enough: nothing of this waits for it.

import assert from 'node:assert/strict'
import { describe } from 'node:test'

import { Site, aJob, eventually, formOf, onSite, unique } from './lib.mjs'

const EDITORS = 12
const many = (work) => Promise.all(Array.from({ length: EDITORS }, (_, i) => work(i)))
const count = (answers, status) => answers.filter((answer) => answer.status === status).length

describe('editors', () => {
  const scenario = onSite(new Site('editors'))
  const make = async (site, fields) => {
    const answer = await site.api('POST', '/jobs', aJob(fields))
    assert.equal(answer.status, 201, answer.text)
    return answer
  }

  scenario('of many who read the same version, one saves and the others are told', async (site) => {
    const made = await make(site)
    const { name } = made.json
    const answers = await many((i) => site.api('PUT', `/jobs/${name}`, { ...made.json, description: `editor ${i}` }, { headers: { 'If-Match': made.headers.etag } }))
    assert.equal(count(answers, 200), 1, JSON.stringify(answers.map((answer) => answer.status)))
    assert.equal(count(answers, 412), EDITORS - 1)
    const winner = answers.find((answer) => answer.status === 200).json
    const now = (await site.api('GET', `/jobs/${name}`)).json
    assert.equal(now.description, winner.description)
    assert.equal(now.version, made.json.version + 1)
    assert.equal((await site.api('GET', `/jobs/${name}/revisions`)).json.items.length, 2)
  })

  scenario('patches of different fields are all kept, each a revision', async (site) => {
    const { name } = (await make(site)).json
    const answers = await many((i) => site.api('PATCH', `/jobs/${name}`, { metadata: { [`key${i}`]: `${i}` } }))
    assert.equal(count(answers, 200), EDITORS, JSON.stringify(answers.map((answer) => answer.text.slice(0, 80))))
    const now = (await site.api('GET', `/jobs/${name}`)).json
    for (let i = 0; i < EDITORS; i++) assert.equal(now.metadata[`key${i}`], `${i}`)
    const versions = (await site.api('GET', `/jobs/${name}/revisions`)).json.items.map((revision) => revision.version)
    assert.deepEqual([...versions].sort((a, b) => a - b), Array.from({ length: EDITORS + 1 }, (_, i) => i + 1))
  })

  scenario('a name is given once', async (site) => {
    const job = aJob()
    const answers = await many(() => site.api('POST', '/jobs', job))
    assert.equal(count(answers, 201), 1)
    assert.equal(count(answers, 409), EDITORS - 1)
    for (const answer of answers.filter((one) => one.status === 409)) assert.equal(answer.json.error.field, 'name')
  })

  scenario('an edit and a delete: either the job is there as edited, or it is gone', async (site) => {
    for (let round = 0; round < 6; round++) {
      const { name } = (await make(site)).json
      const [edit, gone] = await Promise.all([
        site.api('PATCH', `/jobs/${name}`, { description: 'edited' }),
        site.api('DELETE', `/jobs/${name}`),
      ])
      assert.equal(gone.status, 204, gone.text)
      assert.ok([200, 404].includes(edit.status), edit.text)
      assert.equal((await site.api('GET', `/jobs/${name}`)).status, 404)
    }
    assert.doesNotMatch(site.log('postgres'), /deadlock detected/, 'who saves, deletes and writes the engine takes locks in one order')
  })

  scenario('parents cannot be made each other’s child at the same moment', async (site) => {
    for (let round = 0; round < 6; round++) {
      const [x, y] = [(await make(site)).json.name, (await make(site)).json.name]
      const answers = await Promise.all([
        site.api('PATCH', `/jobs/${x}`, { parent_job: y, schedule: '' }),
        site.api('PATCH', `/jobs/${y}`, { parent_job: x, schedule: '' }),
      ])
      assert.equal(count(answers, 200), 1, JSON.stringify(answers.map((answer) => answer.text.slice(0, 120))))
      assert.equal(count(answers, 422), 1)
    }
  })

  scenario('in the browser the second is told what the first has changed, and loses nothing that he typed', async (site) => {
    const { name } = (await make(site)).json
    const edit = `/jobs/${name}/edit`
    const [first, second] = [await site.signIn(), await site.signIn()]
    const forms = [formOf((await first.get(edit)).text, edit), formOf((await second.get(edit)).text, edit)]
    const saved = await first.post(edit, { ...forms[0].fields, command: 'echo first' })
    assert.equal(saved.status, 303, saved.text.slice(0, 300))
    const typed = unique('echo second')
    const told = await second.post(edit, { ...forms[1].fields, command: typed })
    assert.equal(told.status, 412)
    assert.ok(told.text.includes(typed), 'what was typed is still there')
    await eventually('the first edit stands', async () => (await site.api('GET', `/jobs/${name}`)).json.executor_config.command === 'echo first')
  })
})

// The API document is OpenAPI, and the product does what it says: schemathesis makes requests of every kind from it, valid and
// not, and looks at each answer: no 5xx, no undocumented status or header, no shape that disagrees, no door without its lock.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe } from 'node:test'
import { Site, aJob, build, onSite, root, runOf, unique } from './lib.mjs'
import { venvOrReason } from './venv.mjs'

const seed = '20261121'
const examples = '4'
const sequences = '12'
const longest = 900000

const venv = venvOrReason()

/* Something to be found under the small numbers and in the lists, and tokens for it to revoke. */
async function furnish(site) {
  const job = unique('documented')
  assert.equal((await site.api('POST', '/jobs', aJob({ name: job, tags: { role: 'web:1' } }))).status, 201)
  await runOf(site, job)
  for (let i = 0; i < 5; i++) site.cli(['token', 'add', 'admin', '--name', `spare ${i}`])
  return site.cli(['token', 'add', 'admin', '--name', 'schemathesis', '--scope', 'admin']).trim()
}

/* Its exit code, and what it said. */
const run = (program, args, env) =>
  new Promise((done) => {
    const child = spawn(program, args, { cwd: build, env: { ...process.env, ...env }, timeout: longest, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const from of [child.stdout, child.stderr]) from.on('data', (bytes) => (said += bytes))
    child.on('error', (error) => done({ code: -1, said: error.message }))
    child.on('close', (code) => done({ code, said }))
  })

/* JSON with \\u0000 is refused wherever it stands, as status 400 says, also where a schema takes anything: none is made. */
const agree = (named, site, name, phases, n) =>
  named(
    name,
    async () => {
      const token = await furnish(site)
      const { code, said } = await run(
        venv.program('schemathesis'),
        [
          '--config-file', path.join(root, 'tests/site/schemathesis.toml'), 'run', new URL('/api/v1/openapi.json', site.address).href,
          '-H', `Authorization: Bearer ${token}`, '--tls-verify', path.resolve(root, site.certificate),
          '--phases', phases, '--seed', seed, '-n', n, '--no-shrink', '--continue-on-failure',
          '--suppress-health-check', 'all', '--warnings', 'off', '--generation-allow-x00', 'false',
        ],
        { NO_COLOR: '1' },
      )
      writeFileSync(path.join(build, `${name}.log`), said)
      assert.equal(code, 0, said.replaceAll(token, '[token]').slice(-20000))
      assert.doesNotMatch(site.log('api'), /event=(internal|worker_died)/)
      if (phases === 'stateful') return
      const [, tested, all] = /(\d+) selected \/ (\d+) total/.exec(said)
      assert.equal(tested, all)
      // The token still holds, so all of it was asked by somebody who may.
      assert.equal((await site.api('GET', '/jobs', undefined, { token })).status, 200)
    },
    { timeout: longest + 60000 },
  )

describe('the API document', { skip: venv.skip ?? false }, () => {
  const site = new Site('openapi')
  const named = onSite(site)

  named('openapi_document_is_valid_and_needs_no_token', async () => {
    const answer = await site.request('GET', '/api/v1/openapi.json')
    assert.equal(answer.status, 200)
    assert.equal(answer.json.openapi, '3.1.0')
    assert.match(answer.headers['cache-control'], /public/)
    const again = await site.request('GET', '/api/v1/openapi.json', { headers: { 'If-None-Match': answer.headers.etag } })
    assert.equal(again.status, 304)
    assert.equal(again.text, '')
    const file = path.join(build, 'openapi.json')
    writeFileSync(file, answer.text)
    const { status, stdout, stderr } = spawnSync(venv.program('python'), ['-m', 'openapi_spec_validator', file], { encoding: 'utf8' })
    assert.equal(status, 0, stdout + stderr)
  })

  agree(named, site, 'openapi_document_and_answers_agree', 'coverage,fuzzing', examples)
})

// One request with what another one answered: made, read, changed, deleted, asked for again. What is made so may be the token itself,
// so it has a site of its own.
describe('the API document, in sequences', { skip: venv.skip ?? false }, () => {
  const site = new Site('openapi-sequences')

  agree(onSite(site), site, 'openapi_document_and_answers_agree_in_sequences', 'stateful', sequences)
})

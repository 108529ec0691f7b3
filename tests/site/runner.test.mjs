// The runner of these tests itself: what fails once is run again and named, what fails twice has failed.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { build, root } from './lib.mjs'

const folder = path.join(build, 'runner')
const marker = path.join(folder, 'was-here')
const file = (name, body) => writeFileSync(path.join(folder, 'told', `${name}.test.mjs`), `import { describe, test } from 'node:test'\nimport { existsSync, writeFileSync } from 'node:fs'\n${body}`)
const run = () => {
  const { NODE_TEST_CONTEXT: _, T: __, ...env } = process.env
  return spawnSync(path.join(root, 'tests/site/run'), [path.join(folder, 'told')], { env: { ...env, B: path.join(folder, 'build') }, encoding: 'utf8' })
}

test('a file that failed is run once more, and that it passed only then is said', () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.join(folder, 'told'), { recursive: true })
  file('good', `test('one', () => {})\ntest('later', { skip: 'not today' }, () => {})`)
  file('moody', `describe('around', () => {\n  test('calm', () => {})\n  test('moody', () => {\n    if (existsSync('${marker}')) return\n    writeFileSync('${marker}', '')\n    throw new Error('only this time')\n  })\n})`)
  const mended = run()
  assert.equal(mended.status, 0, mended.stdout)
  assert.match(mended.stdout, /only this time/)
  assert.match(mended.stdout, /# passed only when run again: moody\.test\.mjs: moody\n3 passed, 0 failed, 1 skipped\n$/)

  file('bad', `test('bad', () => { throw new Error('each time') })`)
  const failed = run()
  assert.equal(failed.status, 1)
  assert.match(failed.stdout, /each time/)
  assert.doesNotMatch(failed.stdout, /passed only when run again/)
  assert.match(failed.stdout, /3 passed, 1 failed, 1 skipped\n$/)

  // One that does not even end by itself has failed, too.
  file('bad', 'process.exit(3)')
  assert.match(run().stdout, /3 passed, 1 failed, 1 skipped\n$/)
})

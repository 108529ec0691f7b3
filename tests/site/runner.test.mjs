// The runner of these tests itself: what fails once is run again and named, what fails twice has failed; ended, it ends all.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { Site, build, eventually, isAlive, root, treeOf } from './lib.mjs'

const folder = path.join(build, 'runner')
const marker = path.join(folder, 'was-here')
const file = (name, body) => writeFileSync(path.join(folder, 'told', `${name}.test.mjs`), `import { describe, test } from 'node:test'\nimport { existsSync, writeFileSync } from 'node:fs'\n${body}`)
const env = () => {
  const { NODE_TEST_CONTEXT: _, T: __, ...others } = process.env
  return others
}
const run = () => spawnSync(path.join(root, 'tests/site/run'), [path.join(folder, 'told')], { env: { ...env(), B: path.join(folder, 'build') }, encoding: 'utf8' })

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

test('ended by TERM, it leaves no process of a site behind', { timeout: 240000 }, async () => {
  const own = path.join(folder, 'build')
  const site = new Site('ended')
  site.folder = path.join(own, 'site/ended')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.join(folder, 'told'), { recursive: true })
  mkdirSync(own)
  for (const name of ['signalbox', 'static']) symlinkSync(path.join(build, name), path.join(own, name))
  file('long', `import { Site, sleep } from '${root}/tests/site/lib.mjs'\ntest('long', async () => {\n  await new Site('ended').start()\n  await sleep(600000)\n})`)
  const runner = spawn(path.join(root, 'tests/site/run'), [path.join(folder, 'told')], { env: { ...env(), B: own }, stdio: 'ignore' })
  const ended = new Promise((done) => runner.on('exit', done))
  await eventually('its site is ready', () => existsSync(path.join(site.folder, 'run.json')), 120000)
  const pids = [site.runJson().pid, ...treeOf(runner.pid), ...Object.values(site.pids())]
  runner.kill('SIGTERM')
  assert.equal(await ended, 143)
  assert.ok(pids.length > 10)
  assert.deepEqual(pids.filter(isAlive), [])
})

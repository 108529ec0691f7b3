// make run: starts, says so, stops without a trace, starts again as it was; nothing that dies stays dead.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Site, aJob, build, engines, eventually, isAlive, root, runOf, sleep, treeOf, unique } from './lib.mjs'

const run = path.join(root, 'nginx/run')
const again = (site, env = {}) =>
  spawnSync('bash', [run], { cwd: root, env: { ...process.env, ...site.engine.env, ...site.env, ...env, B: build, VAR: site.folder }, encoding: 'utf8', timeout: 60000 })

const gone = (pids) => eventually('nothing is left running', () => pids.every((pid) => !isAlive(pid)))

async function with_site(site, work) {
  await site.start()
  try {
    await work()
  } finally {
    if (isAlive(site.process.pid)) await site.stop()
  }
}

for (const engine of engines) {
  describe(`make run, ${engine.name}`, () => {
    test(`starts, says exactly that, stops, and starts again with the same data at the same address (${engine.name})`, { skip: engine.skip }, async () => {
      const site = new Site(`run-${engine.name}`, engine)
      await site.start({ bare: true })
      const first = site.runJson()
      const text = engine.name === 'embedded' ? 'embedded' : `dkron \\S+ at ${first.dkron}`
      assert.match(
        site.stdout,
        new RegExp(`^Signalbox is ready\n  address   ${first.address}/\n  account   admin\n  password  \\S{12,}\n  engine    ${text}\n$`),
      )
      assert.deepEqual(Object.keys(first).sort(), ['account', 'address', 'certificate', 'config', 'dkron', 'engine', 'local', 'password', 'pid'])
      assert.equal(first.engine, engine.name)
      const job = aJob()
      assert.equal((await site.api('POST', '/jobs', job)).status, 201)
      const ended = await runOf(site, job.name)
      const tree = treeOf(first.pid)
      assert.ok(tree.length > 12)
      assert.deepEqual(await site.stop(), { code: 0, signal: null })
      await gone(tree)
      assert.equal(existsSync(path.join(site.folder, 'run.json')), false)
      assert.deepEqual(readdirSync(path.join(site.folder, 'run')).filter((name) => name.endsWith('.sock')), [])

      await site.start({ keep: true, cwd: os.tmpdir() })
      const second = site.runJson()
      assert.deepEqual({ ...second, pid: 0 }, { ...first, pid: 0 })
      assert.equal((await site.api('GET', `/jobs/${job.name}`)).json.name, job.name)
      assert.equal((await site.api('GET', `/runs/${ended.id}`)).json.state, 'succeeded')
      assert.equal((await runOf(site, job.name)).state, 'succeeded')
      await site.signIn()
      const end = site.stop('SIGINT')
      site.process.kill('SIGINT')
      assert.deepEqual(await end, { code: 0, signal: null })
    })
  })
}

describe('make run', () => {
  test('a second one with the same folder says where the first one is', async () => {
    const site = new Site('run-twice')
    await with_site(site, async () => {
      const other = again(site)
      assert.equal(other.status, 1)
      assert.match(other.stderr, new RegExp(`already running .*process ${site.pid}, at ${site.address}/`))
      assert.equal((await site.request('GET', '/readyz')).status, 200)
    })
  })

  test('two with different folders run side by side', async () => {
    const one = new Site('run-left')
    const two = new Site('run-right')
    await with_site(one, () =>
      with_site(two, async () => {
        assert.notEqual(one.address, two.address)
        assert.notEqual(one.local, two.local)
        const job = aJob()
        assert.equal((await one.api('POST', '/jobs', job)).status, 201)
        assert.equal((await two.api('GET', `/jobs/${job.name}`)).status, 404)
        assert.equal((await runOf(one, job.name)).state, 'succeeded')
      }))
  })

  test('a port that was asked for by name and is taken is an error that names it', async () => {
    const taken = net.createServer().listen(0, '0.0.0.0')
    await new Promise((done) => taken.once('listening', done))
    const { port } = taken.address()
    const answer = again(new Site('run-port'), { SIGNALBOX_PORT: String(port) })
    taken.close()
    assert.equal(answer.status, 1)
    assert.match(answer.stderr, new RegExp(`port ${port}`))
    for (const wrong of ['http', '0', '65536', '-1', '84 43']) {
      const refused = again(new Site('run-port'), { SIGNALBOX_PORT: wrong })
      assert.equal(refused.status, 1, wrong)
      assert.match(refused.stderr, /SIGNALBOX_PORT/, wrong)
    }
  })

  test('a port asked for by name is the one it gets', async () => {
    const free = net.createServer().listen(0, '0.0.0.0')
    await new Promise((done) => free.once('listening', done))
    const { port } = free.address()
    await new Promise((done) => free.close(done))
    const site = new Site('run-named', engines[0], { SIGNALBOX_PORT: String(port) })
    await with_site(site, async () => assert.equal(site.address, `https://localhost:${port}`))
  })

  test('a wrong setting stops the start, is named, and leaves nothing behind', async () => {
    for (const env of [{ SIGNALBOX_NO_SUCH_THING: '1' }, { SIGNALBOX_SESSION_IDLE_S: 'long' }, { SIGNALBOX_ENGINE: 'steam' }]) {
      const answer = again(new Site('run-wrong'), env)
      assert.equal(answer.status, 1)
      assert.match(answer.stderr, new RegExp(Object.keys(env).find((name) => name.startsWith('SIGNALBOX'))))
    }
  })

  test('a folder with a very long name works, and leaves nothing elsewhere', async () => {
    const shorts = () => readdirSync(os.tmpdir()).filter((name) => /^signalbox-\w{6}$/.test(name))
    const before = shorts()
    const site = new Site(`run-${'long-'.repeat(24)}`)
    await with_site(site, async () => assert.equal((await site.request('GET', '/sign-in')).status, 200))
    assert.deepEqual(shorts().filter((name) => !before.includes(name)), [])
  })

  test('secrets stay, and what a person wrote into the configuration stays', async () => {
    const site = new Site('run-config')
    const file = path.join(site.folder, 'signalbox.env')
    await with_site(site, () => {})
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, `# mine\nSIGNALBOX_SESSION_IDLE_S=4321\n${before}`)
    await site.start({ keep: true })
    const now = readFileSync(file, 'utf8')
    await site.stop()
    assert.match(now, /^# mine$/m)
    assert.match(now, /^SIGNALBOX_SESSION_IDLE_S=4321$/m)
    for (const name of ['HOOK_TOKEN', 'READY_TOKEN']) {
      const line = new RegExp(`^SIGNALBOX_${name}=(.{30,})$`, 'm')
      assert.equal(line.exec(now)[1], line.exec(before)[1])
    }
  })

  test('the first password is told until it is changed, then it says unchanged', async () => {
    const site = new Site('run-password')
    await with_site(site, () => site.cli(['account', 'passwd', 'admin'], 'another good password\n'))
    await site.start({ keep: true })
    try {
      assert.match(site.stdout, /^ {2}password {2}unchanged$/m)
      assert.equal(site.runJson().password, null)
      assert.equal(existsSync(path.join(site.folder, 'admin-password')), false)
      await site.signIn('admin', 'another good password')
    } finally {
      await site.stop()
    }
  })

  test('kill -9 of the supervisor leaves nothing running, and the next start goes on', async () => {
    const site = new Site('run-killed')
    await site.start()
    const job = aJob()
    assert.equal((await site.api('POST', '/jobs', job)).status, 201)
    const tree = treeOf(site.pid)
    process.kill(site.pid, 'SIGKILL')
    await site.ended
    await gone(tree)
    await site.start({ keep: true })
    try {
      assert.equal((await site.api('GET', `/jobs/${job.name}`)).status, 200)
    } finally {
      await site.stop()
    }
  })

  test('a folder that is taken away ends the run, and nothing is left', async () => {
    const site = new Site('run-gone')
    await site.start()
    const tree = treeOf(site.pid)
    rmSync(site.folder, { recursive: true, force: true })
    assert.equal((await site.ended).code, 1)
    await gone(tree)
    await site.start()
    await site.stop()
  })

  test('TERM at any moment of the start leaves nothing running', async () => {
    for (const ms of [60, 250, 500, 900, 1400, 2000]) {
      const site = new Site('run-early')
      const starting = site.start({ bare: true }).then(() => null, (error) => error)
      await sleep(ms)
      const tree = treeOf(site.process.pid)
      await site.stop()
      await gone(tree)
      await starting
      assert.equal(existsSync(path.join(site.folder, 'run.json')), false, `after ${ms} ms`)
    }
  })

  test('each process that is killed comes back', async () => {
    const site = new Site('run-back')
    await with_site(site, async () => {
      for (const name of Object.keys(site.pids())) {
        const before = site.pids()[name]
        site.kill(name)
        await eventually(`${name} is started again`, () => site.pids()[name] !== before && isAlive(site.pids()[name]))
        await eventually(`all is well after ${name}`, async () => (await site.request('GET', '/readyz', { timeout: 3000 })).status === 200)
      }
      const job = aJob({ name: unique('after') })
      assert.equal((await site.api('POST', '/jobs', job)).status, 201)
      assert.equal((await runOf(site, job.name)).state, 'succeeded')
    })
  })
})

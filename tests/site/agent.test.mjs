// The agent verb for real: what a job can see of its agent, two agents that find each other, and a release that is fetched.

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Site, aJob, build, engines, eventually, inSync, isAlive, outputOf, program, root, runOf } from './lib.mjs'

const dkron = engines.find((engine) => engine.name === 'dkron')
const freePort = () =>
  new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

async function make(site, fields) {
  const answer = await site.api('POST', '/jobs', aJob(fields))
  assert.equal(answer.status, 201, answer.text)
  await inSync(site, answer.json.name)
  return answer.json.name
}

/* Another agent that joins the site's server. */
async function join(site, name, env) {
  const server = JSON.parse(readFileSync(path.join(site.folder, 'dkron/signalbox.json'), 'utf8'))
  const data = path.join(site.folder, name)
  const words = ['--config', path.resolve(root, site.config), 'agent', '-j', server['bind-addr'], '--node-name', name, '--data-dir', data,
    '--bind-addr', `127.0.0.1:${await freePort()}`, '--rpc-port', String(await freePort()), '--log-level', 'warn']
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', program, ...words], { cwd: root, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
  await eventually(`${name} is in the cluster`, async () => {
    const { nodes } = (await site.api('GET', '/engine')).json
    return nodes.some((node) => node.name === name && node.status === 'alive')
  })
  return child
}

describe('agent, dkron', { skip: dkron.skip }, () => {
  test('nothing secret is where a job can see it, and jobs run where their label says (dkron)', { timeout: 240000 }, async () => {
    const site = new Site('agent', dkron, { PGPASSWORD: 'secret-of-the-shell', GREETING: 'hello', SIGNALBOX_AGENT_ENV: 'GREETING', SIGNALBOX_AGENT_ENCRYPT: Buffer.alloc(32, 'k').toString('base64') })
    await site.start()
    let edge
    try {
      const settings = readFileSync(path.resolve(root, site.config), 'utf8')
      const secrets = [...settings.matchAll(/^SIGNALBOX_(?:HOOK_TOKEN|READY_TOKEN|DATABASE_URL)=(.*)$/gm)].map((line) => line[1])
      secrets.push(site.env.SIGNALBOX_AGENT_ENCRYPT, site.env.PGPASSWORD)
      assert.equal(secrets.length, 5)
      const harmless = (text, what) => {
        for (const secret of secrets) assert.ok(!text.includes(secret), `${what} shows ${secret}`)
        assert.ok(!/SIGNALBOX_|DKRON_(?!PLUGIN_MAGIC_COOKIE)/.test(text) /* go-plugin's handshake, the same everywhere */, `${what}: ${text}`)
      }

      const env = await make(site, { executor_config: { command: 'env', shell: 'true' } })
      const run = await runOf(site, env)
      assert.equal(run.state, 'succeeded')
      const seen = await outputOf(site, run.id)
      assert.match(seen, /^ENV_JOB_NAME=/m)
      assert.match(seen, /^GREETING=hello$/m)
      harmless(seen, 'the environment of a job')

      const { dkron: pid } = site.pids()
      harmless(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), 'the command line')
      harmless(readFileSync(`/proc/${pid}/environ`, 'utf8'), 'the environment')
      const vars = await (await fetch(`${site.dkron}/debug/vars`)).text()
      for (const secret of secrets) assert.ok(!vars.includes(secret), '/debug/vars')
      assert.equal(execFileSync('stat', ['-c', '%a', path.join(site.folder, 'dkron/signalbox.json')], { encoding: 'utf8' }).trim(), '600')

      edge = await join(site, 'edge', { SIGNALBOX_LABEL: 'edge', SIGNALBOX_AGENT_ENCRYPT: site.env.SIGNALBOX_AGENT_ENCRYPT })
      for (const [label, node] of [['edge', 'edge'], ['signalbox', 'signalbox']]) {
        const job = await make(site, { tags: { label: `${label}:1` }, executor_config: { command: 'echo here', shell: 'true' } })
        for (let i = 0; i < 2; i++) {
          const there = await runOf(site, job)
          assert.equal(there.state, 'succeeded')
          assert.deepEqual(there.executions.map((execution) => execution.node), [node])
        }
      }
      const everywhere = await make(site, { executor_config: { command: 'echo here', shell: 'true' } })
      assert.deepEqual((await runOf(site, everywhere)).executions.map((execution) => execution.node).sort(), ['edge', 'signalbox'])
    } finally {
      if (edge) {
        edge.kill('SIGTERM')
        await eventually('the agent ends', () => !isAlive(edge.pid), 30000).catch(() => edge.kill('SIGKILL'))
      }
      await site.stop()
    }
  })
})

describe('agent --fetch', () => {
  test('takes a release over https when it has the checksum, and nothing else', { timeout: 240000 }, async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-fetch-'))
    const files = Object.fromEntries(['key.pem', 'ca.pem', 'release/dkron', 'dkron.tar.gz'].map((name) => [name, path.join(folder, name)]))
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', files['key.pem'], '-out', files['ca.pem']], { stdio: 'ignore' })
    mkdirSync(path.dirname(files['release/dkron']))
    writeFileSync(files['release/dkron'], '#!/bin/sh\necho fetched\n')
    chmodSync(files['release/dkron'], 0o755)
    execFileSync('tar', ['-czf', files['dkron.tar.gz'], '-C', path.dirname(files['release/dkron']), 'dkron'])
    const archive = readFileSync(files['dkron.tar.gz'])
    const asked = []
    const server = https.createServer({ key: readFileSync(files['key.pem']), cert: readFileSync(files['ca.pem']) }, (request, answer) => {
      asked.push(request.url)
      if (request.url.startsWith('/moved/')) answer.writeHead(302, { Location: request.url.replace('/moved/', '/') }).end()
      else if (request.url.startsWith('/plain/')) answer.writeHead(302, { Location: 'http://localhost:1/x' }).end()
      else if (request.url.includes('4.1.2')) answer.end(archive)
      else answer.writeHead(404).end()
    })
    await new Promise((done) => server.listen(0, 'localhost', done))
    const { port } = server.address()
    const bin = path.join(folder, 'bin')
    const agent = (env) =>
      new Promise((done) => {
        const child = spawn(program, ['agent', '--fetch'], {
          env: {
            PATH: process.env.PATH, SIGNALBOX_DKRON_BIN_DIR: bin, SIGNALBOX_DKRON_VERSION: '4.1.2', SIGNALBOX_DKRON_DOWNLOAD_CA: files['ca.pem'],
            SIGNALBOX_DKRON_DOWNLOAD_URL: `https://localhost:${port}/moved/v{version}/dkron_{version}_{system}_{machine}.tar.gz`,
            SIGNALBOX_DKRON_SHA256: createHash('sha256').update(archive).digest('hex'), ...env,
          },
        })
        const said = { out: '', err: '' }
        child.stdout.on('data', (bytes) => (said.out += bytes))
        child.stderr.on('data', (bytes) => (said.err += bytes))
        child.on('exit', (status) => done({ status, ...said }))
      })
    const nothing = () => assert.deepEqual(existsSync(bin) ? readdirSync(bin) : [], [])
    try {
      for (const [env, why] of [
        [{ SIGNALBOX_DKRON_SHA256: 'a'.repeat(64) }, /has the SHA-256 [0-9a-f]{64}, not that of/],
        [{ SIGNALBOX_DKRON_VERSION: '9.9.9' }, /answered 404/],
        [{ SIGNALBOX_DKRON_DOWNLOAD_CA: '' }, /certificate|SSL/i],
        [{ SIGNALBOX_DKRON_DOWNLOAD_URL: `https://localhost:${port}/plain/4.1.2` }, /rotocol/],
      ]) {
        const refused = await agent(env)
        assert.equal(refused.status, 1, refused.err)
        assert.match(refused.err, why)
        nothing()
      }
      asked.length = 0
      const taken = await agent({})
      assert.deepEqual(taken, { status: 0, out: `${bin}/4.1.2/dkron\n`, err: '' })
      assert.match(asked[0], /^\/moved\/v4\.1\.2\/dkron_4\.1\.2_linux_(amd64|arm64)\.tar\.gz$/)
      assert.deepEqual(readdirSync(bin), ['4.1.2'])
      assert.equal(spawnSync(`${bin}/4.1.2/dkron`, { encoding: 'utf8' }).stdout, 'fetched\n')
      asked.length = 0
      assert.equal((await agent({ SIGNALBOX_DKRON_SHA256: '' })).status, 0)
      assert.deepEqual(asked, [], 'what is there is not fetched again')
    } finally {
      server.close()
      rmSync(folder, { recursive: true })
    }
  })
})

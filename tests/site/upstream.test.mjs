// Dkron behind somebody's nginx: TLS with an authority of its own, and a password.

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aJob, build, engines, eventually, inSync, program, root, Site, treeOf } from './lib.mjs'

const folder = path.join(build, 'site', 'upstream-nginx')
const freePort = () =>
  new Promise((done) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

const dkron = engines.find(({ name }) => name === 'dkron')

describe('upstream, dkron', { skip: dkron.skip }, () => {
  const site = new Site('upstream', dkron)
  let nginx, url

  const env = (more) => ({ ...process.env, SIGNALBOX_DKRON_URL: url, SIGNALBOX_DKRON_AUTH: 'box:secret', SIGNALBOX_DKRON_CA: path.join(folder, 'cert.pem'), ...more })
  const plan = (more = {}) => spawnSync(program, ['--config', path.resolve(root, site.config), 'plan'], { cwd: root, env: env(more), encoding: 'utf8' })

  before(async () => {
    await site.start()
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const port = await freePort()
    url = `https://localhost:${port}`
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`], { stdio: 'pipe' })
    writeFileSync(`${folder}/users`, `box:{SHA}${createHash('sha1').update('secret').digest('base64')}\n`)
    writeFileSync(`${folder}/nginx.conf`, `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    auth_basic dkron; auth_basic_user_file ${folder}/users; location / { proxy_pass ${site.dkron}; } } }
`)
    nginx = spawn('setpriv', ['--pdeathsig', 'KILL', 'nginx', '-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`], { stdio: 'inherit' })
    await eventually('nginx listens', () => new Promise((done, fail) => net.connect(port, '127.0.0.1').on('connect', function () { this.destroy(); done(true) }).on('error', fail)))
  })
  after(async () => {
    nginx?.kill('SIGKILL')
    if (site.process) await site.stop()
  })

  test('asked over TLS with a password it answers', { timeout: 240000 }, () => {
    const { status, stdout, stderr } = plan()
    assert.equal(status, 0, stderr)
    assert.match(stdout, /^0 to write/m)
  })

  test('a wrong password and an unknown authority are told in words', { timeout: 240000 }, () => {
    const password = plan({ SIGNALBOX_DKRON_AUTH: 'box:wrong' })
    assert.equal(password.status, 1)
    assert.match(password.stderr, /SIGNALBOX_DKRON_AUTH/)
    const authority = plan({ SIGNALBOX_DKRON_CA: '' })
    assert.equal(authority.status, 1)
    assert.match(authority.stderr, /The engine does not answer: .*certificate/i)
  })

  test('a worker writes through it', { timeout: 240000 }, async () => {
    const own = treeOf(site.pids().work)
    for (const pid of own) process.kill(pid, 'SIGSTOP')
    const worker = spawn('setpriv', ['--pdeathsig', 'KILL', program, '--config', path.resolve(root, site.config), 'work'], { cwd: root, env: env(), stdio: 'ignore' })
    try {
      const job = aJob({ schedule: '@daily' })
      assert.equal((await site.api('POST', '/jobs', job)).status, 201)
      await inSync(site, job.name)
    } finally {
      for (const pid of treeOf(worker.pid)) process.kill(pid, 'SIGKILL')
      for (const pid of own) process.kill(pid, 'SIGCONT')
    }
  })

  test('nginx asks it with the authority and the name that were given', { timeout: 240000 }, async () => {
    const given = (more) => ({ SIGNALBOX_DKRON_URL: url, SIGNALBOX_DKRON_AUTH: 'box:secret', SIGNALBOX_DKRON_CA: path.relative(root, path.join(folder, 'cert.pem')), ...more })
    const front = new Site('upstream-front', dkron, given())
    await front.start()
    try {
      const visitor = await front.signIn()
      const answer = await visitor.get('/dkron/v1/leader')
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.json.Name, 'signalbox')
    } finally {
      await front.stop()
    }
    const missing = new Site('upstream-missing', dkron, given({ SIGNALBOX_DKRON_CA: '/nowhere/ca.pem' }))
    await assert.rejects(missing.start(), /SIGNALBOX_DKRON_CA: there is no file \/nowhere\/ca\.pem/)
    const stranger = new Site('upstream-stranger', dkron, given({ SIGNALBOX_DKRON_CA: site.certificate }))
    await assert.rejects(stranger.start(), /nothing of Dkron's answers/)
  })

  test('nginx itself refuses a Dkron of another authority', { timeout: 240000 }, async () => {
    const file = path.join(folder, 'authority.pem')
    copyFileSync(path.join(folder, 'cert.pem'), file)
    const front = new Site('upstream-front', dkron, { SIGNALBOX_DKRON_URL: url, SIGNALBOX_DKRON_AUTH: 'box:secret', SIGNALBOX_DKRON_CA: file })
    await front.start()
    try {
      const visitor = await front.signIn()
      assert.equal((await visitor.get('/dkron/v1/leader')).status, 200)
      copyFileSync(path.resolve(root, site.certificate), file)
      process.kill(front.pids().nginx, 'SIGHUP')
      await eventually('the proxy does not trust it any more', async () => (await visitor.get('/dkron/v1/leader')).status === 503)
      assert.match(front.log('nginx'), /upstream SSL certificate verify error/)
    } finally {
      await front.stop()
    }
  })
})

// Who may do what: sign-in, sessions, tokens, the dashboard, and what Dkron gets to see of it.

import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import { after, describe } from 'node:test'
import { Site, aJob, eachEngine, engines, formOf, onSite, unique } from './lib.mjs'

const password = 'a password for the tests'
const account = (site, ...more) => {
  const name = unique('person')
  site.cli(['account', 'add', name, ...more], `${password}\n`)
  return name
}

describe('people', () => {
  const site = new Site('people')
  const test = onSite(site)

  test('not signed in: pages lead to the sign-in, programs get a 401', async () => {
    for (const page of ['/', '/jobs', '/jobs/x', '/runs', '/account', '/jobs/new']) {
      const answer = await site.request('GET', page)
      assert.equal(answer.status, 302, page)
      assert.equal(answer.headers.location, `/sign-in?next=${encodeURIComponent(page).replaceAll('%2F', '/')}`, page)
    }
    for (const target of ['/api/v1/jobs', '/api/v1/engine', '/dkron/v1/jobs', '/dkron/v1/leave']) {
      const answer = await site.request('GET', target)
      assert.equal(answer.status, 401, target)
      assert.equal(answer.json.error.code, 'unauthenticated', target)
    }
    assert.equal((await site.request('POST', '/dkron/v1/jobs', { body: '{}' })).status, 401)
  })

  test('the cookie is for this host, for TLS and for no script', async () => {
    const answer = await site.browser().submit('/sign-in', { account: 'admin', password: site.secret })
    assert.equal(answer.status, 303)
    const [cookie] = answer.headers['set-cookie']
    assert.match(cookie, /^__Host-signalbox=[A-Za-z0-9_-]{43};/)
    for (const part of [/; Secure/i, /; HttpOnly/i, /; SameSite=Lax/i, /; Path=\/(;|$)/i]) assert.match(cookie, part)
    assert.doesNotMatch(cookie, /domain/i)
    const token = /=([^;]*)/.exec(cookie)[1]
    assert.equal(site.sql(`select count(*) from session where token_hash = '${token}'`), '0', 'only its hash is stored')
  })

  test('an unknown account and a wrong password are the same answer', async () => {
    const shape = (answer, name) => answer.text.replaceAll(name, 'NAME').replaceAll(answer.headers['x-request-id'], 'ID').replace(/data-now="[^"]*"/, '')
    const unknown = await site.browser().submit('/sign-in', { account: 'nobody-of-that-name', password: 'wrong' })
    const wrong = await site.browser().submit('/sign-in', { account: 'admin', password: 'wrong' })
    assert.equal(unknown.status, 401)
    assert.equal(wrong.status, 401)
    assert.equal(shape(unknown, 'nobody-of-that-name'), shape(wrong, 'admin'))
    assert.equal(unknown.headers['set-cookie'], undefined)
  })

  test('after the sign-in one is where one wanted to go, but only on this site', async () => {
    const land = async (next) => (await site.browser().submit('/sign-in', { account: 'admin', password: site.secret, next })).headers.location
    assert.equal(await land('/jobs?q=x'), '/jobs?q=x')
    for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '/jobs\r\nX: y', '/../jobs', '']) {
      assert.equal(await land(next), '/', JSON.stringify(next))
    }
  })

  test('signing out ends the session on the server', async () => {
    const visitor = await site.signIn()
    const kept = new Map(visitor.cookies)
    assert.equal((await visitor.submit('/sign-out', {}, '/jobs')).status, 303)
    visitor.cookies = kept
    assert.equal((await visitor.get('/jobs')).status, 302)
  })

  test('a revoked session is refused on its very next request, everywhere', async () => {
    const stays = await site.signIn()
    const goes = await site.signIn()
    assert.equal((await goes.get('/dkron/v1/jobs')).status, 200)
    const page = (await stays.get('/account')).text
    const [, newest] = [...page.matchAll(/action="(\/account\/sessions\/(\d+)\/revoke)"/g)].sort((a, b) => b[2] - a[2])[0]
    assert.equal((await stays.submit(newest, {}, '/account')).status, 303)
    assert.equal((await goes.get('/jobs')).status, 302)
    assert.equal((await goes.get('/api/v1/jobs')).status, 401)
    assert.equal((await goes.get('/dkron/v1/jobs')).status, 401)
    assert.equal((await goes.get('/dkron/ui/')).status, 302)
    assert.equal((await stays.get('/jobs')).status, 200)
  })

  test('a disabled account is refused on its very next request, with session and token', async () => {
    const name = account(site, '--admin')
    const visitor = await site.signIn(name, password)
    const token = site.cli(['token', 'add', name, '--scope', 'read']).trim()
    assert.equal((await visitor.get('/jobs')).status, 200)
    assert.equal((await site.api('GET', '/jobs', undefined, { token })).status, 200)
    site.cli(['account', 'disable', name])
    assert.equal((await visitor.get('/jobs')).status, 302)
    assert.equal((await visitor.get('/dkron/v1/jobs')).status, 401)
    assert.equal((await site.api('GET', '/jobs', undefined, { token })).status, 401)
    assert.equal((await site.browser().submit('/sign-in', { account: name, password })).status, 401)
    site.cli(['account', 'enable', name])
    await site.signIn(name, password)
  })

  test('a changed password is the one that counts, and ends the other sessions', async () => {
    const name = account(site, '--admin')
    const here = await site.signIn(name, password)
    const there = await site.signIn(name, password)
    const wrong = await here.submit('/account/password', { current: 'not it', password: 'another long password' }, '/account')
    assert.equal(wrong.status, 422)
    const done = await here.submit('/account/password', { current: password, password: 'another long password' }, '/account')
    assert.equal(done.status, 303, done.text.slice(0, 500))
    assert.equal((await here.get('/jobs')).status, 200)
    assert.equal((await there.get('/jobs')).status, 302)
    assert.equal((await site.browser().submit('/sign-in', { account: name, password })).status, 401)
    await site.signIn(name, 'another long password')
  })

  test('a form that another site sends is refused and changes nothing', async () => {
    const visitor = await site.signIn()
    const job = aJob()
    assert.equal((await site.api('POST', '/jobs', job)).status, 201)
    const { fields } = formOf((await visitor.get(`/jobs/${job.name}`)).text, `/jobs/${job.name}/disable`)
    const target = `/jobs/${job.name}/disable`
    for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'null' }]) {
      assert.equal((await visitor.post(target, fields, headers)).status, 403, JSON.stringify(headers))
    }
    for (const csrf of [undefined, '', 'x', fields.csrf.slice(1)]) {
      const { csrf: _, ...rest } = fields
      assert.equal((await visitor.post(target, csrf === undefined ? rest : { ...rest, csrf })).status, 403, String(csrf))
    }
    const other = await site.signIn()
    assert.equal((await other.post(target, fields)).status, 403, 'the token of another session')
    assert.equal((await site.api('GET', `/jobs/${job.name}`)).json.disabled, false)
    assert.equal((await visitor.post(target, fields)).status, 303)
    assert.equal((await site.api('GET', `/jobs/${job.name}`)).json.disabled, true)
  })

  test('a cookie cannot drive the API from another site', async () => {
    const visitor = await site.signIn()
    const job = aJob()
    const answer = await visitor.request('POST', '/api/v1/jobs', {
      headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }, body: JSON.stringify(job),
    })
    assert.equal(answer.status, 403)
    assert.equal((await site.api('GET', `/jobs/${job.name}`)).status, 404)
  })

  test('a token does what its scope says, until it is revoked', async () => {
    const job = aJob()
    assert.equal((await site.api('POST', '/jobs', job)).status, 201)
    const token = Object.fromEntries(['read', 'run', 'write'].map((scope) => [scope, site.cli(['token', 'add', 'admin', '--scope', scope, '--days', '1']).trim()]))
    for (const value of Object.values(token)) assert.match(value, /^sb_\S+$/)
    const tries = async (value) => [
      (await site.api('GET', `/jobs/${job.name}`, undefined, { token: value })).status,
      (await site.api('POST', `/jobs/${job.name}/run`, undefined, { token: value })).status,
      (await site.api('PATCH', `/jobs/${job.name}`, { description: 'x' }, { token: value })).status,
    ]
    assert.deepEqual(await tries(token.read), [200, 403, 403])
    assert.deepEqual(await tries(token.run), [200, 202, 403])
    assert.deepEqual(await tries(token.write), [200, 202, 200])
    for (const bad of ['sb_', 'sb_wrong', `${token.read}x`, token.read.slice(0, -1), 'x'.repeat(5000)]) {
      assert.equal((await site.api('GET', '/jobs', undefined, { token: bad })).status, 401, bad.slice(0, 20))
    }
    const id = /^\s*(\d+)/m.exec(site.cli(['token', 'list']).split('\n').find((line) => line.includes('read')))[1]
    site.cli(['token', 'revoke', id])
    assert.equal(site.cli(['token', 'list']).includes(token.write), false)
  })

  test('people of one team do not see nor touch the jobs of another', async () => {
    const team = unique('team')
    site.cli(['team', 'add', team])
    const viewer = account(site)
    const editor = account(site)
    const outsider = account(site)
    site.cli(['team', 'member', team, viewer, 'viewer'])
    site.cli(['team', 'member', team, editor, 'editor'])
    const token = Object.fromEntries([viewer, editor, outsider].map((name) => [name, site.cli(['token', 'add', name, '--scope', 'write']).trim()]))
    const job = aJob({ team })
    assert.equal((await site.api('POST', '/jobs', job, { token: token[viewer] })).status, 403)
    assert.equal((await site.api('POST', '/jobs', job, { token: token[editor] })).status, 201)
    assert.equal((await site.api('GET', `/jobs/${job.name}`, undefined, { token: token[viewer] })).status, 200)
    assert.equal((await site.api('POST', `/jobs/${job.name}/run`, undefined, { token: token[viewer] })).status, 403)
    assert.ok([403, 404].includes((await site.api('GET', `/jobs/${job.name}`, undefined, { token: token[outsider] })).status))
    assert.ok(!(await site.api('GET', '/jobs?limit=500', undefined, { token: token[outsider] })).text.includes(job.name))
    site.cli(['team', 'member', team, editor, 'none'])
    assert.ok([403, 404].includes((await site.api('PATCH', `/jobs/${job.name}`, { description: 'x' }, { token: token[editor] })).status), 'a right taken away bites at once')
  })

  test('what was changed stands in the audit log, with the request id', async () => {
    const job = aJob()
    const made = await site.api('POST', '/jobs', job)
    const rows = site.sql(`select actor || ' ' || req_id from audit where object like '%${job.name}%'`).split('\n')
    assert.ok(rows.includes(`admin ${made.headers['x-request-id']}`), rows.join())
  })

  test('health: alive always, ready with details only for who may know', async () => {
    assert.equal((await site.request('GET', '/healthz')).text, 'ok\n')
    const ready = await site.request('GET', '/readyz')
    assert.equal(ready.status, 200)
    const token = /^SIGNALBOX_READY_TOKEN=(.*)$/m.exec((await import('node:fs')).readFileSync(`${site.folder}/signalbox.env`, 'utf8'))[1]
    const details = await site.request('GET', '/readyz', { headers: { Authorization: `Bearer ${token}` } })
    assert.ok(details.text.length > ready.text.length)
    assert.match(details.text, /database/i)
    assert.ok((await site.request('GET', '/version')).json.version)
    assert.match((await site.request('GET', '/metrics', { listener: 'local' })).text, /^# TYPE signalbox_\w+ /m)
  })
})

eachEngine('dashboard', (scenario, engine) => {
  scenario('it opens for an admin and for nobody else', async (site) => {
    const admin = await site.signIn()
    const page = await admin.get('/dkron/ui/')
    assert.equal(page.status, 200)
    if (engine.name === 'dkron') {
      assert.match(page.text, /<title>Dkron<\/title>/)
      assert.match(page.text, /DKRON_API_URL = "\.\.\\?\/v1"/)
      assert.doesNotMatch(page.text, /href="https:\/\/fonts/)
      assert.match(page.headers['content-security-policy'], /default-src 'none'.*connect-src 'self'/)
      const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page.text)[1]
      assert.equal((await admin.get(`/dkron/ui/${script}`)).status, 200)
      assert.equal((await admin.get('/dkron')).headers.location, '/dkron/ui/')
    } else {
      assert.match(page.text, /dashboard/)
      assert.match(page.text, /href="\/(jobs)?"/)
    }
    const name = account(site)
    const person = await site.signIn(name, password)
    assert.equal((await person.get('/dkron/ui/')).status, 403)
    assert.equal((await person.get('/dkron/v1/jobs')).status, 403)
    const stranger = await site.browser().get('/dkron/ui/')
    assert.equal(stranger.status, 302)
    assert.equal(stranger.headers.location, '/sign-in?next=/dkron/ui/')
  })

  scenario('reads pass by the allow-list, nothing else does', async (site) => {
    const admin = await site.signIn()
    const job = aJob()
    await site.api('POST', '/jobs', job)
    for (const target of ['/dkron/v1', '/dkron/v1/', '/dkron/v1/jobs', '/dkron/v1/busy', '/dkron/v1/members', '/dkron/v1/leader', '/dkron/v1/stats']) {
      assert.equal((await admin.get(target)).status, 200, target)
    }
    for (const target of [
      '/dkron/v1/restore', '/dkron/v1/pause', '/dkron/v1/leave', '/dkron/debug/vars', '/dkron/health', '/dkron/v1/jobs/', '/dkron/v1//jobs', '/dkron/v1/x/../jobs', '/dkron/v1/jobs%2Fx',
      '/dkron/v1/jobs/x%2Frun', '/dkron/v1/./jobs', '/dkron/v1/%6Aobs', '/dkron/v1/jobs/%00', '/dkron/v1/../debug/vars', '/dkron/v1/..%2fdebug/vars', '/dkron/ui/../v1/leave', '/dkron/ui/..%2f..%2fdebug%2fvars',
    ]) {
      assert.ok([400, 403, 404].includes((await admin.get(target)).status), target)
    }
  })

  scenario('what would change something is refused, and says where to do it', async (site) => {
    const admin = await site.signIn()
    const job = aJob()
    assert.equal((await site.api('POST', '/jobs', job)).status, 201)
    const asPage = { 'Content-Type': 'application/json', Origin: site.address, 'Sec-Fetch-Site': 'same-origin' }
    const tries = [['POST', `/dkron/v1/jobs/${job.name}`], ['POST', `/dkron/v1/jobs/${job.name}/run`], ['POST', `/dkron/v1/jobs/${job.name}/toggle`],
      ['DELETE', `/dkron/v1/jobs/${job.name}`], ['PUT', `/dkron/v1/jobs/${job.name}`], ['PATCH', '/dkron/v1/jobs'], ['POST', '/dkron/v1/jobs'],
      ['POST', '/dkron/v1/leave'], ['POST', '/dkron/v1/restore'], ['POST', '/dkron/v1/pause'], ['DELETE', `/dkron/v1/jobs/${job.name}/executions`]]
    for (const [method, target] of tries) {
      const answer = await admin.request(method, target, { headers: asPage, body: '{"name":"x"}' })
      assert.ok([403, 405].includes(answer.status), `${method} ${target}: ${answer.status}`)
      assert.match(answer.json.error.message, /\/jobs|\/api\/v1/, target)
    }
    assert.deepEqual((await site.api('GET', `/runs?job=${job.name}`)).json.items, [])
    assert.equal((await site.api('GET', `/jobs/${job.name}`)).json.disabled, false)
    assert.equal((await site.api('GET', '/engine')).json.reachable, true)
  })
})

describe('what Dkron gets to see', () => {
  const seen = []
  const replies = { '/base/v1': '{"agent":{"name":"fake","version":"4.1.2"}}', '/base/v1/leader': '{"Name":"fake","Addr":"127.0.0.1","Tags":{}}' }
  const fake = http.createServer((request, answer) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers })
    answer.setHeader('Access-Control-Allow-Origin', '*')
    answer.setHeader('Set-Cookie', 'dkron=1')
    answer.setHeader('Content-Security-Policy', "default-src 'unsafe-inline'")
    answer.setHeader('Content-Type', request.url.startsWith('/base/ui') ? 'text/html' : 'application/json')
    if (request.url === '/base/ui/moved') answer.writeHead(301, { Location: '/base/ui/' }).end()
    else answer.end(replies[request.url] ?? '[]')
  })
  const site = new Site('seen', engines[0])
  const test = onSite(site, async () => {
    await new Promise((done) => fake.listen(0, '127.0.0.1', done))
    const dead = net.createServer().listen(0, '127.0.0.1')
    await new Promise((done) => dead.once('listening', done))
    const { port } = dead.address()
    await new Promise((done) => dead.close(done))
    site.engine = {
      name: 'dkron',
      env: { SIGNALBOX_ENGINE: 'dkron', SIGNALBOX_DKRON_URL: `http://127.0.0.1:${fake.address().port}/base,http://127.0.0.1:${port}/base`, SIGNALBOX_DKRON_AUTH: 'us:secret' },
    }
    await site.start()
  })
  after(() => {
    fake.close()
    fake.closeAllConnections?.()
  })

  test('neither cookies nor tokens nor forged headers, and only one canonical path', async () => {
    const admin = await site.signIn()
    seen.length = 0
    const forged = { 'X-Forwarded-User': 'root', 'X-Real-IP': '10.9.9.9', 'X-Remote-User': 'root', Origin: site.address, Referer: `${site.address}/secret`, Authorization: 'Bearer mine', Proxy: 'x' }
    for (let i = 0; i < 4; i++) {
      const answer = await admin.get('/dkron/v1/jobs?_sort=name', { headers: { ...forged, Authorization: '' } })
      assert.equal(answer.status, 200)
      for (const name of ['access-control-allow-origin', 'set-cookie']) assert.equal(answer.headers[name], undefined, name)
      assert.doesNotMatch(answer.headers['content-security-policy'], /unsafe/)
    }
    const reads = seen.filter(({ url }) => url === '/base/v1/jobs?_sort=name')
    assert.equal(reads.length, 4)
    for (const { headers } of reads) {
      assert.equal(headers.authorization, `Basic ${Buffer.from('us:secret').toString('base64')}`)
      assert.equal(headers.host, `127.0.0.1:${fake.address().port}`)
      assert.deepEqual(Object.keys(headers).sort(), ['accept', 'authorization', 'host', 'x-request-id'])
    }
  })

  test('a redirect of Dkron stays behind us', async () => {
    const admin = await site.signIn()
    const answer = await admin.get('/dkron/ui/moved')
    assert.equal(answer.status, 301)
    assert.equal(answer.headers.location, '/dkron/ui/')
  })

  test('a Dkron that is away is a 503 that says when to come back', async () => {
    const admin = await site.signIn()
    fake.closeAllConnections?.()
    await new Promise((done) => fake.close(done))
    const read = await admin.get('/dkron/v1/jobs')
    const page = await admin.get('/dkron/ui/')
    for (const answer of [read, page]) {
      assert.equal(answer.status, 503)
      assert.ok(Number(answer.headers['retry-after']) > 0)
    }
    assert.equal(read.json.error.code, 'unavailable')
    assert.match(page.text, /Dkron does not answer/)
    assert.equal((await admin.get('/jobs')).status, 200)
  })

  test('the ready lines name the first address, and its version', () => {
    assert.match(site.stdout, /engine {4}dkron 4\.1\.2 at http:\/\/127\.0\.0\.1:\d+\/base/)
  })
})

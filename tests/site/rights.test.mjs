// Rights through the wire: given on the pages and by the API, taken away, and gone on the next request.

import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { describe } from 'node:test'
import { Site, aJob, engines, eachEngine, onSite, unique } from './lib.mjs'

const password = 'a password for the tests'

/* A person who can sign in, made on the admin's page. */
async function person(admin) {
  const name = unique('person')
  const made = await admin.submit('/accounts', { name, email: `${name}@example.org`, password }, '/accounts')
  assert.equal(made.status, 200)
  assert.match(made.text, new RegExp(`The account ${name} is made`))
  return name
}

describe('rights', () => {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' } })
  const site = new Site('rights', {
    name: 'embedded',
    env: { ...engines[0].env, SIGNALBOX_JWT_ISSUER: 'https://id.example', SIGNALBOX_JWT_AUDIENCE: 'signalbox', SIGNALBOX_JWT_KEY: publicKey, SIGNALBOX_JWT_SCOPE: 'run' },
  })
  const test = onSite(site)
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = (claims, header = { alg: 'RS256' }, sign = (text) => crypto.sign('sha256', Buffer.from(text), privateKey)) => {
    const text = `${part(header)}.${part({ iss: 'https://id.example', aud: ['signalbox'], exp: Math.floor(Date.now() / 1000) + 300, ...claims })}`
    return `${text}.${sign(text).toString('base64url')}`
  }

  test('the pages take a sign-in under any name that the browser vouches for', async () => {
    const { port } = new URL(site.address)
    const other = `https://127.0.0.1:${port}`
    const fields = { account: 'admin', password: site.secret, next: '/' }
    const post = (headers) => site.browser().post('/sign-in', fields, headers)
    assert.equal((await post({ Host: `127.0.0.1:${port}`, Origin: other })).status, 303)
    assert.equal((await post({ Host: `localhost:${port}`, Origin: other })).status, 403)
    assert.equal((await post({ Host: `127.0.0.1:${port}`, Origin: 'https://evil.example' })).status, 403)
    assert.equal((await post({ Host: `127.0.0.1:${port}`, Origin: other, 'Sec-Fetch-Site': 'cross-site' })).status, 403)
    const unsaid = await site.request('POST', '/sign-in', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Host: `127.0.0.1:${port}`, Origin: other }, body: new URLSearchParams(fields).toString(),
    })
    assert.equal(unsaid.status, 403, 'without a word of the browser only the configured address counts')
  })

  test('a role that is given or taken on a page counts on the next request, by browser and by token', async () => {
    const admin = await site.signIn()
    const name = await person(admin)
    const team = unique('team')
    assert.equal((await admin.submit('/teams', { name: team, description: 'Tests & more' }, '/teams')).status, 303)
    const job = aJob({ team })
    assert.equal((await site.api('POST', '/jobs', job)).status, 201)
    const visitor = await site.signIn(name, password)
    const token = site.cli(['token', 'add', name, '--scope', 'write']).trim()
    const seen = async () => [
      (await visitor.get(`/jobs/${job.name}`)).status, (await visitor.get(`/teams/${team}`)).status, (await visitor.get('/jobs')).text.includes(job.name),
      (await site.api('GET', `/jobs/${job.name}`, undefined, { token })).status, (await site.api('PATCH', `/jobs/${job.name}`, { description: unique('x') }, { token })).status,
    ]
    assert.deepEqual(await seen(), [404, 404, false, 404, 404])
    assert.equal((await admin.submit(`/teams/${team}/members`, { account: name, role: 'viewer' }, `/teams/${team}`)).status, 303)
    assert.deepEqual(await seen(), [200, 200, true, 200, 403])
    assert.equal((await site.api('PUT', `/teams/${team}/members/${name}`, { role: 'editor' })).status, 200)
    assert.deepEqual(await seen(), [200, 200, true, 200, 200])
    assert.equal((await site.api('DELETE', `/teams/${team}/members/${name}`)).status, 204)
    assert.deepEqual(await seen(), [404, 404, false, 404, 404])
    const trail = site.sql(`select before->>'role' || ' ' || coalesce(after->>'role', 'none') from audit where verb = 'team_member' and object = 'team:${team}' and before->>'role' is not null order by id`)
    assert.equal(trail, 'viewer editor\neditor none')
  })

  test('a manager manages with a token of scope admin, and only the own team', async () => {
    const admin = await site.signIn()
    const [manager, other] = [await person(admin), await person(admin)]
    const team = unique('team')
    assert.equal((await site.api('POST', '/teams', { name: team })).status, 201)
    assert.equal((await site.api('PUT', `/teams/${team}/members/${manager}`, { role: 'manager' })).status, 200)
    const visitor = await site.signIn(manager, password)
    const made = await visitor.submit('/account/tokens', { name: 'mine', scope: 'admin', days: '1' }, '/account')
    const token = /sb_[A-Za-z0-9_-]{43}/.exec(made.text)[0]
    assert.equal((await visitor.get('/account')).text.includes(token), false, 'shown once')
    const by = (method, target, body) => site.api(method, target, body, { token })
    assert.equal((await by('PUT', `/teams/${team}/members/${other}`, { role: 'manager' })).status, 200)
    assert.equal((await by('PUT', `/teams/ops/members/${other}`, { role: 'viewer' })).status, 404)
    assert.equal((await by('DELETE', `/teams/${team}/members/${manager}`)).status, 409)
    assert.equal((await by('PATCH', `/teams/${team}`, { keep_days: 5, drift: 'show' })).json.keep_days, 5)
    assert.equal((await by('PATCH', `/accounts/${other}`, { admin: true })).status, 403)
    assert.equal((await by('GET', '/account')).json.teams[0].role, 'manager')
  })

  test('the last enabled admin stays one', async () => {
    for (const change of [{ admin: false }, { disabled: true }]) assert.equal((await site.api('PATCH', '/accounts/admin', change)).status, 409)
    assert.notEqual(site.cliResult(['account', 'admin', 'admin', 'no']).status, 0)
    const second = await person(await site.signIn())
    assert.equal((await site.api('PATCH', `/accounts/${second}`, { admin: true })).status, 200)
    assert.equal((await site.api('PATCH', `/accounts/${second}`, { admin: false })).status, 200)
  })

  test('a JWT of the issuer speaks for its account, anything else for nobody', async () => {
    const name = await person(await site.signIn())
    const asks = async (token, method = 'GET', target = '/account') => (await site.api(method, target, method === 'GET' ? undefined : {}, { token })).status
    const me = await site.api('GET', '/account', undefined, { token: jwt({ sub: name }) })
    assert.equal(me.status, 200, site.log('api').split('\n').filter((line) => line.includes('jwt')).join())
    assert.deepEqual([me.json.name, me.json.scope, me.json.by], [name, 'run', 'jwt'])
    assert.equal(await asks(jwt({ sub: 'admin' }), 'POST', '/teams'), 403, 'its scope is the configured one')
    const now = Math.floor(Date.now() / 1000)
    const hmac = (text) => crypto.createHmac('sha256', publicKey).update(text).digest()
    const bad = [
      jwt({ sub: 'nobody-of-that-name' }), jwt({ sub: name, exp: now - 120 }), jwt({ sub: name, nbf: now + 120 }), jwt({ sub: name, iss: 'https://evil.example' }), jwt({ sub: name, aud: 'other' }),
      jwt({ sub: name }, { alg: 'HS256' }, hmac), jwt({ sub: name }, { alg: 'RS256' }, hmac), jwt({ sub: name }, { alg: 'none' }, () => Buffer.alloc(0)), `${jwt({ sub: name })}x`,
    ]
    for (const token of bad) assert.equal(await asks(token), 401, token)
    const token = jwt({ sub: name })
    assert.equal(await asks(token), 200)
    site.cli(['account', 'disable', name])
    assert.equal(await asks(token), 401)
  })
})

eachEngine('the dashboard right', (scenario, engine) => {
  scenario('it opens and closes with the next request, inside the dashboard and for tokens', async (site) => {
    const admin = await site.signIn()
    const name = await person(admin)
    const visitor = await site.signIn(name, password)
    const token = site.cli(['token', 'add', name, '--scope', 'read']).trim()
    const seen = async () => [
      (await visitor.get('/dkron/ui/')).status, (await visitor.get('/dkron/v1/jobs')).status, (await site.request('GET', '/dkron/v1/jobs', { headers: { Authorization: `Bearer ${token}` } })).status,
    ]
    assert.deepEqual(await seen(), [403, 403, 403], engine.name)
    assert.equal((await admin.submit(`/accounts/${name}`, { dashboard: 'on' })).status, 303)
    assert.deepEqual(await seen(), [200, 200, 200])
    assert.equal((await admin.submit(`/accounts/${name}`, { dashboard: null })).status, 303)
    assert.deepEqual(await seen(), [403, 403, 403])
    site.cli(['account', 'dashboard', name, 'yes'])
    assert.deepEqual(await seen(), [200, 200, 200])
    assert.equal((await admin.submit(`/accounts/${name}/disable`, {}, `/accounts/${name}`)).status, 303)
    assert.deepEqual(await seen(), [302, 401, 401])
    const trail = site.sql(`select (before->>'dashboard') || ' ' || (after->>'dashboard') from audit where verb = 'account_edit' and object = 'account:${name}' order by id`)
    assert.equal(trail, 'false true\ntrue false\nfalse true')
  })
})

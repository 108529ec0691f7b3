// What only nginx can get right or wrong: TLS, headers, limits, who may come in by which door.

import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { describe } from 'node:test'
import tls from 'node:tls'
import { Site, build, eventually, onSite } from './lib.mjs'

const site = new Site('nginx')
const port = () => Number(new URL(site.address).port)

const everywhere = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/* Once each: two of a kind make a browser choose. Behind a page whose address may hold a token, nobody hears of it. */
function assertHeaders(answer, what, target = '/') {
  const secret = /^\/(sign-in|token\/)/.test(target)
  const names = answer.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
  for (const [name, value] of Object.entries({ ...everywhere, 'referrer-policy': secret ? 'strict-origin' : 'same-origin' })) {
    assert.equal(answer.headers[name], value, `${what}: ${name}`)
    assert.equal(names.filter((other) => other === name).length, 1, `${what}: ${name} once`)
  }
  for (const name of ['content-security-policy', 'permissions-policy', 'x-request-id']) {
    assert.equal(names.filter((other) => other === name).length, 1, `${what}: ${name} once`)
  }
  assert.match(answer.headers['content-security-policy'], /frame-ancestors 'none'/, what)
  assert.doesNotMatch(answer.headers['content-security-policy'], /unsafe/, what)
  assert.equal(answer.headers.server, 'nginx', `${what}: no version told`)
}

/* Bytes as they are; what comes back until the other side closes. */
function raw(bytes, { secure = true, at = port() } = {}) {
  return new Promise((done, fail) => {
    let answer = ''
    const socket = secure
      ? tls.connect({ host: '127.0.0.1', port: at, ca: site.ca, servername: 'localhost' }, () => socket.write(bytes))
      : net.connect({ host: '127.0.0.1', port: at }, () => socket.write(bytes))
    socket.setTimeout(15000, () => socket.destroy(new Error('nothing came back')))
    socket.on('data', (part) => (answer += part))
    socket.on('end', () => socket.end())
    socket.on('close', () => done(answer))
    socket.on('error', (error) => (answer ? done(answer) : fail(error)))
  })
}

describe('nginx', () => {
  const test = onSite(site)

  test('every answer carries the security headers, errors too', async () => {
    const visitor = await site.signIn()
    const answers = {
      page: await visitor.get('/jobs'),
      redirect: await site.request('GET', '/jobs'),
      'sign-in': await site.request('GET', '/sign-in'),
      'not found': await visitor.get('/nothing'),
      'api 401': await site.request('GET', '/api/v1/jobs'),
      'api 404': await site.api('GET', '/jobs/nothing-of-that-name'),
      'api description': await site.request('GET', '/api/v1/openapi.json'),
      'hook 401': await site.request('POST', '/hook/dkron', { listener: 'local' }),
      healthz: await site.request('GET', '/healthz'),
      readyz: await site.request('GET', '/readyz'),
      static: await site.request('GET', `/static/${readdirSync(path.join(build, 'static'))[0]}`),
      'static 404': await site.request('GET', '/static/nothing'),
      '413 page': await visitor.post('/jobs/new', 'x'.repeat(1100000)),
      '413 api': await site.api('POST', '/jobs', 'x'.repeat(1100000)),
      '414': await site.request('GET', `/${'x'.repeat(9000)}`),
      '431': await site.request('GET', '/', { headers: { 'X-Long': 'x'.repeat(9000) } }),
      '405': await site.request('TRACE', '/'),
      'dkron 401': await site.request('GET', '/dkron/v1/jobs'),
      'dkron ui 302': await site.request('GET', '/dkron/ui/'),
      'dkron read': await visitor.get('/dkron/v1/jobs'),
      'dkron write': await visitor.request('POST', '/dkron/v1/jobs', { body: '{}' }),
      'dkron elsewhere': await visitor.get('/dkron/debug/vars'),
      'local 404': await site.request('GET', '/', { listener: 'local' }),
      'local 421': await site.request('GET', '/healthz', { listener: 'local', headers: { Host: 'evil.example' } }),
      'local 403': await site.request('GET', '/healthz', { listener: 'local', headers: { Origin: 'https://evil.example' } }),
      metrics: await site.request('GET', '/metrics', { listener: 'local' }),
      'engine 404': await site.request('GET', '/engine/v1/jobs/nothing', { listener: 'local' }),
    }
    for (const [what, answer] of Object.entries(answers)) assertHeaders(answer, what, `/${what}`)
    assert.equal(answers['not found'].status, 404)
    assert.equal(answers['413 api'].json.error.code, 'too_large')
    assert.match(answers['413 page'].text, /Too much at once/)
    assert.equal(answers['414'].status, 414)
    assert.equal(answers['431'].status, 431)
    assert.equal(answers['405'].status, 405)
  })

  test('an error page shows the request id of its header, and the log has it', async () => {
    const answer = await site.request('GET', '/static/nothing')
    const id = answer.headers['x-request-id']
    assert.match(id, /^[0-9a-f]{32}$/)
    assert.ok(answer.text.includes(`<code>${id}</code>`))
    await eventually('the access log has the id', () => site.log('access').includes(`req=${id}`))
    const page = await site.request('GET', '/sign-in')
    await eventually('the log of the pool has the id', () => site.log('admin').includes(`req=${page.headers['x-request-id']}`))
  })

  test('TLS 1.2 and 1.3 are spoken, older ones are not', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
      const answer = await site.request('GET', '/healthz', { minVersion: version, maxVersion: version })
      assert.equal(answer.status, 200, version)
    }
    for (const version of ['TLSv1', 'TLSv1.1']) {
      const older = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }
      await assert.rejects(site.request('GET', '/healthz', older), /EPROTO|alert|protocol/i, version)
    }
  })

  test('the certificate is for localhost and 127.0.0.1, its key is for nobody else', async () => {
    for (const servername of ['localhost', '']) {
      const answer = await site.request('GET', '/healthz', servername ? { servername } : { servername: undefined })
      assert.equal(answer.text, 'ok\n')
    }
    assert.equal(statSync(path.join(site.folder, 'tls/key.pem')).mode & 0o777, 0o600)
    assert.equal(statSync(path.join(site.folder, 'run.json')).mode & 0o777, 0o600)
    assert.equal(statSync(path.join(site.folder, 'signalbox.env')).mode & 0o777, 0o600)
  })

  test('http on the https port gets a sentence', async () => {
    const answer = await raw('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', { secure: false })
    assert.match(answer, /^HTTP\/1.1 400 /)
    assert.match(answer, /This port speaks https/)
  })

  test('broken requests are 400 with a page of ours', async () => {
    for (const bytes of ['GARBAGE\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n']) {
      const answer = await raw(bytes)
      assert.match(answer, /400 /, bytes)
      assert.doesNotMatch(answer, /<center>/, bytes)
    }
  })

  test('a body whose length lies is refused, and the next request is not harmed', async () => {
    const smuggled = 'POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n'
    assert.match(await raw(smuggled), /^HTTP\/1.1 400 /)
    assert.equal((await site.request('GET', '/healthz')).status, 200)
  })

  test('the loopback listener answers nobody from a web page and no other host', async () => {
    const ask = (target, headers) => site.request('GET', target, { listener: 'local', headers })
    assert.equal((await ask('/healthz')).status, 200)
    assert.equal((await ask('/healthz', { Host: `localhost:${new URL(site.local).port}` })).status, 200)
    for (const target of ['/healthz', '/metrics', '/engine/v1/jobs', '/hook/dkron']) {
      assert.equal((await ask(target, { Host: 'evil.example' })).status, 421, target)
      for (const Origin of ['https://evil.example', 'null', site.local]) {
        assert.equal((await ask(target, { Origin })).status, 403, `${target} from ${Origin}`)
      }
    }
  })

  test('what nginx itself refuses is said in the shape that is spoken there', async () => {
    const wrong = {
      400: (target) => `GET ${target}%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      405: (target) => `TRACE ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      414: (target) => `GET ${target}?q=${'x'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      431: (target) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(9000)}\r\nConnection: close\r\n\r\n`,
    }
    for (const [status, request] of Object.entries(wrong)) {
      for (const target of ['/api/v1/jobs', '/dkron/v1/jobs', '/hook/dkron']) {
        const answer = await raw(request(target))
        assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), target)
        assert.match(answer, /content-type: application\/json/i, `${status} ${target}`)
        assert.match(answer, /\{"error":\{"code":"(invalid|method_not_allowed|too_large)","field":null,"message":"/, `${status} ${target}`)
      }
      assert.match(await raw(request('/jobs')), /content-type: text\/html/i, `${status} of a page`)
    }
  })

  test('a read of Dkron is answered though it came with a body', async () => {
    assert.equal((await site.api('GET', '/engine')).status, 200)
    const admin = `Authorization: Bearer ${site.token}`
    for (const body of ['Content-Length: 5\r\n\r\nhello', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n']) {
      assert.match(await raw(`GET /dkron/v1/leader HTTP/1.1\r\nHost: localhost\r\n${admin}\r\nConnection: close\r\n${body}`), /^HTTP\/1.1 200 /, body)
    }
  })

  test('a read of Dkron that was refused says why', async () => {
    const visitor = await site.signIn()
    const answer = await visitor.get('/dkron/v1/jobs?_start=-1')
    assert.equal(answer.status, 422, answer.text)
    assert.equal(answer.json.error.field, '_start')
    assert.match((await visitor.get('/dkron/v1/pause')).json.error.message, /only jobs, executions/)
    assert.equal((await site.request('GET', '/dkron/v1/jobs?_start=-1')).status, 401)
  })

  test('the loopback listener has no pages, the public one no engine and no metrics', async () => {
    for (const target of ['/', '/jobs', '/sign-in', '/api/v1/jobs', '/dkron/v1/jobs', '/dkron/ui/', '/version']) {
      assert.equal((await site.request('GET', target, { listener: 'local' })).status, 404, target)
    }
    const visitor = await site.signIn()
    for (const target of ['/engine/v1/jobs', '/metrics', '/internal-auth', '/auth/dkron/v1/jobs', '/-/error/404.html', '/dkron/x']) {
      assert.equal((await visitor.get(target)).status, 404, target)
    }
  })

  test('the local listener listens on loopback only', async () => {
    const { port: local } = new URL(site.local)
    const listening = (await import('node:fs')).readFileSync('/proc/net/tcp', 'utf8')
    const hex = Number(local).toString(16).toUpperCase().padStart(4, '0')
    const sockets = [...listening.matchAll(new RegExp(`\\d+: ([0-9A-F]{8}):${hex} 00000000:0000 0A`, 'g'))]
    assert.deepEqual(sockets.map(([, address]) => address), ['0100007F'])
  })

  test('static files may be kept for ever, pages may not be kept at all', async () => {
    for (const name of readdirSync(path.join(build, 'static'))) {
      const answer = await site.request('GET', `/static/${name}`, { headers: { 'Accept-Encoding': 'gzip' } })
      assert.equal(answer.status, 200, name)
      assert.match(answer.headers['cache-control'], /max-age=31536000, immutable/, name)
      if (answer.bytes.length > 2000) assert.equal(answer.headers['content-encoding'], 'gzip', name)
    }
    const visitor = await site.signIn()
    assert.match((await visitor.get('/jobs')).headers['cache-control'] ?? '', /no-store/)
    assert.match((await site.request('GET', '/static/nothing')).headers['cache-control'], /no-store/)
  })

  test('what a stranger sends in headers never reaches a pool', async () => {
    const visitor = site.browser()
    const forged = { 'X-Forwarded-User': 'admin', 'X-Remote-User': 'admin', 'X-Original-URL': '/jobs', 'X-Forwarded-For': '10.0.0.1', 'Remote-User': 'admin' }
    assert.equal((await visitor.get('/jobs', { headers: forged })).status, 302)
    assert.equal((await visitor.get('/api/v1/jobs', { headers: forged })).status, 401)
    const id = (await visitor.get('/sign-in', { headers: forged })).headers['x-request-id']
    await eventually('logged', () => site.log('admin').includes(id))
    assert.doesNotMatch(site.log('admin'), /10\.0\.0\.1/)
  })

  test('knocking fast at the sign-in is slowed down with 429 and Retry-After', async () => {
    const knocks = await Promise.all(
      Array.from({ length: 60 }, () => site.request('POST', '/sign-in', { body: 'account=x&password=y' })),
    )
    const slowed = knocks.filter((answer) => answer.status === 429)
    assert.ok(slowed.length > 10, `${slowed.length} of 60`)
    for (const answer of slowed) assert.ok(Number(answer.headers['retry-after']) > 0)
    const reading = await Promise.all(Array.from({ length: 60 }, () => site.request('GET', '/sign-in')))
    assert.ok(reading.every((answer) => answer.status === 200), 'looking at the form is not knocking')
  })

  test('an authorised person is never slowed down', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => site.api('GET', '/jobs?limit=1')))
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200])
  })

  test('a client that sends slowly holds no worker', async () => {
    const idle = Array.from({ length: 30 }, () => {
      const socket = tls.connect({ host: '127.0.0.1', port: port(), ca: site.ca, servername: 'localhost' }, () =>
        socket.write('POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\naccount='))
      socket.on('error', () => {})
      return socket
    })
    // They send nothing more: who waited for them would wait for as long as nginx does.
    assert.equal((await site.request('GET', '/sign-in')).status, 200)
    assert.ok(idle.every((socket) => !socket.destroyed))
    for (const socket of idle) socket.destroy()
  })

  test('a pool that is gone is a 503 that says when to come back', async () => {
    for (const [pool, target, json] of [['admin', '/sign-in', false], ['admin', '/token/secret', false], ['api', '/api/v1/tokens/secret', true], ['api', '/api/v1/jobs', true]]) {
      const socket = path.join(site.folder, 'run', `${pool}.sock`)
      const { renameSync } = await import('node:fs')
      renameSync(socket, `${socket}.away`)
      try {
        const answer = await site.request('GET', target)
        assert.equal(answer.status, 503, pool)
        assert.ok(Number(answer.headers['retry-after']) > 0, pool)
        assertHeaders(answer, pool, target)
        if (json) assert.equal(answer.json.error.code, 'unavailable')
        else assert.match(answer.text, /Not ready just now/)
        const line = await eventually('the access log tells of it', () => site.log('access').split('\n').find((said) => said.includes(`req=${answer.headers['x-request-id']}`)))
        assert.match(line, / level=error .* status=503 .* pool_status="502"/, pool)
        assert.ok(!site.log('access').includes('/secret') && !site.log('nginx').includes('/secret'), 'a token is in no log')
      } finally {
        renameSync(`${socket}.away`, socket)
      }
      assert.notEqual((await site.request('GET', target)).status, 503, `${pool} is back`)
    }
  })
})

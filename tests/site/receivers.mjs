// Who is told: a real mail server with STARTTLS and a login, and a receiver of webhooks that checks each signature with somebody
// else's implementation.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { after } from 'node:test'
import { build } from './lib.mjs'
import { packagesOrReason } from './npm.mjs'

const { load, skip } = packagesOrReason(['smtp-server', 'standardwebhooks'])
export { skip }

const closers = []
after(() => Promise.all(closers.map((close) => close())))

/* Self-signed, in a folder of that name: {key, cert, file}. */
export function certificate(name) {
  const folder = path.join(build, 'site', name)
  mkdirSync(folder, { recursive: true })
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-keyout', key, '-out', cert,
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'pipe' })
  return { key: readFileSync(key), cert: readFileSync(cert), file: cert }
}

const codeOf = (to) => Number(/^refuse-(\d+)/.exec(to)?.[1] ?? 0)

/* Mails as they arrived, {from, to, secure, user, text}. Addresses such as refuse-550@... are refused with that code. */
export async function mailServer({ key, cert, port = 0, ...options }) {
  const { SMTPServer } = load('smtp-server')
  const mails = []
  const asked = []
  const server = new SMTPServer({
    key, cert, logger: false, ...options,
    onAuth: ({ username, password }, session, done) =>
      username === 'mailer' && password === 's@cret' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo({ address }, session, done) {
      asked.push(address)
      const code = codeOf(address)
      done(code ? Object.assign(new Error('not here'), { responseCode: code }) : null)
    },
    onData(stream, session, done) {
      const parts = []
      stream.on('data', (part) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({ from: mailFrom.address, to: rcptTo[0].address, secure: session.secure, user: session.user, text: Buffer.concat(parts).toString() })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise((done) => server.listen(port, '127.0.0.1', done))
  closers.push(() => new Promise((done) => server.close(done)))
  return { mails, asked, port: server.server.address().port, to: (address) => mails.filter((mail) => mail.to === address) }
}

/* Answers by path; `hits` are requests, {path, headers, body, at}. With a certificate: over TLS. */
export async function webServer(tls) {
  const hits = []
  const answers = new Map()
  const handle = (request, answer) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const hit = { path: request.url, headers: request.headers, body: Buffer.concat(parts).toString(), at: Date.now() }
      hits.push(hit)
      const how = answers.get(request.url) ?? ((a) => a.writeHead(204).end())
      how(answer, hits.filter((other) => other.path === request.url).length, hit)
    })
  }
  const server = tls ? https.createServer({ key: tls.key, cert: tls.cert }, handle) : http.createServer(handle)
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  closers.push(() => new Promise((done) => server.close(done) && server.closeAllConnections()))
  const { port } = server.address()
  return { hits, answers, port, url: (name) => `http${tls ? 's' : ''}://127.0.0.1:${port}${name}`, at: (name) => hits.filter((hit) => hit.path === name) }
}

/* Headers unfolded and words decoded, and the two halves as text. */
export function read(mail) {
  const [head, ...rest] = mail.text.split('\r\n\r\n')
  const headers = Object.fromEntries(head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => {
    const at = line.indexOf(':')
    const value = line.slice(at + 1).trim().replace(/\?= =\?/g, '?==?')
    return [line.slice(0, at).toLowerCase(), value.replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word) => Buffer.from(word, 'base64').toString())]
  }))
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'])[1]
  const parts = rest.join('\r\n\r\n').split(`--${boundary}`).slice(1, -1).map((part) => {
    const at = part.indexOf('\r\n\r\n')
    return { type: /Content-Type: ([^;]*)/.exec(part)[1], text: Buffer.from(part.slice(at), 'base64').toString() }
  })
  return { headers, plain: parts.find((part) => part.type === 'text/plain').text, html: parts.find((part) => part.type === 'text/html').text }
}

export const verified = (hit, secret) => new (load('standardwebhooks').Webhook)(secret).verify(hit.body, hit.headers)

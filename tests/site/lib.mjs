// A whole Signalbox for a test: started by nginx/run with a folder of its own, spoken to over TLS, stopped by TERM.

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const build = path.resolve(root, process.env.B || 'build')
export const program = path.join(build, 'signalbox')

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

/* Asks again until `check` returns something true; its last error or answer says what was wrong. The limit ends a wait for what will
 * not come; it says nothing of how fast we are. */
export async function eventually(what, check, ms = 60000) {
  const end = Date.now() + ms
  let last
  for (;;) {
    try {
      last = await check()
      if (last) return last
    } catch (error) {
      last = error
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms, last: ${last?.stack ?? JSON.stringify(last)}`)
    await sleep(50)
  }
}

/* What a bound of time is stretched by on a machine that has others to serve: the slowest of some requests that take 10 ms on one that has not. */
export async function slowness(site) {
  let slowest = 0
  for (let i = 0; i < 8; i++) {
    const begin = performance.now()
    assert.equal((await site.api('GET', '/jobs?limit=1')).status, 200)
    slowest = Math.max(slowest, performance.now() - begin)
  }
  return Math.max(1, slowest / 10)
}

const find = (name) => (process.env.PATH ?? '').split(':').map((dir) => path.join(dir, name)).find(existsSync)

/* The embedded engine always; Dkron whenever there is one. The tests are the same. */
export const engines = [
  { name: 'embedded', env: { SIGNALBOX_ENGINE: 'embedded' }, skip: false },
  {
    name: 'dkron',
    env: { SIGNALBOX_ENGINE: 'dkron' },
    skip: process.env.SIGNALBOX_DKRON_BIN || find('dkron') ? false : 'no dkron on PATH',
  },
]

/* A zombie that nobody reaps has ended all the same. */
export const isAlive = (pid) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/* A process and all that descend from it. */
export function treeOf(pid) {
  const children = new Map()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // It ended while we looked.
    }
  }
  const tree = [pid]
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i]) ?? []))
  return tree
}

const running = new Set()
process.on('exit', () => {
  for (const site of running) site.process?.kill('SIGTERM')
})

export class Site {
  constructor(name, engine = engines[0], env = {}) {
    this.name = name
    this.engine = engine
    this.folder = path.join(build, 'site', name)
    this.env = env
  }

  /* A fresh one, unless `keep`; `bare`: without the cluster that was made once for all. Resolves when it says that it is ready. */
  async start({ keep = false, bare = false, cwd = root } = {}) {
    if (!keep) rmSync(this.folder, { recursive: true, force: true })
    mkdirSync(path.dirname(this.folder), { recursive: true })
    if (!keep && !bare) {
      const seed = path.join(build, 'site', '.seed')
      execFileSync(path.join(root, 'tests/site/seed'), [seed], { env: { ...process.env, B: build } })
      mkdirSync(this.folder)
      chmodSync(this.folder, 0o711)
      execFileSync('cp', ['-a', path.join(seed, 'pg'), this.folder])
    }
    const errors = openSync(`${this.folder}.stderr`, 'w')
    const env = { ...process.env, ...this.engine.env, ...this.env, B: build, VAR: this.folder }
    // It goes when this process goes, however that ends.
    this.process = spawn('setpriv', ['--pdeathsig', 'TERM', 'bash', path.join(root, 'nginx/run')], { cwd, env, detached: true, stdio: ['ignore', 'pipe', errors] })
    closeSync(errors)
    running.add(this)
    this.stdout = ''
    this.ended = new Promise((done) => this.process.on('exit', (code, signal) => done({ code, signal })))
    this.process.stdout.on('data', (bytes) => (this.stdout += bytes))
    await Promise.race([this.ended, eventually(`${this.name} is ready`, () => this.isReady() || this.process.exitCode !== null || this.process.signalCode !== null, 120000)])
    if (!this.isReady()) throw new Error(`${this.name} did not start: ${this.stdout}${readFileSync(`${this.folder}.stderr`, 'utf8')}`)
    const { address, local, certificate, config, password, dkron, pid } = this.runJson()
    Object.assign(this, { address, local, certificate, config, password, dkron, pid })
    this.ca = readFileSync(path.resolve(root, this.certificate))
    this.secret = this.password ?? this.secret
    return this
  }

  isReady() {
    return /^ {2}engine .*\n/m.test(this.stdout)
  }

  runJson() {
    return JSON.parse(readFileSync(path.join(this.folder, 'run.json'), 'utf8'))
  }

  async stop(signal = 'SIGTERM') {
    this.process.kill(signal)
    const end = await this.ended
    running.delete(this)
    return end
  }

  /* ---- one request; `listener` public (TLS) or local */

  request(method, target, { headers = {}, body, listener = 'public', timeout = 60000, ...tls } = {}) {
    const secure = listener === 'public'
    const base = new URL(secure ? this.address : this.local)
    const options = {
      // A path that URL would tidy up must arrive as it is.
      host: '127.0.0.1', port: base.port, path: target, method, headers, timeout, agent: false,
      ...(secure ? { ca: this.ca, servername: 'localhost', headers: { Host: base.host, ...headers }, ...tls } : {}),
    }
    return new Promise((done, fail) => {
      const r = (secure ? https : http).request(options, (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('error', fail)
        answer.on('end', () => {
          const bytes = Buffer.concat(parts)
          const text = bytes.toString()
          done({
            status: answer.statusCode, headers: answer.headers, rawHeaders: answer.rawHeaders, bytes, text,
            get json() {
              return JSON.parse(text)
            },
          })
        })
      })
      r.on('timeout', () => r.destroy(new Error(`${method} ${target}: no answer within ${timeout} ms`)))
      r.on('error', fail)
      r.end(body)
    })
  }

  /* ---- the API, with the token of an admin unless another is given */

  async api(method, target, body, { token, headers = {} } = {}) {
    token ??= this.token ??= this.cli(['token', 'add', 'admin', '--name', 'tests', '--scope', 'admin', '--days', '1']).trim()
    return this.request(method, `/api/v1${target}`, {
      headers: { Authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    })
  }

  /* ---- the program, with the database at hand */

  cli(args, input = '') {
    return execFileSync(program, ['--config', path.resolve(root, this.config), ...args], { cwd: root, input, encoding: 'utf8', stdio: 'pipe' })
  }

  cliResult(args, input = '') {
    return spawnSync(program, ['--config', path.resolve(root, this.config), ...args], { cwd: root, input, encoding: 'utf8' })
  }

  database() {
    return /^SIGNALBOX_DATABASE_URL=(.*)$/m.exec(readFileSync(path.resolve(root, this.config), 'utf8'))[1]
  }

  sql(statement) {
    return execFileSync('psql', ['-X', '-q', '-A', '-t', '-d', this.database(), '-c', statement], { encoding: 'utf8' }).trim()
  }

  /* A statement in a transaction that stays open, as somebody who holds a row in his hand; resolves with what ends it. */
  async hold(statement) {
    const psql = spawn('psql', ['-X', '-q', '-A', '-t', '-d', this.database()], { stdio: ['pipe', 'pipe', 'inherit'] })
    const ended = new Promise((done) => psql.on('exit', done))
    let said = ''
    psql.stdout.on('data', (bytes) => (said += bytes))
    psql.stdin.write(`BEGIN;\n${statement};\n\\echo held\n`)
    await eventually(`${statement} is held`, () => said.includes('held') || psql.exitCode !== null)
    return async () => {
      psql.stdin.end('COMMIT;\n')
      if ((await ended) !== 0) throw new Error(`${statement}: psql ended with ${psql.exitCode}`)
    }
  }

  /* ---- processes and logs */

  log(name) {
    return readFileSync(path.join(this.folder, 'log', `${name}.log`), 'utf8')
  }

  /* The children of the supervisor, by name: postgres, nginx, dkron, engine, engine-api, work and the pools. */
  pids() {
    const pids = {}
    for (const [, name, pid] of this.log('run').matchAll(/event=started name=(\S+) pid=(\d+)/g)) pids[name] = Number(pid)
    return pids
  }

  kill(name, signal = 'SIGKILL') {
    process.kill(this.pids()[name], signal)
  }

  /* Direct children, such as the workers of a pool. */
  workers(name) {
    const { [name]: pid } = this.pids()
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  }

  browser() {
    return new Visitor(this)
  }

  /* A visitor who is signed in. */
  async signIn(account = 'admin', password = this.secret) {
    const visitor = this.browser()
    const answer = await visitor.submit('/sign-in', { account, password, next: '/' })
    if (answer.status !== 303) throw new Error(`sign-in of ${account}: ${answer.status} ${answer.text.slice(0, 400)}`)
    return visitor
  }
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name])

/* Somebody with a browser but no script: keeps cookies, follows the forms that a page shows. */
export class Visitor {
  constructor(site) {
    this.site = site
    this.cookies = new Map()
  }

  async request(method, target, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie ? { Cookie: cookie } : {}), Accept: 'text/html', ...options.headers }
    const answer = await this.site.request(method, target, { ...options, headers })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }

  get(target, options) {
    return this.request('GET', target, options)
  }

  post(target, fields, headers = {}) {
    return this.request('POST', target, {
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin', Origin: this.site.address, ...headers,
      },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    })
  }

  /* Opens `page` and sends its form for `action` as it stands there, with `fields` filled in (null: left out). */
  async submit(action, fields = {}, page = action) {
    const { text, status } = await this.get(page)
    const form = formOf(text, action)
    if (!form) throw new Error(`no form for ${action} on ${page} (${status})`)
    for (const [name, value] of Object.entries(fields)) {
      if (!(name in form.fields) && !form.names.has(name)) throw new Error(`no field ${name} in the form for ${action}`)
      form.fields[name] = value
    }
    return this.post(action, Object.fromEntries(Object.entries(form.fields).filter(([, value]) => value !== null)))
  }
}

const attributes = (tag) =>
  Object.fromEntries([...tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].slice(1).map(([, name, value]) => [name, unescape(value ?? '')]))

/* What a browser would send for the form with this action: {fields, names}; undefined when the page has none. */
export function formOf(html, action) {
  for (const [, head, inside] of html.matchAll(/(<form[^>]*>)(.*?)<\/form>/gs)) {
    if (attributes(head).action !== action || attributes(head).method !== 'post') continue
    const fields = {}
    const names = new Set()
    for (const [whole, kind] of inside.matchAll(/<(input|textarea|select)[^>]*>/g)) {
      const { name, type, value, ...rest } = attributes(whole)
      if (!name) continue
      names.add(name)
      const after = inside.slice(inside.indexOf(whole) + whole.length)
      if (kind === 'textarea') fields[name] = unescape(after.slice(0, after.indexOf('</textarea>')).replace(/^\n/, ''))
      else if (kind === 'select') {
        const options = [...after.slice(0, after.indexOf('</select>')).matchAll(/(<option[^>]*>)([^<]*)/g)]
        const chosen = options.find(([, tag]) => 'selected' in attributes(tag)) ?? options[0]
        if (chosen) fields[name] = attributes(chosen[1]).value ?? unescape(chosen[2])
      } else if (type === 'checkbox' || type === 'radio') {
        if ('checked' in rest) fields[name] = value ?? 'on'
      } else fields[name] = value ?? ''
    }
    return { fields, names }
  }
}

/* A test() whose site is started by the first one that runs, and stopped behind the last. Call it inside describe(). */
export function onSite(site, start = () => site.start()) {
  let starting
  after(async () => {
    if (starting) await site.stop()
  })
  return (name, work, options = {}) =>
    test(name, { timeout: 240000, ...options }, async (t) => {
      await (starting ??= start())
      await work(site, t)
    })
}

/* The same tests against each engine; `body` gets test(), the engine and the site. */
export function eachEngine(what, body) {
  for (const engine of engines) {
    if (engine.skip) {
      test(`${what} (${engine.name})`, { skip: engine.skip }, () => {})
      continue
    }
    describe(`${what}, ${engine.name}`, () => {
      const site = new Site(`${what.replaceAll(/\W+/g, '-')}-${engine.name}`, engine)
      const named = onSite(site)
      body((name, work, options) => named(`${name} (${engine.name})`, work, options), engine, site)
    })
  }
}

let serial = 0
export const unique = (prefix) => `${prefix}-${process.pid}-${++serial}`

/* A job that says something; fields win. */
export const aJob = (fields = {}) => ({
  name: unique('job'), team: 'ops', schedule: '@manually', executor: 'shell', executor_config: { command: 'echo hello', shell: 'true' }, ...fields,
})

export async function runOf(site, job, done = (run) => run.state !== 'queued' && run.state !== 'running', ms) {
  // A pool that has just lost the database says 503 until it has it again.
  const asked = await eventually(`${job} is asked to run`, async () => {
    const answer = await site.api('POST', `/jobs/${job}/run`)
    return answer.status !== 503 && answer
  })
  if (asked.status !== 202) throw new Error(`${job} was not run: ${asked.status} ${asked.text}`)
  return runEnds(site, asked.json.id, done, ms)
}

export const runEnds = (site, id, done = (run) => run.state !== 'queued' && run.state !== 'running', ms) =>
  eventually(`run ${id} ends`, async () => {
    const answer = await site.api('GET', `/runs/${id}`)
    return answer.status === 200 && done(answer.json) && answer.json
  }, ms)

export const outputOf = async (site, id) => (await site.api('GET', `/runs/${id}/output?offset=0`)).text

/* Until the engine has what we want it to have. */
export const inSync = (site, job) =>
  eventually(`${job} is in sync`, async () => (await site.api('GET', `/jobs/${job}`)).json.sync.state === 'in_sync')

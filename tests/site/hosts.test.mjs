// Two hosts, each with a whole `signalbox work`, on one database: what one of them tells the other does not tell again, what one
// notices the other does not notice again, and when one is killed the other does all of it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aJob, engines, eventually, inSync, program, root, Site, sleep, treeOf, unique } from './lib.mjs'
import { certificate, mailServer, read, skip, verified, webServer } from './receivers.mjs'

const MANY = 30
const FLIGHTS = 20 // what one host has in the air at most
const shell = (command) => ({ executor_config: { command, shell: 'true' } })
const same = (list) => [...new Set(list)].sort()

/* A worker with a log of its own, that ends as a host does whose power fails. */
class Host {
  constructor(site, name) {
    this.file = path.join(site.folder, 'log', `${name}.log`)
    const log = openSync(this.file, 'w')
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', program, '--config', path.resolve(root, site.config), 'work'], { cwd: root, env: { ...process.env, ...site.env }, stdio: ['ignore', log, log] })
    closeSync(log)
  }

  kill() {
    for (const pid of treeOf(this.child.pid)) process.kill(pid, 'SIGKILL')
  }

  /* The lines of one event. */
  said(event) {
    return readFileSync(this.file, 'utf8').split('\n').filter((line) => line.includes(`event=${event} `))
  }

  ready() {
    return eventually('its loops are there', () => ['notify', 'missed'].every((loop) => this.said('loop_ready').some((line) => line.includes(`loop=${loop}`))))
  }
}

/* The site's own worker rests; what it held is given back, and its parent starts it no more. */
function rest(site) {
  const [parent, ...children] = treeOf(site.pids().work)
  process.kill(parent, 'SIGSTOP')
  for (const pid of children) process.kill(pid, 'SIGKILL')
}

const post = async (site, target, body, want) => {
  const answer = await site.api('POST', target, body)
  assert.equal(answer.status, want, answer.text)
  return answer.json
}

const tls = skip ? null : certificate('hosts-tls')

if (skip) test('two hosts', { skip }, () => {})
else for (const engine of engines) describe(`two hosts, ${engine.name}`, { skip: engine.skip }, async () => {
  const mail = await mailServer({ ...tls, authOptional: false })
  const web = await webServer()
  const site = new Site(`hosts-${engine.name}`, engine, {
    SIGNALBOX_SMTP_URL: `smtp://mailer:s%40cret@localhost:${mail.port}`,
    SIGNALBOX_SMTP_CA: tls.file,
    SIGNALBOX_MAIL_FROM: 'signalbox@example.org',
    SIGNALBOX_WEBHOOK_ALLOW: '127.0.0.0/8',
    SIGNALBOX_MISSED_GRACE_S: '5',
  })
  const hosts = []
  const host = async (name) => {
    const one = new Host(site, name)
    hosts.push(one)
    await one.ready()
    return one
  }
  before(async () => {
    await site.start()
    rest(site)
  })
  after(async () => {
    for (const { child } of hosts) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    if (site.process) {
      process.kill(site.pids().work, 'SIGCONT')
      await site.stop()
    }
  })

  /* A team whose failures, recoveries and missed runs go to a mailbox and a webhook, both of its own name. */
  async function crewOf() {
    const name = unique('crew')
    site.cli(['team', 'add', name])
    await post(site, `/teams/${name}/alerts`, { kind: 'mail', target: `${name}@example.org` }, 201)
    const { secret } = await post(site, `/teams/${name}/alerts`, { kind: 'webhook', target: web.url(`/${name}`) }, 201)
    web.answers.set(`/${name}`, (answer) => setTimeout(() => answer.writeHead(204).end(), 300))
    return { name, mails: () => mail.to(`${name}@example.org`), hits: () => web.at(`/${name}`), events: () => web.at(`/${name}`).map((hit) => verified(hit, secret)) }
  }

  async function makeMany(crew, n, fields) {
    const jobs = await Promise.all(Array.from({ length: n }, () => post(site, '/jobs', aJob({ team: crew.name, ...fields }), 201)))
    const names = jobs.map(({ name }) => name).sort()
    for (const name of names) await inSync(site, name)
    return names
  }
  const runAll = (names) => Promise.all(names.map((name) => post(site, `/jobs/${name}/run`, undefined, 202)))
  const keys = (hits) => hits.map(({ headers }) => headers['webhook-id'])
  const ids = (mails) => mails.map((one) => read(one).headers['message-id'])
  const allSent = (crew, n) =>
    eventually(`${n} messages are sent`, () => site.sql(`SELECT count(*) FROM message m JOIN team t ON t.id = m.team_id WHERE t.name = '${crew.name}' AND m.state = 'sent'`) === String(n))

  test(`each mail and each webhook leaves once, and all do when one host dies over them (${engine.name})`, { timeout: 240000 }, async () => {
    const [one, two] = [await host('one'), await host('two')]
    const crew = await crewOf()
    const names = await makeMany(crew, MANY, shell('exit 3'))
    await runAll(names)
    await allSent(crew, 2 * MANY)
    await sleep(1500) // for what would come twice
    assert.deepEqual(crew.events().map(({ type, data }) => `${type} ${data.job}`).sort(), names.map((name) => `job.failed ${name}`))
    assert.equal(same(keys(crew.hits())).length, MANY)
    assert.equal(crew.mails().length, MANY)
    assert.equal(same(ids(crew.mails())).length, MANY)
    for (const each of [one, two]) assert.ok(each.said('message_sent').length > 0, 'both have told something')

    // They recover, and one host is killed over the first that it tells.
    await Promise.all(names.map(async (name) => assert.equal((await site.api('PATCH', `/jobs/${name}`, shell('true'))).status, 200)))
    for (const name of names) await inSync(site, name)
    const before = one.said('message_sent').length
    await runAll(names)
    await eventually('it has begun to tell', () => one.said('message_sent').length > before)
    one.kill()
    await allSent(crew, 4 * MANY)
    await sleep(1500)
    const recovered = crew.events().filter(({ type }) => type === 'job.recovered')
    assert.deepEqual(same(recovered.map(({ data }) => data.job)), names)
    // What the dead one had in the air may come again, under the name it had: nothing else does.
    const taken = (kind) => Number(site.sql(`SELECT sum(attempts) FROM message m JOIN team t ON t.id = m.team_id WHERE t.name = '${crew.name}' AND m.kind = '${kind}'`))
    for (const [kind, came] of [['webhook', keys(crew.hits())], ['mail', ids(crew.mails())]]) {
      assert.equal(same(came).length, 2 * MANY, kind)
      assert.ok(came.length <= taken(kind) && taken(kind) <= 2 * MANY + FLIGHTS, `${came.length} of ${kind} came, ${taken(kind)} were begun`)
    }
  })

  test(`each missed run is noticed once, told once, and by the other when one host dies (${engine.name})`, { timeout: 240000 }, async () => {
    const [two, three] = [hosts.at(-1), await host('three')]
    const crew = await crewOf()
    const names = await makeMany(crew, 12, { schedule: '*/5 * * * * *', tags: { zone: 'north:1' } })
    const missed = (where = '') =>
      site.sql(`SELECT job_name, extract(epoch FROM queued_at)::bigint, id FROM run WHERE state = 'missed' AND job_name IN ('${names.join("','")}') ${where} ORDER BY 1, 2`)
        .split('\n').filter(Boolean).map((line) => line.split('|'))
    const allHave = (n, where) => eventually(`each is missed ${n} times`, () => names.every((name) => missed(where).filter(([job]) => job === name).length >= n))
    await allHave(3)
    two.kill()
    const died = Math.ceil(Date.now() / 1000)
    await allHave(2, `AND queued_at > to_timestamp(${died})`)
    await eventually('it is told', () => crew.hits().length >= names.length && crew.mails().length >= names.length)
    three.child.kill('SIGTERM')
    await eventually('it has left', () => three.child.exitCode !== null)
    const rows = missed()
    for (const name of names) {
      const at = rows.filter(([job]) => job === name).map(([, second]) => Number(second))
      assert.deepEqual(at, at.map((_, i) => at[0] + 5 * i), `${name}: each fire once, none left out`)
    }
    const noticed = [two, three].flatMap((each) => each.said('run_missed')).map((line) => / run=(\d+)/.exec(line)[1])
    assert.deepEqual([...noticed].sort(), same(noticed), 'nobody noticed what the other had')
    const unsaid = rows.map(([, , id]) => id).filter((id) => !noticed.includes(id))
    assert.ok(unsaid.length <= 1, `who was killed had no time to say so of one, not of ${unsaid.length}`)
    assert.deepEqual(crew.events().map(({ type, data }) => `${type} ${data.job}`).sort(), names.map((name) => `job.missed ${name}`))
    assert.deepEqual(crew.mails().map((one) => read(one).headers.subject).sort(), same(crew.mails().map((one) => read(one).headers.subject)))
    assert.equal(crew.mails().length, names.length)
  })
})

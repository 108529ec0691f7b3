// What the pages show in the tests: jobs of all kinds, runs that went well and badly, people, a bulk action.

import { aJob, eventually, inSync, runEnds } from '../site/lib.mjs'

export const long = 'customer-data-warehouse-export-eu-west-1-incremental-with-a-very-long-tail'

const shell = (command, more = {}) => ({ executor: 'shell', executor_config: { command, shell: 'true', ...more } })

const jobs = [
  { name: 'nightly-backup', schedule: '0 30 2 * * *', timezone: 'Europe/Madrid', description: 'Dumps all databases to the cold store.\nAsk Marta before changing it.', owner: 'Marta', owner_email: 'marta@example.com', ...shell('/opt/backup/run --all', { env: 'LEVEL=3,DB_PASSWORD=hunter22' }) },
  { name: 'report', schedule: '', parent_job: 'nightly-backup', ...shell('echo report') },
  { name: long, schedule: '0 ~ 4 * * *', concurrency: 'forbid', tags: { dc: 'one:1' }, ...shell('echo long') },
  { name: 'failing', schedule: '@manually', ...shell('echo before; echo "no route to host" >&2; exit 3') },
  { name: 'hello', schedule: '@every 10m', ...shell('for i in $(seq 30); do echo "line $i of the output"; done') },
  { name: 'switched-off', schedule: '@daily', disabled: true, ...shell('true') },
  { name: 'ping', schedule: '0 */5 * * * *', executor: 'http', executor_config: { method: 'GET', url: 'http://127.0.0.1:9/ping', timeout: '1' } },
]

/* Made on the site, and what path variables can stand for. */
export async function given(site) {
  const say = async (method, target, body, want) => {
    const answer = await site.api(method, target, body)
    if (answer.status !== want) throw new Error(`${method} ${target}: ${answer.status} ${answer.text}`)
    return answer.json
  }
  site.cli(['account', 'add', 'vera', '--email', 'vera@example.com'], 'correct horse battery\n')
  site.cli(['account', 'add', 'otto'], 'correct horse battery\n')
  site.cli(['team', 'add', 'web'])
  site.cli(['team', 'member', 'ops', 'vera', 'viewer'])
  site.cli(['team', 'member', 'ops', 'otto', 'operator'])
  for (const job of jobs) await say('POST', '/jobs', { team: 'ops', ...job }, 201)
  for (let i = 0; i < 50; i++) await say('POST', '/jobs', aJob({ name: `filler-${String(i).padStart(2, '0')}`, team: i % 2 ? 'web' : 'ops' }), 201)
  const runs = {}
  for (const name of ['hello', 'failing']) {
    await inSync(site, name)
    const { id } = await say('POST', `/jobs/${name}/run`, undefined, 202)
    runs[name] = await runEnds(site, id)
  }
  await say('PATCH', '/jobs/nightly-backup', { retries: 2 }, 200)
  const bulk = await say('POST', '/jobs/bulk', { action: 'disable', names: ['filler-01', 'filler-03', 'nobody-knows', 'switched-off'] }, 202)
  await eventually('the bulk action ends', async () => (await site.api('GET', `/bulk/${bulk.id}`)).json.finished_at)
  const alert = await say('POST', '/teams/ops/alerts', { kind: 'mail', target: 'ops@example.com' }, 201)
  const token = '0123456789abcdef'.repeat(4)
  site.sql(`WITH t AS (INSERT INTO task (type, title, state, stage, requester, req_id, data, data_hash, approved, valid, expires_at, due_at)
    VALUES ('request-access', 'Access to ops as operator', 'awaiting_token', 'token', 'otto', 'x', '{}', 'x', true, true, now() + interval '1 day', NULL) RETURNING id),
    a AS (INSERT INTO task_action (task_id, ord, name, data, state, valid, need_token, token_fields) SELECT id, 0, 'add_member', '{}', 'approved', true, true, 'password' FROM t)
    INSERT INTO task_token (task_id, token_hash, nonce, expires_at) SELECT id, encode(sha256('${token}'), 'hex'), 'x', now() + interval '1 day' FROM t`)
  return { token, alert: alert.id, bulk: bulk.id, run: runs.hello.id, failed: runs.failing.id }
}

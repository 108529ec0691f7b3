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
  await say('PUT', '/groups/release', { description: 'who ships', members: ['vera'] }, 200)
  const alert = await say('POST', '/teams/ops/alerts', { kind: 'mail', target: 'ops@example.com' }, 201)
  const token = '0123456789abcdef'.repeat(4)
  site.sql(`WITH t AS (INSERT INTO task (type, title, state, stage, requester, req_id, data, data_hash, approved, valid, expires_at, due_at)
    VALUES ('request-access', 'Access to ops as operator', 'awaiting_token', 'token', 'otto', 'x', '{}', 'x', true, true, now() + interval '1 day', NULL) RETURNING id),
    a AS (INSERT INTO task_action (task_id, ord, name, data, state, valid, need_token, token_fields) SELECT id, 0, 'add_member', '{}', 'approved', true, true, 'password' FROM t)
    INSERT INTO task_token (task_id, token_hash, nonce, expires_at) SELECT id, encode(sha256('${token}'), 'hex'), 'x', now() + interval '1 day' FROM t`)
  const asked = (who, title, about, more) => site.sql(`INSERT INTO task (type, title, stage, requester, requester_id, team_id, reason, req_id, data, data_hash, hash, valid, required_approvals,
    approver_role, expires_at, due_at ${more.map(([name]) => `, ${name}`).join('')}) SELECT 'request-access', '${title}', '${about}', a.name, a.id, t.id, 'The night shift starts and stops what hangs.', 'x', '{"team":"ops","role":"operator"}',
    '${title}', repeat('9b1f6a00', 8), true, 2, 4, now() + interval '3 days', NULL ${more.map(([, value]) => `, ${value}`).join('')} FROM account a, team t WHERE a.name = '${who}' AND t.name = 'ops' RETURNING id`).trim().split('\n')[0]
  const task = asked('otto', 'Access to ops as operator', 'wait', [])
  const done = asked('vera', 'Access to ops as editor', 'end', [['state', "'rejected'"], ['cancelled', 'true'], ['ended_at', 'now()']])
  site.sql(`INSERT INTO task_action (task_id, ord, name, data, state, valid) VALUES ('${task}', 0, 'add_member', '{}', 'prepared', true), ('${done}', 0, 'add_member', '{}', 'prepared', true);
    INSERT INTO task_note (task_id, ord, kind, actor, text) VALUES ('${task}', 0, 'note', 'signalbox', 'otto joins ops as operator.'), ('${task}', NULL, 'comment', 'otto', 'Please before the weekend.'), ('${done}', NULL, 'step', 'admin', 'rejected: not this year')`)
  const notification = site.sql(`INSERT INTO notification (task_id, error, notes, acknowledged_at, acknowledged_by) VALUES ('${task}', false, '{"notes":["A request waits for approval."]}', now(), 'admin'),
    ('${done}', true, '{"errors":["The mail to vera@example.com was not taken: the server answered 450."]}', NULL, NULL) RETURNING id`).trim().split('\n')[1]
  return { notification, task, done, token, alert: alert.id, bulk: bulk.id, run: runs.hello.id, failed: runs.failing.id }
}

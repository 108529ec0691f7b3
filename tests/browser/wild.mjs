// Names at their limits: as long as they may be, without a place to break, from right to left, in pictures.

import { eventually, inSync, runEnds } from '../site/lib.mjs'

const hebrew = 'גיבוי לילי (שרת 12) — בוקר!', picture = '👩‍👩‍👧‍👦🚦🇮🇸'
const cut = (n) => [...`${hebrew} ${picture} ${'W'.repeat(200)}`].slice(0, n).join('')
export const wild = {
  job: 'w'.repeat(120),
  child: `ǆ${'ﬀ'.repeat(59)}`,
  team: 'm'.repeat(63),
  account: 'w'.repeat(63),
  email: `${'w'.repeat(64)}@${'m'.repeat(63)}.${'m'.repeat(63)}.example`,
  type: 'wild',
  text: cut(200),
  long: 'W'.repeat(480),
}

/* Made on the site; the addresses of what came of it. */
export async function givenWild(site) {
  const say = async (method, target, body, want, more) => {
    const answer = await site.api(method, target, body, more)
    if (answer.status !== want) throw new Error(`${method} ${target}: ${answer.status} ${answer.text}`)
    return answer.json
  }
  site.cli(['account', 'add', wild.account, '--email', wild.email], 'correct horse battery\n')
  site.cli(['team', 'add', wild.team])
  site.cli(['team', 'member', wild.team, wild.account, 'editor'])
  await say('PATCH', `/teams/${wild.team}`, { description: wild.text }, 200)
  await say('POST', '/jobs', { name: wild.job, team: wild.team, schedule: '@every 1h', executor: 'shell', executor_config: { command: `echo ${wild.long}; echo '${wild.text}'; exit 3`, shell: 'true' },
    description: wild.text, owner: wild.text, tags: { [`${'t'.repeat(60)}`]: `${'v'.repeat(60)}:1` } }, 201)
  await say('POST', '/jobs', { name: wild.child, team: wild.team, parent_job: wild.job, executor: 'shell', executor_config: { command: 'true' } }, 201)
  await say('PATCH', `/jobs/${wild.job}?reason=${encodeURIComponent(wild.text)}`, { tags: {}, description: `${wild.text}\n${wild.long}` }, 200)
  await inSync(site, wild.job)
  const run = await say('POST', `/jobs/${wild.job}/run`, undefined, 202)
  await runEnds(site, run.id)
  await say('PUT', '/groups/wild', { description: wild.text, members: [wild.account] }, 200)
  await say('PUT', `/task-types/${wild.type}/definition`, {
    title: cut(80), help: `${wild.text} ${wild.long}`, team_field: 'team', title_pattern: '{{what}}',
    fields: [{ name: 'team', label: cut(80), kind: 'team', required: true }, { name: 'what', label: hebrew, kind: 'line', help: wild.long },
      { name: 'which', label: picture, kind: 'choice', choices: [cut(80), 'b'] }],
    actions: [{ action: 'send_mail', with: { to: 'a@b.example', subject: '{{what}}', text: wild.long } }], approvals: { required: 1, group: 'wild' },
  }, 201)
  const token = site.cli(['token', 'add', wild.account, '--scope', 'write']).trim()
  const asked = await say('POST', `/task-types/${wild.type}?reason=${encodeURIComponent(`${wild.text} ${'W'.repeat(250)}`)}`, { team: wild.team, what: wild.text, which: 'b' }, 202, { token })
  const task = asked.id ?? asked.task?.id
  await eventually('it waits', async () => site.sql(`SELECT stage FROM task WHERE id = '${task}'`).trim() === 'wait')
  await say('POST', `/tasks/${task}/comment`, { comment: `${wild.text} ${wild.long}` }, 200)
  return {
    'wild-overview': '/', 'wild-jobs': '/jobs?q=www', 'wild-job': `/jobs/${wild.job}`, 'wild-child': `/jobs/${encodeURIComponent(wild.child)}`, 'wild-job-edit': `/jobs/${wild.job}/edit`, 'wild-revisions': `/jobs/${wild.job}/revisions`,
    'wild-run': `/runs/${run.id}`, 'wild-runs': '/runs', 'wild-calendar': '/calendar', 'wild-tasks': '/tasks?all=1', 'wild-task': `/tasks/${task}`, 'wild-requests': '/requests', 'wild-request': `/requests/new/${wild.type}`,
    'wild-type': `/settings/types/${wild.type}`, 'wild-types': '/settings/types', 'wild-team': `/teams/${wild.team}`, 'wild-teams': '/teams', 'wild-person': `/accounts/${wild.account}`, 'wild-people': '/accounts',
    'wild-group': '/settings/groups/wild', 'wild-groups': '/settings/groups', 'wild-audit': '/audit',
  }
}

// The screenshots of README, from a real site with a real engine: node tests/browser/shots.mjs, or `make shots`.

import path from 'node:path'
import { Site, engines, eventually, inSync, root } from '../site/lib.mjs'
import { browserOrReason, launch } from './lib.mjs'

const password = 'correct horse battery'
const shell = (command, more = {}) => ({ executor: 'shell', executor_config: { command, shell: 'true' }, ...more })
const jobs = [
  { name: 'nightly-backup', schedule: '0 30 1 * * *', timezone: 'Europe/Madrid', owner: 'Marta', approvals: 1, ...shell('/opt/backup/run --all') },
  { name: 'rotate-logs', schedule: '0 0 * * * *', ...shell('echo rotated 14 files') },
  { name: 'sync-ldap', schedule: '*/15 * * * * *', ...shell('echo "214 entries, 0 changed"') },
  { name: 'health-probe', schedule: '@every 10s', ...shell('echo ok') },
  { name: 'invoice-export', schedule: '*/30 * * * * *', ...shell('echo "412 invoices"; echo "no route to host: ledger.internal"; exit 3') },
  { name: 'stock-import', schedule: '@manually', tags: {}, ...shell('for i in $(seq 1 90); do echo "warehouse $i: $((i * 37 % 101)) articles"; sleep 1; done') },
  { name: 'purge-sessions', schedule: '0 15 3 * * 0', timezone: 'Europe/Madrid', ...shell('echo purged') },
]

const say = async (site, method, target, body, options) => {
  const answer = await site.api(method, target, body, options)
  if (answer.status >= 300) throw new Error(`${method} ${target}: ${answer.status} ${answer.text}`)
  return answer.json
}

async function given(site) {
  for (const name of ['marta', 'jonas', 'irene']) site.cli(['account', 'add', name, '--email', `${name}@example.com`], `${password}\n`)
  for (const [name, role] of [['marta', 'manager'], ['irene', 'manager'], ['jonas', 'editor']]) site.cli(['team', 'member', 'ops', name, role])
  // Nobody may make a job that demands approval but by asking: it comes first, the demand behind it.
  for (const { approvals, ...job } of jobs) await say(site, 'POST', '/jobs', { team: 'ops', ...job })
  for (const { name } of jobs) await inSync(site, name)
  await say(site, 'PATCH', '/jobs/nightly-backup', { approvals: 1 })
  const token = site.cli(['token', 'add', 'jonas', '--scope', 'write', '--days', '1']).trim()
  const change = { schedule: '0 30 2 * * *', executor_config: { command: '/opt/backup/run --all --verify', shell: 'true' }, retries: 2 }
  const task = await say(site, 'PATCH', '/jobs/nightly-backup?reason=The+dump+collides+with+the+invoice+export%3B+and+it+should+check+itself.', change, { token })
  await eventually('some runs', async () => (await site.api('GET', '/runs?job=invoice-export&state=failed')).json.items.length > 1, 120000)
  const run = await say(site, 'POST', '/jobs/stock-import/run')
  await eventually('some lines', async () => (await site.api('GET', `/runs/${run.id}/output?offset=0`)).text.length > 400, 60000)
  return { run: run.id, task: task.id }
}

const kit = browserOrReason()
if (kit.skip) throw new Error(kit.skip)
const site = new Site('shots', engines.findLast(({ skip }) => !skip))
await site.start()
const browser = await launch(kit)
try {
  const { run, task } = await given(site)
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1120, height: 640 }, timezoneId: 'Europe/Madrid' })
  const page = await context.newPage()
  await page.goto(`${site.address}/sign-in`)
  await page.getByLabel('Account').fill('marta')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  for (const [name, target] of [['overview', '/'], ['run', `/runs/${run}`], ['job', '/jobs/sync-ldap'], ['task', `/tasks/${task}`]]) {
    await page.goto(`${site.address}${target}`)
    await page.screenshot({ path: path.join(root, '.readme', `${name}.png`) })
  }
} finally {
  await browser.close()
  await site.stop()
}

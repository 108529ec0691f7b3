// Chromium by playwright-core, which is fetched once into the build folder, with axe-core beside it.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build, root } from '../site/lib.mjs'

const folder = path.join(build, 'npm')
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const packages = ['playwright-core', 'axe-core']

/* {chromium, executablePath, axe}, axe being its source; or {skip: reason}. */
export function browserOrReason() {
  const executablePath = programs.find(existsSync)
  if (!executablePath) return { skip: 'no Chromium' }
  mkdirSync(folder, { recursive: true })
  copyFileSync(path.join(root, 'tests/package.json'), path.join(folder, 'package.json'))
  const load = createRequire(path.join(folder, 'package.json'))
  if (packages.some((name) => !existsSync(path.join(folder, 'node_modules', name)))) {
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: 120000 })
    if (status !== 0) return { skip: `${packages.join(' and ')} could not be fetched: ${(stderr ?? '').trim().split('\n')[0]}` }
  }
  return { chromium: load('playwright-core').chromium, executablePath, axe: readFileSync(path.join(folder, 'node_modules/axe-core/axe.min.js'), 'utf8') }
}

/* As root, Chromium has no sandbox to offer; what it opens here is ours. */
export const launch = ({ chromium, executablePath }) =>
  chromium.launch({ executablePath, args: process.getuid() === 0 ? ['--no-sandbox'] : [] })

export const screenshots = path.join(build, 'screenshots')

export const views = [
  ['wide-light', { width: 1280, height: 800 }, 'light'],
  ['wide-dark', { width: 1280, height: 800 }, 'dark'],
  ['narrow-light', { width: 360, height: 740 }, 'light'],
  ['narrow-dark', { width: 360, height: 740 }, 'dark'],
]

export async function look(page, [, size, colorScheme]) {
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
}

/* What sticks out to the side, or "". */
export const sticksOut = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= wide) return ''
    const out = [...document.querySelectorAll('main *')].filter((el) => el.getBoundingClientRect().right > wide + 1)
    const at = out.at(-1)
    return `${document.documentElement.scrollWidth - wide} px: ${at ? `${at.tagName}.${at.className?.baseVal ?? at.className} "${(at.textContent ?? '').trim().slice(0, 40)}"` : '?'}`
  })

/* A line for each rule of axe that the page breaks. */
export async function violations(page, axe) {
  const has = await page.evaluate(() => typeof window.axe === 'object')
  if (!has) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { preload: false, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} (${failureSummary.split('\n')[1]?.trim()})`).join('; ')}`)
  })
}

/* Collects what pages say on the console. Dkron's dashboard wants to tell its vendor about itself: that this is stopped is meant. */
export function listen(page, complaints) {
  const complain = (text) => {
    if (!/\/\/react-admin-telemetry\./.test(text)) complaints.push(text)
  }
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complain(`${page.url()}: ${error}`))
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') complain(`${request.url()}: ${request.failure()?.errorText}`)
  })
}

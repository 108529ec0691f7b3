// Chromium by playwright-core, which is fetched once into the build folder, with axe-core beside it.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { build } from '../site/lib.mjs'
import { packagesOrReason } from '../site/npm.mjs'

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/* {chromium, executablePath, axe}, axe being its source; or {skip: reason}. */
export function browserOrReason() {
  const executablePath = programs.find(existsSync)
  if (!executablePath) return { skip: 'no Chromium' }
  const { load, folder, skip } = packagesOrReason(['playwright-core', 'axe-core'])
  if (skip) return { skip }
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

/* That person's own browser, signed in on the way to `target`. */
export async function signedIn(browser, site, who, target, complaints) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: views[0][1], timezoneId: 'Europe/Madrid' })
  context.setDefaultTimeout(90000)                        // a limit for what will not come, also where many share the machine
  const page = await context.newPage()
  listen(page, complaints)
  await page.goto(`${site.address}${target}`)
  await page.getByLabel('Account').fill(who.name)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(`${site.address}${target}`)
  return page
}

/* Shoots a page in every view, and fails when it sticks out or axe-core has something to say. */
export const shooter = (kit, folder) => {
  mkdirSync(path.join(screenshots, folder), { recursive: true })
  return async (page, name) => {
    const wrong = []
    for (const view of views) {
      await look(page, view)
      const out = await sticksOut(page)
      if (out) wrong.push(`${name} at ${view[0]}: too wide by ${out}`)
      wrong.push(...(await violations(page, kit.axe)).map((line) => `${name} at ${view[0]}: ${line}`))
      await page.screenshot({ path: path.join(screenshots, folder, `${name}-${view[0]}.png`), fullPage: true })
    }
    await look(page, views[0])
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  }
}

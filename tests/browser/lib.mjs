// Chromium by playwright-core, which is fetched once into the build folder.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build, root } from '../site/lib.mjs'

const folder = path.join(build, 'npm')
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/* {chromium, executablePath}, or {skip: reason}. */
export function browserOrReason() {
  const executablePath = programs.find(existsSync)
  if (!executablePath) return { skip: 'no Chromium' }
  mkdirSync(folder, { recursive: true })
  copyFileSync(path.join(root, 'tests/package.json'), path.join(folder, 'package.json'))
  const load = createRequire(path.join(folder, 'package.json'))
  if (!existsSync(path.join(folder, 'node_modules/playwright-core'))) {
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: 120000 })
    if (status !== 0) return { skip: `playwright-core could not be fetched: ${(stderr ?? '').trim().split('\n')[0]}` }
  }
  return { chromium: load('playwright-core').chromium, executablePath }
}

export const screenshots = path.join(build, 'screenshots')

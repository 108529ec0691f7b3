// What tests/package.json names, fetched once into the build folder.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build, root } from './lib.mjs'

/* {load}, a require() that finds them; or {skip: reason}. */
export function packagesOrReason(names) {
  const folder = path.join(build, 'npm')
  mkdirSync(folder, { recursive: true })
  copyFileSync(path.join(root, 'tests/package.json'), path.join(folder, 'package.json'))
  const missing = names.filter((name) => !existsSync(path.join(folder, 'node_modules', name)))
  if (missing.length > 0) {
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: 120000 })
    if (status !== 0) return { skip: `${missing.join(' and ')} could not be fetched: ${(stderr ?? '').trim().split('\n')[0]}` }
  }
  return { load: createRequire(path.join(folder, 'package.json')) }
}

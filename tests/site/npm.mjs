// What tests/package.json names, fetched once into the build folder.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { build, root } from './lib.mjs'

/* {load, folder}, a require() that finds them and where they are; or {skip: reason}. */
export function packagesOrReason(names) {
  const folder = path.join(build, 'npm')
  mkdirSync(folder, { recursive: true })
  copyFileSync(path.join(root, 'tests/package.json'), path.join(folder, 'package.json'))
  const missing = names.filter((name) => !existsSync(path.join(folder, 'node_modules', name)))
  // npm writes that file last; another test may be fetching at this moment.
  if (missing.length > 0 || !existsSync(path.join(folder, 'node_modules/.package-lock.json'))) {
    const args = [`${folder}.lock`, 'npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error']
    const { status, stderr } = spawnSync('flock', args, { cwd: folder, encoding: 'utf8', timeout: 300000 })
    if (status !== 0) return { skip: `${names.join(' and ')} could not be fetched: ${(stderr ?? '').trim().split('\n')[0]}` }
  }
  return { folder, load: createRequire(path.join(folder, 'package.json')) }
}

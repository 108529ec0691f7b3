// What tests/requirements.txt names, fetched once into the build folder.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build, root } from './lib.mjs'

/* {program}, which gives the path of one of its programs; or {skip: reason}. */
export function venvOrReason() {
  const folder = path.join(build, 'venv')
  const wanted = readFileSync(path.join(root, 'tests/requirements.txt'), 'utf8')
  const stamp = path.join(folder, 'installed.txt')
  const program = (name) => path.join(folder, 'bin', name)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { program }
  rmSync(folder, { recursive: true, force: true })
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [program('pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', path.join(root, 'tests/requirements.txt')]],
  ]
  for (const [name, args] of steps) {
    const { status, stderr, error } = spawnSync(name, args, { encoding: 'utf8', timeout: 300000 })
    if (status !== 0) return { skip: `${path.basename(name)} ${args[0]} failed: ${(error?.message ?? stderr ?? '').trim().split('\n').at(-1)}` }
  }
  writeFileSync(stamp, wanted)
  return { program }
}

import { spawnSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

export type { Browser, Page } from 'playwright-core'

/** Opens the Chromium or Chrome that is installed here, without a window. The caller closes it. */
export async function openBrowser(): Promise<Browser> {
  // Root, as in a container, has no sandbox.
  return await chromium.launch({ executablePath: findProgram() ?? 'chromium', args: ['--no-sandbox'] })
}

/** Why no browser can be opened here, if so. */
export function findBrowserProblem(): string | undefined {
  return findProgram() ? undefined : 'no Chromium; install chromium'
}

const findProgram = (): string | undefined => PROGRAMS.find((program) => spawnSync(program, ['--version']).status === 0)

const PROGRAMS = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

import { readFile } from 'node:fs/promises'
import { settingLines } from '@mainspring/service'
import { expect, test } from 'vitest'
import { services } from './index.ts'

// When a setting changes, `npx vitest run apps/settings.test.ts -u` writes the sample anew.
test('.env.sample lists every setting with its default', async () => {
  const lines = settingLines(services).map(
    ({ variable, description, type, fallback }) => `# ${description} (${type})\n#${variable}=${fallback}`,
  )

  await expect(`${HEADING}${lines.join('\n\n')}\n`).toMatchFileSnapshot('../.env.sample')
})

test('the documentation lists every setting', async () => {
  const text = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8')

  const [table = ''] = text.split('\n## ')
  const documented = [...table.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, variable]) => variable)

  expect(documented).toEqual(settingLines(services).map(({ variable }) => variable))
})

const HEADING = `# Settings of all services and of each. A copy called .env is read at start; what the environment says comes first.
# Each line shows the default. Delete the # in front of a variable to change it.

`

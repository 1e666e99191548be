// Runs after npm has installed, on any Node: from here on, scripts run on the Node of package.json.
import { existsSync, rmSync, symlinkSync } from 'node:fs'

const pinned = `node-${process.platform}-${process.arch}`
const link = 'node_modules/.bin/node'

// npm 10 drops the link if packages for other platforms, which it rightly skips, have a `node` as well.
if (!existsSync(link) && existsSync(`node_modules/${pinned}`)) symlinkSync(`../${pinned}/bin/node`, link)

if (!existsSync(link) && Number.parseInt(process.versions.node, 10) < 24) {
  rmSync('node_modules/.package-lock.json', { force: true }) // so that `make` tries again
  console.error('There is no pinned Node for this platform: please install Node 24 and try again.')
  process.exitCode = 1
}

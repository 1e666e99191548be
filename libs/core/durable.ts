import { open } from 'node:fs/promises'

/** Makes sure that what a file holds is on the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  await handle.sync().finally(() => handle.close())
}

/** Makes sure that what a folder lists is on the disk. Windows does so by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}

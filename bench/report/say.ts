/** Prints a line. */
export const print = (line: string) => process.stdout.write(`${line}\n`)

/** Prints a line with the time since the run began. */
export function say(line: string): void {
  const seconds = Math.floor(performance.now() / 1000)
  print(`[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}] ${line}`)
}

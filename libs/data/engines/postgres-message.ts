/** A statement that the server has prepared and described, and the values that it is run with. */
export interface Run {
  readonly prepared: { readonly name: string } | undefined
  readonly values: readonly (string | null)[]
}

/** Bytes; what most exchanges fit in is written here first, and copied. */
const USUAL = 65_536
const scratch = Buffer.allocUnsafeSlow(USUAL)

const BIND = 0x42
const EXECUTE = 0x45
const SYNC = 0x53

/** Of one statement, besides its name and its values: Bind and Execute. */
const FRAME = 32
/** The most that a UTF-16 unit takes in UTF-8. */
const UNIT = 3

/**
 * What runs statements that the server has prepared and described, all of it in one piece: Bind and Execute for each of them, then a
 * Sync; see https://www.postgresql.org/docs/current/protocol-message-formats.html. The driver makes a buffer of each message.
 */
export function writeRuns(runs: readonly Run[]): Buffer {
  const most = runs.reduce((sum, run) => sum + mostOf(run), FRAME)
  const buffer = most <= USUAL ? scratch : Buffer.allocUnsafeSlow(most)
  let end = 0
  for (const { prepared, values } of runs)
    end = writeExecute(buffer, writeBind(buffer, end, prepared?.name ?? '', values))
  buffer[end] = SYNC
  end = buffer.writeInt32BE(4, end + 1)
  return buffer === scratch ? Buffer.from(buffer.subarray(0, end)) : buffer.subarray(0, end)
}

function mostOf({ prepared, values }: Run): number {
  let most = FRAME + (prepared?.name.length ?? 0) * UNIT
  for (const value of values) most += 4 + (value === null ? 0 : value.length * UNIT)
  return most
}

/** All values and all results are text; a length of -1 is null. */
function writeBind(buffer: Buffer, start: number, name: string, values: Run['values']): number {
  buffer[start] = BIND
  let end = start + 5
  buffer[end++] = 0
  end += buffer.write(name, end)
  buffer[end++] = 0
  end = buffer.writeInt16BE(0, end)
  end = buffer.writeUInt16BE(values.length, end)
  for (const value of values) {
    const length = value === null ? -1 : buffer.write(value, end + 4)
    end = buffer.writeInt32BE(length, end) + Math.max(0, length)
  }
  end = buffer.writeInt16BE(0, end)
  buffer.writeInt32BE(end - start - 1, start + 1)
  return end
}

/** Of all rows. */
function writeExecute(buffer: Buffer, start: number): number {
  buffer[start] = EXECUTE
  const end = buffer.writeInt32BE(9, start + 1)
  buffer[end] = 0
  return buffer.writeInt32BE(0, end + 1)
}

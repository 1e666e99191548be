import type pg from 'pg'

/** Gives the next thousand events their places. */
const STAMP = {
  name: 'stamp',
  text: `with batch as (
      select number, row_number() over (order by number) as place
      from (select number from mainspring_outbox where position is null
        order by position nulls first, number limit 1000) as next)
    update mainspring_outbox as event set position = $1::bigint + batch.place
    from batch where event.number = batch.number`,
}

/** Milliseconds between two looks while there is nothing to do. */
const LOOKED_EVERY = 20

/**
 * Gives places to what was emitted, as the conductor does for ours: the plain loop that one writes who runs one process, and
 * knows that nobody else does the same.
 */
export async function startStamping(pool: pg.Pool): Promise<() => void> {
  const { rows } = await pool.query('select coalesce(max(position), 0) as position from mainspring_outbox')
  let end = Number(rows[0]?.position)
  let isBusy = false
  const stamp = async () => {
    if (isBusy) return
    isBusy = true
    try {
      for (let stamped = 1; stamped > 0; end += stamped) {
        stamped = (await pool.query({ ...STAMP, values: [end] })).rowCount ?? 0
      }
    } finally {
      isBusy = false
    }
  }
  const timer = setInterval(() => void stamp(), LOOKED_EVERY)
  return () => clearInterval(timer)
}

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What a process says next. Throws when it ends instead. */
export async function answerOf<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController()
  const ended = once(child, 'exit', done).then(() => Promise.reject(new Error('A process that is measured has ended.')))
  const answer = once(child, 'message', done)
  try {
    const [told] = await Promise.race([answer, ended])
    return told
  } finally {
    done.abort()
    await Promise.allSettled([answer, ended])
  }
}

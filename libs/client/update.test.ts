import { expect, test } from 'vitest'
import { answer, createScripted, refusal } from './testing/scripted-fetch.ts'
import { update } from './update.ts'

const path = '/v1/sprockets/{sprocket_id}'
const params = { sprocket_id: '1' }
const current = (teeth: number) => answer({ id: '1', teeth }, { etag: `"${teeth}"` })

test('what was changed meanwhile is merged anew', async () => {
  const { client, asked } = createScripted(current(5), refusal(412, 'etag_mismatch'), current(8), current(9))

  const sprocket = await update(client, path, params, ({ teeth }) => ({ teeth: teeth + 1 }), { pause: 1 })

  expect(sprocket).toMatchObject({ teeth: 9 })
  const [first, second] = [asked[1], asked[3]]
  expect([first?.headers.get('if-match'), second?.headers.get('if-match')]).toEqual(['"5"', '"8"'])
  expect([await first?.json(), await second?.json()]).toEqual([{ teeth: 6 }, { teeth: 9 }])
  expect(first?.headers.get('idempotency-key')).not.toBe(second?.headers.get('idempotency-key'))
})

test('nothing is written when there is nothing to change', async () => {
  const { client, asked } = createScripted(current(5))

  expect(await update(client, path, params, () => undefined)).toMatchObject({ teeth: 5 })
  expect(asked.map(({ method }) => method)).toEqual(['GET'])
})

test('who is never fast enough is told so', async () => {
  const { client } = createScripted(
    current(5),
    refusal(412, 'etag_mismatch'),
    current(6),
    refusal(412, 'etag_mismatch'),
  )

  const updating = update(client, path, params, () => ({ teeth: 7 }), { rounds: 2, pause: 1 })

  await expect(updating).rejects.toMatchObject({ code: 'etag_mismatch' })
})

test('another refusal is not repeated', async () => {
  const { client, asked } = createScripted(current(5), refusal(400, 'invalid_request'))

  await expect(update(client, path, params, () => ({ teeth: 0 }))).rejects.toMatchObject({ status: 400 })
  expect(asked).toHaveLength(2)
})

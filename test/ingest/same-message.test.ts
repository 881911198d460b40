import test from 'ava';
import { houseFor } from '../support/house.ts';

const LETTER = {
  externalId: 'jedno@klient.test',
  sentAt: '2026-11-20T08:00:00.000Z',
  subject: 'Faktura',
  text: 'W załączniku.',
  attachments: [{ filename: 'f.pdf', contentType: 'application/pdf', contentId: null, inline: false, bytes: 3, sha256: 'a'.repeat(64) }],
};

test('one mail that comes by two aliases, or by SMTP and out of an account, is one message; whatever differs is heard', async (t) => {
  const { mail, addInbox, scope } = await houseFor(t);
  for (const sha256 of ['a'.repeat(64), 'b'.repeat(64)])
    await scope.db('blobs').insert({ sha256, bytes: 3, created_at: '2026-11-20T08:00:00.000Z' });
  let n = 0;
  /** Other `Received` lines each time. */
  const comes = async (more = {}, options = {}): Promise<string> =>
    (await mail({ ...LETTER, ...more }, { bytes: `${++n}`, ...options })).status;
  t.is(await comes(), 'received');
  t.is(await comes(), 'duplicate');
  t.is(await comes({ arrivedAt: new Date('2026-11-20T08:00:05Z'), isHistory: true }), 'duplicate');
  const kept = await scope.db('raw_inbound').orderBy('id').select('status', 'error');
  t.deepEqual(kept[1], { status: 'duplicate', error: 'same message as 1' });
  t.is((await scope.db('messages')).length, 1);

  t.is(await comes({ text: 'W załączniku jest poprawiona.' }), 'received');
  t.is(await comes({ sentAt: '2026-11-21T08:00:00.000Z' }), 'received');
  t.is(await comes({ sentAt: null }), 'received');
  t.is(await comes({ subject: 'Faktura 2' }), 'received');
  t.is(await comes({ from: { address: 'ola@customer.test', name: null } }), 'received');
  t.is(await comes({ attachments: LETTER.attachments.map((one) => ({ ...one, sha256: 'b'.repeat(64) })) }), 'received');
  t.is(await comes({ attachments: [] }), 'received');
  t.is(await comes({}, { inboxId: await addInbox('sales@company.test') }), 'received');
});

import test from 'ava';
import * as fields from '../../migrations/20261126270000_index_message_fields.ts';
import * as files from '../../migrations/20261126270010_create_file_texts.ts';
import { houseFor } from '../support/house.ts';

test('an upgrade queues the messages and files of before to be indexed, each content once, and an empty house nothing', async (t) => {
  const { scope, mail } = await houseFor(t);
  const { db } = scope;
  const again = async () => {
    await files.down(db);
    await fields.down(db);
    await fields.up(db);
    await files.up(db);
  };
  const jobs = () => db('jobs').where({ kind: 'search_reindex' }).pluck('data');
  await again();
  t.deepEqual([await jobs(), await db('file_texts')], [[], []]);
  const attached = async (filename: string, name: string, more: object = {}) => {
    const blob = { sha256: name.repeat(64), bytes: 5 };
    await db('blobs')
      .insert({ ...blob, created_at: '2026-01-01T00:00:00.000Z' })
      .onConflict('sha256')
      .ignore();
    return { ...blob, filename, contentType: 'application/octet-stream', contentId: null, inline: false, ...more };
  };
  const reading = {
    kind: 'message',
    from: { address: 'a@x.test', name: null },
    to: [],
    cc: [],
    subject: null,
    sentAt: null,
    text: 't',
    html: null,
  };
  await mail({
    attachments: [await attached('Umowa.PDF', 'a'), await attached('foto.jpg', 'b'), await attached('x.eml', 'c', { reading })],
  });
  await mail({ attachments: [await attached('umowa kopia.pdf', 'a'), await attached('ceny.xlsx', 'd')] });
  await again();
  t.deepEqual(await jobs(), ['{"below":null}']);
  const waiting: { sha256: string; kind: string; state: string }[] = await db('file_texts').orderBy('sha256');
  t.deepEqual(
    waiting.map(({ sha256, kind, state }) => [sha256[0], kind, state]),
    [
      ['a', 'pdf', 'waiting'],
      ['c', 'reading', 'waiting'],
      ['d', 'office', 'waiting'],
    ],
  );
});

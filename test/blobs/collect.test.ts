import { utimes } from 'node:fs/promises';
import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { collectStrays } from '../../core/blobs/collect.ts';
import { recordBlobs } from '../../core/blobs/store.ts';
import { isPostgres } from '../../core/db/dialect.ts';
import { transact } from '../../core/db/scope.ts';
import { silentLog } from '../../core/lib/log.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { scopeFor } from '../support/db.ts';
import { houseFor } from '../support/house.ts';
import { tempDir } from '../support/temp-dir.ts';

test('stored files that nothing refers to are put aside a day after they were written, all others stay', async (t) => {
  const { scope, mail, endpoints, agentId } = await houseFor(t);
  const blobs = openBlobs(tempDir(t));
  const file = async (text: string, days = 2) => {
    const blob = await blobs.put(Buffer.from(text));
    const written = new Date(Date.now() - days * 86_400_000);
    await utimes(blobs.path(blob.sha256), written, written);
    return { filename: 'a.txt', contentType: 'text/plain', contentId: null, inline: false, ...blob };
  };
  const raw = await file('raw of a mail');
  const [received, twice, fresh] = [await file('received'), await file('only in the duplicate'), await file('just written', 0)];
  const noted = await file('noted once, used by nothing');
  await transact(scope, (tx) => recordBlobs(tx, [noted]));
  const { conversationId } = await mail({ attachments: [received] }, { bytes: 'raw of a mail' });
  t.is((await mail({ attachments: [twice] }, { bytes: 'raw of a mail' })).status, 'duplicate');
  const drafted = await file('taken back into a draft');
  const reply = { conversationId, authorId: agentId, text: 'Tak', html: null, attachments: [drafted], notBefore: new Date('2027-01-01') };
  await withdrawMessage(scope, (await replyToConversation(scope, endpoints, reply)).messageId, agentId);
  t.is(await collectStrays(scope, { blobs, log: silentLog }, AbortSignal.timeout(20_000)), 2);
  const left = (await Array.fromAsync(blobs.folders())).flat();
  t.deepEqual(left.sort(), [raw, received, fresh, drafted].map(({ sha256 }) => sha256).sort());
  t.deepEqual(await scope.db('blobs').whereNotNull('discarded_at').pluck('sha256'), [noted.sha256]);
  t.is((await blobs.read(twice.sha256)).toString(), 'only in the duplicate', 'for a day it can be brought back');
});

test('every table that names stored files is asked before one is thrown away', async (t) => {
  const { db } = await scopeFor(t);
  const tables = isPostgres(db)
    ? db('information_schema.columns').whereRaw('table_schema = current_schema()').where({ column_name: 'blob_sha256' }).pluck('table_name')
    : db
        .from(db.raw('sqlite_master m, pragma_table_info(m.name) c'))
        .whereRaw("m.type = 'table' and c.name = 'blob_sha256'")
        .pluck('m.name');
  t.deepEqual((await tables).sort(), [
    'attachments',
    'canned_response_attachments',
    'draft_attachments',
    'draft_version_files',
    'files',
    'pictures',
    'raw_inbound',
  ]);
});

import test, { type ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { recordBlobs } from '../../core/blobs/store.ts';
import { transact } from '../../core/db/scope.ts';
import { readTotals } from '../../core/ledger/days.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { copiesOf } from '../../core/purges/copies-store.ts';
import { purgeTrash } from '../../core/trash/purge.ts';
import { trashConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';
import { planOf } from '../support/queries.ts';
import { tempDir } from '../support/temp-dir.ts';

const DAY = 1_440;
const LETTER = { externalId: 'jedno@klient.test', sentAt: '2026-11-20T08:00:00.000Z', subject: 'Faktura', text: 'Tajne.' };

/** A house whose kept things have real files. */
async function cellar(t: ExecutionContext) {
  const house = await houseFor(t);
  const blobs = openBlobs(tempDir(t));
  const mail = async (bytes: string, more: object = {}) => {
    const blob = await blobs.put(Buffer.from(bytes));
    await transact(house.scope, (tx) => recordBlobs(tx, [blob]));
    return house.mail(more, { bytes });
  };
  const purge = () => purgeTrash(house.scope, { blobs, log: silentLog }, AbortSignal.timeout(20_000));
  return { ...house, mail, purge };
}

test('with a message goes whatever else was kept of it: what came by another way, and our answer out of the folder of sent mail', async (t) => {
  const { mail, purge, scope, agentScope, endpoints, agentId, pass, ...house } = await cellar(t);
  await mail('another letter', { externalId: 'inne@klient.test' });
  const { conversationId } = await mail('by SMTP', LETTER);
  t.is((await mail('out of the account', LETTER)).status, 'duplicate');
  const words = { conversationId, authorId: agentId, text: 'Oto hasło.', html: null, attachments: [] };
  const { messageId } = await replyToConversation(agentScope, endpoints, words);
  await scope.db('deliveries').update({ status: 'sent' });
  const { external_id: externalId } = await scope.db('messages').where({ id: messageId }).first('external_id');
  const from = { address: 'help@company.test', name: null };
  t.is((await mail('our answer', { from, externalId, isOwn: true, arrivedAt: scope.now() })).status, 'duplicate');
  const before = await readTotals(scope, house.inboxId);
  await trashConversation(agentScope, conversationId);
  pass(31 * DAY);
  t.is(await purge(), 1);
  t.deepEqual(await scope.db('raw_inbound').whereNull('purged_at').pluck('blob_sha256'), [sha256('another letter')]);
  const gone = ['by SMTP', 'out of the account', 'our answer'].map(sha256).sort();
  t.deepEqual((await scope.db('blobs').whereNotNull('discarded_at').pluck('sha256')).sort(), gone);
  t.deepEqual((await scope.db('ledger_entries').where({ kind: 'purged' }).pluck('sha256')).sort(), gone);
  t.deepEqual(await readTotals(scope, house.inboxId), before);
});

test('the copies of a message are found by an index of copies alone', async (t) => {
  const { scope } = await cellar(t);
  const { sql, bindings } = copiesOf(scope, [1, 2] as never).toSQL();
  t.regex(await planOf(scope.db, sql, bindings), /raw_inbound_copies/);
});

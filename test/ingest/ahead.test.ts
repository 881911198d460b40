import test from 'ava';
import { isPostgres } from '../../core/db/dialect.ts';
import { type Scope, transact } from '../../core/db/scope.ts';
import { lookAhead } from '../../core/ingest/ahead.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import type { InterpretedMessage, RawStatus } from '../../core/ingest/types.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { type House, houseFor, mailFrom } from '../support/house.ts';

const AT = '2026-11-24T08:00:00.000Z';

interface Coming {
  readonly bytes?: string;
  readonly item: InterpretedMessage;
}

/** Receives all of them in one transaction, having looked ahead. */
async function receiveAll({ scope, keep, endpoints }: House, coming: readonly Coming[]): Promise<readonly RawStatus[]> {
  const all: { record: Awaited<ReturnType<House['keep']>>; items: InterpretedMessage[] }[] = [];
  for (const { bytes, item } of coming) all.push({ record: await keep(bytes === undefined ? {} : { bytes }), items: [item] });
  return transact(scope, async (tx) => {
    await lookAhead(tx, endpoints, all);
    const statuses: RawStatus[] = [];
    for (const { record, items } of all) statuses.push(await receiveInbound(tx, endpoints, record, items));
    return statuses;
  });
}

const named = (address: string, name: string | null, more: Partial<InterpretedMessage> = {}): Coming => ({
  item: { ...mailFrom(address, more), from: { address, name }, sentAt: AT },
});

test('what is asked ahead sees what the first of them changes for the others', async (t) => {
  const house = await houseFor(t);
  const same = mailFrom('ewa@customer.test');
  const statuses = await receiveAll(house, [
    named('jan@customer.test', null, { externalId: 'a@x' }),
    named('jan@customer.test', 'Jan Żak'),
    named('jan@customer.test', 'Ktoś inny', { externalId: 'b@x', references: ['a@x'] }),
    named('jan@customer.test', 'Jan Żak', { externalId: 'a@x' }),
    { bytes: 'same', item: same },
    { bytes: 'same', item: same },
    named('ola@customer.test', 'Ola'),
  ]);
  t.deepEqual(statuses, ['received', 'received', 'received', 'duplicate', 'received', 'duplicate', 'received']);
  const { scope } = house;
  t.deepEqual((await scope.db('contacts').orderBy('id').pluck('name')).sort(), ['', 'Jan Żak', 'Ola']);
  t.is((await scope.db('conversations')).length, 4, 'the answer to the first of them is in its conversation');
  t.deepEqual(await scope.db('raw_inbound').orderBy('id').pluck('status'), [...statuses]);
});

test('what is known already is known to what was asked ahead: a contact, a message with this id, one deleted for good', async (t) => {
  const house = await houseFor(t);
  const { scope, mail, inboxId } = house;
  await mail({ from: { address: 'jan@customer.test', name: 'Jan' }, externalId: 'known@x', sentAt: AT });
  const grave = { inbox_id: inboxId, conversation_id: 7, is_ours: true, purged_at: scope.now().toISOString() };
  await scope.db('tombstones').insert({ ...grave, external_id_hash: sha256('gone@x') });
  const statuses = await receiveAll(house, [
    named('jan@customer.test', 'Jan', { externalId: 'new@x' }),
    named('jan@customer.test', 'Jan', { externalId: 'known@x', text: 'It does not turn.' }),
    named('ewa@customer.test', 'Ewa', { externalId: 'gone@x' }),
  ]);
  t.deepEqual(statuses, ['received', 'duplicate', 'duplicate']);
  t.is((await scope.db('contacts')).length, 1);
});

test('many at once ask PostgreSQL less than one by one', async (t) => {
  const house = await houseFor(t);
  const asked = async (scope: Scope, work: () => Promise<unknown>): Promise<number> => {
    let statements = 0;
    const count = (): void => {
      statements += 1;
    };
    scope.db.on('query', count);
    await work();
    scope.db.removeListener('query', count);
    return statements;
  };
  const strangers = (): Coming[] => Array.from({ length: 10 }, (_, n) => named(`k${n}-${performance.now()}@customer.test`, 'K'));
  const together = await asked(house.scope, () => receiveAll(house, strangers()));
  const alone = await asked(house.scope, async () => {
    for (const one of strangers()) await receiveAll(house, [one]);
  });
  if (isPostgres(house.scope.db)) t.true(together < alone - 50, `${together} < ${alone}`);
  else t.true(together < alone);
  t.is((await house.scope.db('messages')).length, 20);
});

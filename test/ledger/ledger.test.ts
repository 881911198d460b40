import test, { type ExecutionContext } from 'ava';
import { type Scope, transact } from '../../core/db/scope.ts';
import { insertRawInbound } from '../../core/ingest/store.ts';
import { chainOlder } from '../../core/ledger/chain-older.ts';
import { readDays, readTotals } from '../../core/ledger/days.ts';
import { readLedger } from '../../core/ledger/read-ledger.ts';
import { readHead } from '../../core/ledger/store.ts';
import { verifyLedger } from '../../core/ledger/verify.ts';
import { dayOf, isDay } from '../../core/lib/day.ts';
import { pipeline, rawText } from '../support/ingest.ts';

/** Some mails through the whole pipeline. */
async function keptMails(t: ExecutionContext, texts: readonly string[]) {
  const parts = await pipeline(t);
  for (const text of texts) await parts.spool.keep(rawText(parts.inboxId, text));
  await parts.pump.idle();
  return parts;
}

async function findings({ scope, blobs }: Awaited<ReturnType<typeof keptMails>>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { kind, detail } of verifyLedger(scope, blobs, { since: null })) found.push(`${kind}: ${detail}`);
  return found;
}

const MAILS = ['from: a\n\nfirst', 'from: b\n\nsecond', 'throw', 'from: c\n\nthird'];
const entry = (scope: Scope, seq: number) => scope.db('ledger_entries').where({ seq });

test('Every kept thing becomes one entry of the chain, and a ledger that nobody touched proves whole', async (t) => {
  const parts = await keptMails(t, MAILS);
  const head = await readHead(parts.scope);
  t.is(head.seq, 4);
  t.regex(head.hash, /^[0-9a-f]{64}$/);
  t.deepEqual(await findings(parts), []);
});

test('Registering the same thing again after a crash adds no second entry', async (t) => {
  const parts = await keptMails(t, MAILS.slice(0, 1));
  const rows = await parts.scope.db('raw_inbound');
  const again = rows.map((row) => ({
    ...{ spoolId: row.spool_id, inboxId: row.inbox_id, contentType: 'x', envelope: {}, blobSha256: row.blob_sha256 },
    ...{ bytes: 1, receivedAt: row.received_at, day: row.day },
  }));
  t.deepEqual(await transact(parts.scope, (tx) => insertRawInbound(tx, again)), []);
  t.is((await readHead(parts.scope)).seq, 1);
});

test('A changed entry is named, and so is the one behind a changed hash', async (t) => {
  const parts = await keptMails(t, MAILS);
  await entry(parts.scope, 2).update({ bytes: 1 });
  t.true((await findings(parts)).some((line) => line.startsWith('entry_changed: entry 2 ')));
  await entry(parts.scope, 3).update({ hash: 'f'.repeat(64) });
  const found = await findings(parts);
  t.true(found.some((line) => line.startsWith('entry_changed: entry 3 ')));
  t.true(found.some((line) => line.startsWith('entry_changed: entry 4 ')));
});

test('A removed entry is named, in the middle and at the end', async (t) => {
  const parts = await keptMails(t, MAILS);
  await entry(parts.scope, 2).del();
  const found = await findings(parts);
  t.true(found.includes('entry_missing: entry 2 before entry 3'), found.join('\n'));
  await entry(parts.scope, 4).del();
  t.true((await findings(parts)).some((line) => line.startsWith('head_wrong: the chain ends at entry 3 ')));
});

test('A removed, changed or smuggled row of the received mail is named', async (t) => {
  const parts = await keptMails(t, MAILS);
  const [first, second] = await parts.scope.db('raw_inbound').orderBy('id');
  await parts.scope.db('raw_inbound').where({ id: first.id }).update({ bytes: 999 });
  await parts.scope.db('raw_inbound').where({ id: second.id }).del();
  const { id: _, ...copy } = first;
  await parts.scope.db('raw_inbound').insert({ ...copy, spool_id: 'smuggled' });
  const found = await findings(parts);
  t.true(
    found.some((line) => line.startsWith(`row_changed: the kept thing ${first.spool_id}`)),
    found.join('\n'),
  );
  t.true(found.some((line) => line.startsWith(`row_missing: the kept thing ${second.spool_id}`)));
  t.true(found.some((line) => line.startsWith('row_without_entry: ') && line.includes('smuggled')));
});

test('A wrong counter is named with what it says and what is there', async (t) => {
  const parts = await keptMails(t, MAILS);
  await parts.scope.db('ledger_days').where({ status: 'received' }).update({ n: 7 });
  const day = dayOf(parts.scope.now());
  t.deepEqual(await findings(parts), [`count_wrong: ${day}, inbox ${parts.inboxId}: 3 rows are "received", the counter says 7`]);
});

test('A day adds up from two sides, and a row that disappears shows as a difference', async (t) => {
  const parts = await keptMails(t, MAILS);
  const { days, next } = await readDays(parts.scope, null, null);
  const counts = { accepted: 4, received: 3, reports: 0, spam: 0, failed: 1, duplicate: 0, waiting: 0, difference: 0 };
  t.deepEqual(days, [{ day: dayOf(parts.scope.now()), ...counts }]);
  t.is(next, null);
  await parts.scope.db('raw_inbound').where({ status: 'failed' }).del();
  t.deepEqual(await readTotals(parts.scope, parts.inboxId), { ...counts, failed: 0, difference: 1 });
  t.deepEqual((await readDays(parts.scope, parts.inboxId, null)).days[0]?.difference, 1);
});

test('The counters follow every change of a status, whoever makes it', async (t) => {
  const parts = await keptMails(t, MAILS.slice(0, 2));
  await parts.scope.db('raw_inbound').update({ status: 'spam' });
  const { kept, spam, received } = await readLedger(parts.scope, { count: async () => 0 });
  t.deepEqual({ kept, spam, received }, { kept: 2, spam: 2, received: 0 });
});

test('What an older version kept is chained at the next start, once, and stays provable', async (t) => {
  const parts = await keptMails(t, MAILS);
  const { scope } = parts;
  await scope.db('ledger_entries').del();
  await scope.db('ledger_days').where({ status: 'accepted' }).del();
  const [last] = await scope.db('raw_inbound').max({ id: 'id' });
  await scope.db('ledger_head').update({ seq: 0, hash: '0'.repeat(64), older_done: 0, older_until: last?.['id'] });
  await parts.spool.keep(rawText(parts.inboxId, 'from: d\n\nnew before the old ones are chained'));
  await parts.pump.idle();
  t.is(await chainOlder(scope, new AbortController().signal), 4);
  t.is(await chainOlder(scope, new AbortController().signal), 0);
  t.is((await readHead(scope)).seq, 5);
  t.deepEqual(await findings(parts), []);
  t.is((await readTotals(scope, null)).difference, 0);
});

test('Days come in pages without gaps', async (t) => {
  const { scope } = await keptMails(t, []);
  const rows = Array.from({ length: 70 }, (_, n) => ({
    day: dayOf(new Date(Date.UTC(2026, 0, 1 + n))),
    inbox_id: 1,
    status: 'accepted',
    n: 1,
  }));
  await scope.db('ledger_days').insert(rows);
  const seen: string[] = [];
  let before: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof readDays>> = await readDays(scope, null, before);
    seen.push(...page.days.map(({ day }) => day));
    before = page.next;
  } while (before !== null);
  t.deepEqual(seen, rows.map(({ day }) => day).toReversed());
});

test("The day of a mail is the company's, and only real days are days", (t) => {
  t.is(dayOf(new Date('2026-11-25T23:30:00Z')), '2026-11-26');
  t.is(dayOf(new Date('2026-07-25T21:59:00Z')), '2026-07-25');
  t.true(isDay('2026-02-28'));
  for (const text of ['2026-02-30', '2026-13-01', '26-1-1', '', '2026-11-26x']) t.false(isDay(text), text);
});

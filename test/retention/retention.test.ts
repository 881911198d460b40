import test from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { silentLog } from '../../core/lib/log.ts';
import { sha256 } from '../../core/lib/secrets.ts';
import { purgedIn } from '../../core/retention/report.ts';
import { previewRules, retire } from '../../core/retention/retire.ts';
import { monthsBefore, readRules, saveRules } from '../../core/retention/rules.ts';
import { purgeTrash } from '../../core/trash/purge.ts';
import { restoreConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';
import { tempDir } from '../support/temp-dir.ts';

const MONTH = 31 * 1_440;

test('closed conversations that are older than their inbox keeps them go to the trash, and from there for good, with a proof', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, inboxId, pass, events } = house;
  const [second, personal] = [await house.addInbox('sklep@firma.test'), await house.addInbox('anna@firma.test')];
  const record = (id: number, ownerId: number | null = null) => ({ id, name: `nr ${id}`, ownerId }) as never;
  const inboxes = [record(inboxId), record(second), record(personal, 1)];
  const closed = async (more: object, bytes: string) => {
    const { conversationId } = await house.mail(more, { bytes, ...more });
    await closeConversation(agentScope, conversationId);
    return conversationId;
  };
  const blobs = openBlobs(tempDir(t));
  await blobs.put(Buffer.from('stara'));
  const old = await closed({}, 'stara');
  const contract = await closed({}, 'umowa');
  const open = (await house.mail({}, { bytes: 'otwarta' })).conversationId;
  const shop = await closed({ inboxId: second }, 'sklep');
  const own = await closed({ inboxId: personal }, 'prywatna');
  const { id: exceptLabelId } = await addLabel(scope, 'Umowy');
  await labelConversation(agentScope, contract, exceptLabelId, true);
  const night = () =>
    retire(
      { ...scope, actor: { kind: 'system', task: 'retention' } },
      { inboxes: () => inboxes, log: silentLog },
      AbortSignal.timeout(20_000),
    );
  const trashed = async () => (await scope.db('conversations').whereNotNull('trashed_at').orderBy('id')).map(({ id }) => id);

  pass(13 * MONTH);
  const young = await closed({}, 'nowa');
  t.is(await night(), 0, 'without rules nothing goes');
  const rules = {
    months: new Map([
      [null, 24],
      [inboxId, 12],
    ] as const),
    exceptLabelId,
  };
  const preview = await previewRules(scope, rules, inboxes);
  t.deepEqual([preview.counts.map(({ count }) => count), preview.first.map(({ id }) => id)], [[1, 0], [old]]);
  t.deepEqual(await trashed(), []);
  await saveRules(agentScope, rules);
  t.deepEqual(await readRules(scope), rules);
  t.is((await events()).filter((one) => one === 'settings.changed').length, 3, 'the audit reads these');
  t.is(await night(), 1);
  t.deepEqual(await trashed(), [old]);
  t.is(await night(), 0);

  await restoreConversation(agentScope, old);
  await saveRules(agentScope, { months: new Map([[null, 6]]), exceptLabelId: null });
  t.is(await night(), 2);
  t.deepEqual(await trashed(), [contract, shop], 'and not the one that was put back a moment ago');
  pass(7 * MONTH);
  t.is(await night(), 2);
  t.deepEqual(await trashed(), [old, contract, shop, young]);
  for (const id of [open, own]) t.false((await trashed()).includes(id), 'open or personal');

  pass(31 * 1_440);
  t.is(await purgeTrash(scope, { blobs, log: silentLog }, AbortSignal.timeout(20_000)), 4);
  const year = scope.now().getUTCFullYear();
  const proof = await Array.fromAsync(purgedIn(scope, year));
  t.deepEqual(proof.map(({ sha256: hash }) => hash).sort(), ['stara', 'umowa', 'sklep', 'nowa'].map((text) => sha256(text)).sort());
  for (const { id, seq, hash } of proof) t.true((seq ?? 0) > 0 && hash !== null && id > 0);
  t.deepEqual(await Array.fromAsync(purgedIn(scope, year - 1)), []);
});

test('months are counted back to the same day, or the last one of a shorter month', (t) => {
  const before = (now: string, months: number): string => monthsBefore(new Date(now), months).toISOString();
  t.is(before('2026-03-31T12:00:00Z', 1), '2026-02-28T12:00:00.000Z');
  t.is(before('2026-01-15T00:00:00Z', 13), '2024-12-15T00:00:00.000Z');
  t.is(before('2024-02-29T00:00:00Z', 12), '2023-02-28T00:00:00.000Z');
});

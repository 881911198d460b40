import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { findConversation } from '../../core/conversations/list.ts';
import { transact } from '../../core/db/scope.ts';
import { forgetOldVersions, keepVersion } from '../../core/draft-versions/keep.ts';
import { restoreVersion } from '../../core/draft-versions/restore.ts';
import { discardDraft, readDraft, saveDraft, saveWithFiles } from '../../core/drafts/save.ts';
import { sendDraft, sendFirst } from '../../core/drafts/send.ts';
import type { Draft, DraftInput } from '../../core/drafts/types.ts';
import type { AgentId, ConversationId, DraftVersionId } from '../../core/lib/ids.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { deleteConversations } from '../../core/purges/delete-store.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { confine } from '../support/folders.ts';
import { type House, houseFor } from '../support/house.ts';
import { DRAFT } from '../support/transfers.ts';

const LETTER = 'Dzień dobry, reklamację przyjęliśmy i wyślemy nową pralkę w piątek.';
const draft = (text: string, more: Partial<DraftInput> = {}): DraftInput => ({ ...DRAFT, text, ...more });
const FILE = { filename: 'oferta.pdf', contentType: 'application/pdf', bytes: 3, sha256: 'a'.repeat(64) };
const toJan = { to: [{ address: 'jan@customer.test', name: null }], cc: [], bcc: [], attachments: [], close: false, schedule: null };
const versions = ({ scope }: House) => scope.db('draft_versions').orderBy('id').select('text', 'reason', 'conversation_id');

async function office(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const { conversationId: id } = await house.mail({});
  const write = (text: string, more: Partial<DraftInput> = {}, where: ConversationId | null = id) =>
    saveDraft(house.agentScope, house.agentId, where, draft(text, more));
  const discard = async (where: ConversationId | null = id) =>
    (await discardDraft(house.agentScope, house.agentId, where)) as DraftVersionId;
  const restore = (version: DraftVersionId) => restoreVersion(house.agentScope, house.agentId, version);
  const standing = (where: ConversationId | null = id) => readDraft(house.scope, house.agentId, where);
  return { house, id, write, discard, restore, standing };
}

test('a discarded draft with its files and fields can be brought back, and the same text is kept once', async (t) => {
  const { house, id, write, discard, restore, standing } = await office(t);
  const written = draft(LETTER, { kind: 'note', html: `<div>${LETTER}</div>`, fields: { ...DRAFT.fields, cc: 'szef@x.pl' } });
  await saveWithFiles(house.agentScope, house.agentId, id, written, [FILE]);
  const version = await discard();
  t.is(await standing(), null);
  t.deepEqual(await restore(version), { conversationId: id, hasReplaced: false });
  const back = await standing();
  t.like(back, { kind: 'note', text: LETTER, html: `<div>${LETTER}</div>` });
  t.is(back?.fields.cc, 'szef@x.pl');
  t.like(back?.attachments[0], FILE);
  t.is(await discard(), version);
  await write('Do serwisu', { kind: 'forward', fields: { ...DRAFT.fields, forward: { to: 'serwis@x.pl', of: null, files: true } } });
  await restore(await discard());
  t.like((await standing())?.fields.forward, { to: 'serwis@x.pl' });
  t.is((await standing())?.kind, 'forward', 'what was meant for others is no answer to the customer');
  await discard();
  t.is((await versions(house)).length, 2);
  t.is(await discardDraft(house.agentScope, house.agentId, id), null, 'there is none now');
});

test('two agents who bring a draft back in one conversation at once do not wait for each other', async (t) => {
  const { house, id } = await office(t);
  const { agentScope, agentId } = house;
  const ewa = await house.addAgent('ewa@company.test');
  let [begun, kept] = [0, 0];
  const { promise: bothHaveKept, resolve } = Promise.withResolvers<void>();
  const bringBack = async (agent: AgentId): Promise<void> => {
    const scope = { ...agentScope, actor: { kind: 'agent' as const, id: agent } };
    await saveDraft(scope, agent, id, draft(LETTER));
    const version = (await discardDraft(scope, agent, id)) as DraftVersionId;
    await saveDraft(scope, agent, id, draft('Coś innego, co też chcę zachować.'));
    await transact(scope, async (tx) => {
      begun += 1;
      await keepVersion(tx, (await readDraft(tx, agent, id)) as Draft, 'replaced');
      kept += 1;
      if (kept === 2) resolve();
      await Promise.race([bothHaveKept, wait(300)]);
      await restoreVersion(tx, agent, version);
    });
  };
  await Promise.all([bringBack(agentId), bringBack(ewa)]);
  t.is(begun, 2, 'neither had to begin again');
  for (const agent of [agentId, ewa]) t.is((await readDraft(house.scope, agent, id))?.text, LETTER);
});

test('a file that its author took out of a draft does not come back with it', async (t) => {
  const { house, id, write, discard, restore, standing } = await office(t);
  const [held] = await saveWithFiles(house.agentScope, house.agentId, id, draft(LETTER), [FILE]);
  await write(LETTER, { fields: { ...DRAFT.fields, dropped: held ? [held.id] : [] } });
  await restore(await discard());
  t.deepEqual((await standing())?.attachments, []);
});

test('what stood in the composer when an earlier text came back is an earlier text itself', async (t) => {
  const { house, id, write, discard, restore, standing } = await office(t);
  await write('Pierwszy list');
  const first = await discard();
  await write('Drugi list');
  t.deepEqual(await restore(first), { conversationId: id, hasReplaced: true });
  t.is((await standing())?.text, 'Pierwszy list');
  t.deepEqual(await versions(house), [
    { text: 'Pierwszy list', reason: 'discarded', conversation_id: id },
    { text: 'Drugi list', reason: 'replaced', conversation_id: id },
  ]);
  const composed = { conversationId: id, draft: draft('Ostatnie litery') };
  await restoreVersion(house.agentScope, house.agentId, first, composed);
  t.true(
    (await versions(house)).some(({ text }) => text === 'Ostatnie litery'),
    'what the server did not have yet, too',
  );
});

test('typing keeps few versions, a text that was cleared or written anew is kept, and of one draft at most thirty', async (t) => {
  const { house, write } = await office(t);
  for (let end = 1; end <= LETTER.length; end += 1) await write(LETTER.slice(0, end));
  t.deepEqual(await versions(house), []);
  await write('');
  await write('Nie możemy tego przyjąć, bo minęły dwa lata od zakupu pralki.');
  await write('Jednak tak.');
  t.deepEqual(
    (await versions(house)).map(({ reason }) => reason),
    ['cleared', 'changed'],
  );
  for (let n = 0; n < 40; n += 1) {
    house.pass(6);
    await write(`Jednak tak. Dopisek numer ${n}`);
  }
  const kept = await versions(house);
  t.is(kept.length, 30);
  t.deepEqual(kept[0]?.reason, 'cleared', 'what was lost stays longer than what was only kept because of the time');
});

test('sending takes away the steps on the way to the message and leaves what its author gave up', async (t) => {
  const { house, id, write, discard } = await office(t);
  await write('Inny list, którego nie wysłano');
  await discard();
  await write(LETTER);
  house.pass(6);
  await write(`${LETTER} Anna`);
  t.is((await versions(house)).length, 2);
  const sending = { ...toJan, draft: draft(`${LETTER} Anna`), seenMessageId: null };
  await sendDraft(house.agentScope, house.endpoints, house.agentId, id, sending);
  t.deepEqual(await versions(house), [{ text: 'Inny list, którego nie wysłano', reason: 'discarded', conversation_id: id }]);
});

test('an earlier text goes where its conversation was merged, and to nobody who did not write it or may not see it any more', async (t) => {
  const { house, id, write, discard, restore, standing } = await office(t);
  const { conversationId: other } = await house.mail({ from: { address: 'ola@customer.test', name: null } });
  await write(LETTER);
  const version = await discard();
  const colleague = await house.addAgent('piotr@company.test');
  const theirs = { ...house.scope, actor: { kind: 'agent', id: colleague } } as const;
  await t.throwsAsync(restoreVersion(theirs, colleague, version), { code: 'not_found' });
  await mergeConversations(house.agentScope, house.endpoints, other, [id]);
  t.deepEqual(await restore(version), { conversationId: other, hasReplaced: false });
  t.is((await standing(other))?.text, LETTER);
  await confine(house.scope, house.agentId, []);
  await t.throwsAsync(restore(version), { code: 'not_found' });
});

test('a conversation that goes with its only message leaves everybody what he wrote in it', async (t) => {
  const { house } = await office(t);
  const { agentScope, agentId } = house;
  const begun = { ...toJan, draft: draft('Oferta', { kind: 'new', fields: { ...DRAFT.fields, subject: 'Oferta' } }), seenMessageId: null };
  const { conversationId, messageId } = await sendFirst(agentScope, house.endpoints, agentId, house.inboxId, begun);
  await saveDraft(agentScope, agentId, conversationId, draft(LETTER));
  await discardDraft(agentScope, agentId, conversationId);
  t.is((await withdrawMessage(agentScope, messageId, agentId)).conversationId, null);
  t.is(await findConversation(house.scope, conversationId), null);
  t.deepEqual(await versions(house), [{ text: LETTER, reason: 'discarded', conversation_id: null }]);
});

test('earlier drafts go with a conversation that is deleted for good, their files too, and by themselves after thirty days', async (t) => {
  const { house, id, write, discard, restore } = await office(t);
  await saveWithFiles(house.agentScope, house.agentId, id, draft(LETTER), [FILE]);
  await discard();
  const gone = await transact(house.scope, (tx) => deleteConversations(tx, [id]));
  t.true(gone.files.includes(FILE.sha256));
  t.deepEqual(await versions(house), []);
  await write(LETTER, { kind: 'new' }, null);
  const version = await discard(null);
  house.pass(30 * 24 * 60);
  t.is(await forgetOldVersions(house.scope), 0);
  house.pass(1);
  await t.throwsAsync(restore(version), { code: 'not_found' }, 'before the night, too');
  t.is(await forgetOldVersions(house.scope), 1);
});

test('a short text that the same draft in another tab writes over is an earlier one', async (t) => {
  const { house, write } = await office(t);
  await write('Tak, wyślemy jutro.');
  await write('Nie mamy tego.');
  t.deepEqual(await versions(house), [{ text: 'Tak, wyślemy jutro.', reason: 'changed', conversation_id: 1 }]);
  await write('Nie mamy już');
  t.is((await versions(house)).length, 1, 'a word is no text');
});

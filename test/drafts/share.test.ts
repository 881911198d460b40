import test from 'ava';
import { readDraft, saveDraft, saveWithFiles } from '../../core/drafts/save.ts';
import type { DraftInput } from '../../core/drafts/types.ts';
import type { AgentId, ConversationId } from '../../core/lib/ids.ts';
import { confine } from '../support/folders.ts';
import { DRAFT } from '../support/transfers.ts';
import { workspaceFor } from '../support/workspace.ts';

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
const FILE = { filename: 'oferta.pdf', contentType: 'application/pdf', bytes: 3, sha256: 'b'.repeat(64) };

async function office(t: Parameters<typeof workspaceFor>[0]) {
  const house = await workspaceFor(t);
  const { conversationId: id } = await house.mail({});
  const write = (who: AgentId, text: string, where: ConversationId | null = id, more: Partial<DraftInput> = {}) =>
    saveDraft(house.scope, who, where, { ...DRAFT, text, ...more });
  await house.anna.get('/conversations/1');
  return { ...house, id, write };
}

test('a colleague who may answer reads what somebody is writing and takes a copy, and nothing of either text is lost', async (t) => {
  const { anna, scope, agentId, piotr, id, write } = await office(t);
  await write(piotr, 'Dzień <b>dobry</b>, paczka jutro.', id, { fields: { ...DRAFT.fields, cc: 'szef@x.pl' } });
  await saveWithFiles(
    scope,
    piotr,
    id,
    { ...DRAFT, text: 'Dzień <b>dobry</b>, paczka jutro.', fields: { ...DRAFT.fields, cc: 'szef@x.pl' } },
    [FILE],
  );
  const page = (await anna.get('/conversations/1')).text;
  for (const part of ['ma tu szkic odpowiedzi', 'Dzień &lt;b&gt;dobry&lt;/b&gt;, paczka jutro.', 'oferta.pdf', 'Weź kopię'])
    t.true(page.includes(part), part);
  await write(agentId, 'Mój początek');
  const composer = { composing: '1', kind: 'reply', text: 'Mój początek i koniec' };
  const part = await anna.post('/conversations/1/draft/copies', { from: String(piotr), ...composer }, PART);
  t.regex(part.text, /paczka jutro\.<\/textarea>[\s\S]*wśród Twoich wcześniejszych szkiców/);
  const own = await readDraft(scope, agentId, id);
  t.is(own?.fields.cc, 'szef@x.pl');
  t.like(own?.attachments[0], FILE);
  t.deepEqual(await scope.db('draft_versions').pluck('text'), ['Mój początek i koniec']);
  t.is((await readDraft(scope, piotr, id))?.attachments.length, 1, 'his own stays');
  const plain = await anna.post('/conversations/1/draft/copies', { from: String(piotr) });
  t.deepEqual([plain.status, plain.location], [303, '/conversations/1']);
});

test('a copy of a colleague’s draft sets no template to work', async (t) => {
  const { anna, scope, agentId, piotr, id, write } = await office(t);
  const macro = { id: 1, says: 'zamknie rozmowę', off: false } as NonNullable<DraftInput['fields']['macro']>;
  await write(piotr, 'Zamykam', id, { fields: { ...DRAFT.fields, macro } });
  await anna.post('/conversations/1/draft/copies', { from: String(piotr) });
  t.is((await readDraft(scope, agentId, id))?.fields.macro, null);
});

test('nobody takes or sees what is not there for him: a table of refusals', async (t) => {
  const { anna, mail, scope, agentId, piotr, id, write } = await office(t);
  const { conversationId: other } = await mail({ from: { address: 'ola@customer.test', name: null } });
  const { folder_id: folder } = await scope.db('conversations').where({ id }).first('folder_id');
  const copy = async (from: number | string) => (await anna.post('/conversations/1/draft/copies', { from: String(from) })).status;
  const sees = async (): Promise<boolean> => (await anna.get('/conversations/1')).text.includes('Tajny tekst');
  const nothing = async (): Promise<void> => {};
  for (const [why, before, from, status] of [
    ['nobody', nothing, '', 404],
    ['an agent who does not exist', nothing, 999, 404],
    ['a colleague who writes nothing', nothing, piotr, 404],
    ['a colleague who writes in another conversation', () => write(piotr, 'Tajny tekst', other), piotr, 404],
    ['a colleague who writes a new message', () => write(piotr, 'Tajny tekst', null), piotr, 404],
    ['a colleague who only named a recipient', () => write(piotr, ' ', id, { fields: { ...DRAFT.fields, cc: 'Tajny tekst' } }), piotr, 404],
    ['oneself', () => write(agentId, 'Własny'), agentId, 404],
  ] as const) {
    await before();
    t.is(await copy(from), status, why);
    t.false(await sees(), why);
  }
  await write(piotr, 'Tajny tekst');
  t.true(await sees(), 'as long as she may answer');
  await confine(scope, agentId, [folder], 'see');
  t.deepEqual([await copy(piotr), await sees()], [403, false], 'who may only read');
  await confine(scope, agentId, []);
  t.deepEqual([await copy(piotr), await sees()], [404, false], 'who does not see the conversation');
  t.is((await readDraft(scope, agentId, id))?.text, 'Własny');
  t.is((await readDraft(scope, piotr, id))?.text, 'Tajny tekst');
});

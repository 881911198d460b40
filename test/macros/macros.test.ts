import test from 'ava';
import { MACRO } from '../../core/canned-responses/actions.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { findConversationRow } from '../../core/conversations/list.ts';
import { readDraft } from '../../core/drafts/save.ts';
import { sendDraft } from '../../core/drafts/send.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { CannedResponseId, MessageId } from '../../core/lib/ids.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { houseFor } from '../support/house.ts';
import { workspaceFor } from '../support/workspace.ts';

const LETTER = { name: 'Zamknij sprawę', folder: '', channel: null, subject: '', text: 'Dziękujemy, sprawa zamknięta.', html: null };
const FIELDS = { to: null, moreTo: 'jan@customer.test', cc: '', bcc: '', subject: '', inboxId: null, quoted: false, dropped: [] };
const sending = (macro: { id: CannedResponseId; says: string; off: boolean } | null) => ({
  draft: { kind: 'reply', text: 'Dziękujemy.', html: '', fields: { ...FIELDS, macro } } as const,
  ...{ to: [{ address: 'jan@customer.test', name: null }], cc: [], bcc: [], attachments: [] },
  ...{ close: false, schedule: null, seenMessageId: null },
});

test('what a template says beside its text is done when the answer is sent, as the agent could by himself, and undone with the sending', async (t) => {
  const { scope, agentScope, agentId, endpoints, mail } = await houseFor(t);
  const urgent = (await addLabel(scope, 'Załatwione', 'green')).id;
  const done = (await addFolder(scope, 'Archiwum')).id;
  const actions = { labelIds: [urgent], assignee: 'me', teamId: null, close: true, snoozeDays: null, folderId: done } as const;
  const id = await createCanned(scope, null, { ...LETTER, actions: { ...actions, labelIds: [...actions.labelIds] } });
  const { conversationId } = await mail({});
  const row = () => findConversationRow(scope, conversationId);
  const macro = { id, says: 'zamknie rozmowę', off: false };

  const sent = await sendDraft(agentScope, endpoints, agentId, conversationId, sending(macro));
  t.deepEqual(sent.refused, []);
  t.like(await row(), { status: 'closed', folderId: done, assignee: { id: agentId }, labels: [{ name: 'Załatwione' }] });
  await withdrawMessage(agentScope, sent.messageId, agentId);
  t.like(await row(), { status: 'open', folderId: TOP_FOLDER, assignee: null, labels: [] });
  t.deepEqual((await readDraft(scope, agentId, conversationId))?.fields.macro, macro, 'the draft would do it again');

  await sendDraft(agentScope, endpoints, agentId, conversationId, sending({ ...macro, off: true }));
  t.like(await row(), { status: 'open', folderId: TOP_FOLDER }, 'left out');
});

test('a template gives the conversation to a team, needs no text for that, and gives it back with the sending', async (t) => {
  const { scope, agentScope, agentId, endpoints, mail } = await houseFor(t);
  const { id: teamId } = await addTeam(scope, 'Serwis', [agentId]);
  const actions = MACRO.parse({ teamId });
  const id = await createCanned(scope, null, { ...LETTER, text: '', actions });
  await t.throwsAsync(createCanned(scope, null, { ...LETTER, text: '' }), { code: 'invalid' });
  const { conversationId } = await mail({});
  const { messageId } = await sendDraft(agentScope, endpoints, agentId, conversationId, sending({ id, says: 'x', off: false }));
  t.like(await findConversationRow(scope, conversationId), { teamId, assignee: null });
  await withdrawMessage(agentScope, messageId, agentId);
  t.like(await findConversationRow(scope, conversationId), { teamId: null });
});

test('what an agent may not do himself a template does not do for him, and says so; the answer is sent all the same', async (t) => {
  const { scope, agentScope, agentId, endpoints, mail } = await houseFor(t);
  const secret = (await addFolder(scope, 'Zarząd')).id;
  const actions = { labelIds: [], assignee: null, teamId: null, close: false, snoozeDays: 2, folderId: secret };
  const id = await createCanned(scope, null, { ...LETTER, actions });
  const { conversationId } = await mail({});
  await grant(scope, [{ agentId, folderId: secret, level: 'none' }]);
  const { refused, messageId } = await sendDraft(agentScope, endpoints, agentId, conversationId, sending({ id, says: 'x', off: false }));
  t.deepEqual(refused, ['file']);
  t.like(await findConversationRow(scope, conversationId), { status: 'snoozed', folderId: TOP_FOLDER });
  await withdrawMessage(agentScope, messageId, agentId);
  t.like(await findConversationRow(scope, conversationId), { status: 'open' });
  const gone = { id: 999 as CannedResponseId, says: 'x', off: false };
  const other = await sendDraft(agentScope, endpoints, agentId, conversationId, sending(gone));
  t.deepEqual(other.refused, [], 'a template that is gone does nothing');
});

test('a template with acts is made by the form, names them in the composer before sending, and can be told not to', async (t) => {
  const { anna, mail, scope, inboxId } = await workspaceFor(t);
  const label = (await addLabel(scope, 'Pilne', 'red')).id;
  await mail({});
  await anna.get('/canned-responses/company/new');
  const form = {
    ...{ name: 'Koniec', text: 'Zamykamy.', html: '', folder: '', subject: '', channel: '' },
    labelIds: String(label),
    assignee: 'me',
  };
  for (const wrong of [
    { state: 'snooze', snoozeDays: '400' },
    { state: 'close', labelIds: '99' },
    { state: 'close', macroFolderId: '99' },
  ])
    t.is((await anna.post('/canned-responses/company', { ...form, ...wrong })).status, 422, JSON.stringify(wrong));
  t.is((await anna.post('/canned-responses/company', { ...form, state: 'close' })).location, '/canned-responses/company');
  t.regex((await anna.get('/canned-responses/company/1')).text, /<option value="close" selected>/);

  await anna.get('/conversations/1');
  const inserted = await anna.post('/conversations/1/draft/insertion', {
    kind: 'reply',
    text: 'Szkic',
    cannedResponseId: '1',
    moreTo: '',
    inboxId: String(inboxId),
  });
  const says = 'doda etykietę „Pilne”, przydzieli Tobie, zamknie rozmowę';
  t.true(inserted.text.includes(`Po wysłaniu: ${says}`), inserted.text);
  t.true((await anna.get('/conversations/1')).text.includes(`Po wysłaniu: ${says}`), 'the draft keeps it');
  const answer = { kind: 'reply', text: 'Zamykamy.', to: 'jan@customer.test', macroId: '1', macroSays: says };
  await anna.post('/conversations/1/messages', answer);
  t.like(await findConversationRow(scope, 1 as never), { status: 'closed', labels: [{ name: 'Pilne' }] });
  const [{ id }] = await scope.db('messages').orderBy('id', 'desc').limit(1).select('id');
  t.true((await anna.post(`/messages/${id as MessageId}/withdrawal`, {})).status < 400);
  t.like(await findConversationRow(scope, 1 as never), { status: 'open', labels: [] });
  await anna.post('/conversations/1/messages', { ...answer, macroOff: 'yes' });
  t.like(await findConversationRow(scope, 1 as never), { status: 'open', labels: [] });
});

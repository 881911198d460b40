import test from 'ava';
import { openConversation } from '../../core/conversations/open.ts';
import { findConversationById } from '../../core/conversations/store.ts';
import { transact } from '../../core/db/scope.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { houseFor } from '../support/house.ts';

test('a new conversation is answered as it stands in the database', async (t) => {
  const { scope, inboxId, agentId, mail } = await houseFor(t);
  const { conversationId: relatedConversationId } = await mail({});
  const { contact_id: contactId } = await scope.db('conversations').first('contact_id');
  const at = new Date('2026-11-27T10:00:00.123Z');
  const base = { inboxId, contactId, contactAddress: 'jan@firma.test', assigneeId: null, subject: null, relatedConversationId: null, at };
  const folder = await addFolder(scope, 'Zwroty');
  const openings = [
    base,
    { ...base, assigneeId: agentId, subject: 'Pytanie', relatedConversationId, folderId: folder.id },
    { ...base, spam: { at, reason: 'score', score: 7.5 } },
  ];
  for (const opening of openings) {
    const { conversation } = await transact(scope, (tx) => openConversation(tx, opening));
    t.deepEqual(await findConversationById(scope, conversation.id), conversation);
    t.is(conversation.folderId, 'folderId' in opening ? opening.folderId : TOP_FOLDER);
  }
});

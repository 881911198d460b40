import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { pokesOf } from '../../core/events/stream.ts';
import { addFolder } from '../../core/folders/edit.ts';
import type { AgentId, ConversationId, FolderId } from '../../core/lib/ids.ts';
import { createAudience } from '../../core/live/audience.ts';
import { confine } from '../support/folders.ts';
import { officeFor } from '../support/office.ts';
import { employ } from '../support/person.ts';

test('whoever lost rights while he had a conversation open is told what is the matter, not that it is for administrators', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy paczka?' });
  const { id, web } = await employ(office, 'Piotr');
  const [returns, others] = [await addFolder(office.scope, 'Zwroty'), await addFolder(office.scope, 'Inne')];
  const { id: talk } = await office.scope.db('conversations').first('id');
  await fileConversation(office.scope, talk, returns.id);
  await confine(office.scope, id, [returns.id], 'see');
  const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };
  const close = () => web.post(`/conversations/${talk}/closure`, {}, PART);
  const lowered = await close();
  t.is(lowered.status, 403);
  t.regex(lowered.text, /W tym katalogu nie możesz tego zrobić/);
  t.notRegex(lowered.text, /dla administratorów/);
  await fileConversation(office.scope, talk, others.id);
  const gone = await close();
  t.is(gone.status, 404);
  t.regex(gone.text, /Nie ma tu tej rozmowy\. Usunięto ją albo jest teraz w katalogu, którego nie widzisz/);
  t.regex((await web.get(`/conversations/${talk}`)).text, /<h1>Nie ma tu tej rozmowy/);
  const messages = await web.get(`/conversations/${talk}/messages`, PART);
  t.is(messages.status, 404);
  t.regex(messages.text, /<h2>Nie ma tu tej rozmowy<\/h2>[\s\S]*hx-target="#context"/, 'in the place of the messages, by themselves');
  t.notRegex(messages.text, /toast/);
});

test('whoever had a conversation open hears that it went out of his sight', async (t) => {
  const [conversationId, agentId] = [5 as ConversationId, 7 as AgentId];
  const folders = { fromFolderId: 3 as FolderId, folderId: 4 as FolderId };
  t.true(pokesOf({ type: 'conversation.filed', data: { conversationId, ...folders } }).includes('conversation-5@folder-3'));
  t.true(pokesOf({ type: 'conversation.unshared', data: { conversationId, agentId } }).includes('conversation-5@agent-7'));
  t.true(pokesOf({ type: 'folder_rights.changed', data: { agentIds: [agentId] } }).includes('rights@agent-7'));
  const office = await officeFor(t);
  const hearing = await createAudience(office.scope)(['conversation-5@agent-7', 'rights@agent-7']);
  t.deepEqual([hearing(agentId), hearing(8 as AgentId)], [['conversation-5', 'rights'], []]);
});

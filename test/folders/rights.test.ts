import test from 'ava';
import { changeAgentStatus, editAgent } from '../../core/agents/edit-agent.ts';
import { allow, CONVERSATION_RIGHTS, mayRead, readersOf } from '../../core/conversations/allow.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { readOwnCounters } from '../../core/conversations/counters.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { findConversationRow, listConversations } from '../../core/conversations/list.ts';
import { shareConversation, unshareConversation } from '../../core/conversations/share.ts';
import { visibleTitles } from '../../core/conversations/titles.ts';
import type { ListFilters } from '../../core/conversations/types.ts';
import { allowFolder } from '../../core/folders/allow.ts';
import { addFolder, changeFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { sightOf } from '../../core/folders/sight.ts';
import { LEVELS, type Level, TOP_FOLDER } from '../../core/folders/types.ts';
import type { EmailAddress } from '../../core/lib/email-address.ts';
import type { AgentId, ConversationId, FolderId } from '../../core/lib/ids.ts';
import { startConversation } from '../../core/messages/start.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { addAgent } from '../support/accounts.ts';
import { as, confine } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';

test('each level of a folder allows its rights and all below it, and no level lets a conversation be known', async (t) => {
  const { scope, agentId, mail } = await houseFor(t);
  const { conversationId } = await mail({});
  const own = as(scope, agentId);
  const needs: Readonly<Record<string, Level>> = {
    'conversation:read': 'see',
    'conversation:reply': 'answer',
    'conversation:note': 'answer',
    'conversation:close': 'move',
    'conversation:assign': 'move',
    'conversation:label': 'move',
    'conversation:trash': 'move',
    'conversation:move': 'move',
    'conversation:share': 'move',
  };
  t.deepEqual(Object.keys(needs).sort(), [...CONVERSATION_RIGHTS].sort());
  for (const level of LEVELS) {
    await grant(scope, [{ agentId, folderId: TOP_FOLDER, level }]);
    for (const right of CONVERSATION_RIGHTS) {
      const isEnough = LEVELS.indexOf(level) >= LEVELS.indexOf(needs[right] as Level);
      const code = level === 'none' ? 'not_found' : 'forbidden';
      if (isEnough) await t.notThrowsAsync(allow(own, right, conversationId), `${right} at ${level}`);
      else await t.throwsAsync(allow(own, right, conversationId), { code }, `${right} at ${level}`);
    }
  }
});

test('what was said in a folder holds in those within it until something else is said there', async (t) => {
  const { scope, agentId } = await houseFor(t);
  const a = await addFolder(scope, 'A');
  const b = await addFolder(scope, 'B', a.id);
  const other = await addFolder(scope, 'C');
  const may = async (id: FolderId): Promise<Level> => {
    let best: Level = 'none';
    for (const level of LEVELS.slice(1))
      if (
        await allowFolder(as(scope, agentId), level, id).then(
          () => true,
          () => false,
        )
      )
        best = level;
    return best;
  };
  t.deepEqual([await may(TOP_FOLDER), await may(b.id)], ['move', 'move'], 'the usual, without a word');
  await grant(scope, [{ agentId, folderId: a.id, level: 'none' }]);
  t.deepEqual([await may(a.id), await may(b.id), await may(other.id)], ['none', 'none', 'move']);
  await grant(scope, [{ agentId, folderId: b.id, level: 'see' }]);
  t.deepEqual([await may(a.id), await may(b.id)], ['none', 'see']);
  await grant(scope, [{ agentId, folderId: b.id, level: null }]);
  t.is(await may(b.id), 'none');
  const born = await addFolder(scope, 'D', a.id);
  t.is(await may(born.id), 'none', 'a new folder is as its place');
  await changeFolder(scope, born.id, { parentId: other.id });
  t.is(await may(born.id), 'move', 'and so is one that was moved');
  await t.throwsAsync(grant(scope, [{ agentId, folderId: 99 as FolderId, level: 'see' }]), { code: 'not_found' });
});

test('administrators see every folder, whoever becomes one at once, and whoever is one no longer does not', async (t) => {
  const { scope } = await houseFor(t);
  await addAgent(scope, 'Ewa', 'administrator');
  const id = await addAgent(scope, 'Jan');
  await confine(scope, id, []);
  t.deepEqual(await sightOf(as(scope, id)), { agentId: id, folderIds: [] });
  const edit = { email: 'jan@firma.example' as EmailAddress, firstName: 'Jan', lastName: 'N', jobTitle: '', language: 'pl' } as const;
  await editAgent(scope, id, { ...edit, role: 'administrator' });
  t.is(await sightOf(as(scope, id)), null);
  await editAgent(scope, id, { ...edit, role: 'agent' });
  t.deepEqual(await sightOf(as(scope, id)), { agentId: id, folderIds: [] });
  await changeAgentStatus(scope, id, 'disabled');
  t.deepEqual(await sightOf(as(scope, id)), { agentId: id, folderIds: [] });
});

test('an agent of whom the folders know nothing sees nothing', async (t) => {
  const { scope, agentId, mail } = await houseFor(t);
  const { conversationId } = await mail({});
  await scope.db('folder_access').where({ agent_id: agentId }).delete();
  t.deepEqual(await sightOf(as(scope, agentId)), { agentId, folderIds: [] });
  t.false(await mayRead(scope, agentId, conversationId));
  t.deepEqual((await listConversations(as(scope, agentId))).items, []);
});

test('lists, search, titles and counters hold what one sees and nothing else, page by page', async (t) => {
  const { scope, agentId, mail, inboxId, pass } = await houseFor(t);
  const own = as(scope, agentId);
  const folders = [await addFolder(scope, 'A'), await addFolder(scope, 'B'), await addFolder(scope, 'C')];
  const seen: ConversationId[] = [];
  const hidden: ConversationId[] = [];
  for (let n = 0; n < 24; n += 1) {
    pass(1);
    const { conversationId } = await mail({ from: { address: `k${n % 5}@x.test`, name: null }, text: 'pralka' });
    await fileConversation(scope, conversationId, folders[n % 3]?.id as FolderId);
    if (n % 2) await scope.db('conversations').where({ id: conversationId }).update({ assignee_id: agentId });
    (n % 3 === 0 ? hidden : seen).push(conversationId);
  }
  await confine(scope, agentId, [folders[1]?.id as FolderId, folders[2]?.id as FolderId]);
  const contact = await scope.db('conversations').where({ id: hidden[0] }).first('contact_id');
  const filters = [
    {},
    { status: 'open' },
    { status: 'open', sort: 'waiting' },
    { q: 'pralka' },
    { q: String(hidden[0]) },
    { inboxId },
    { assigneeId: agentId },
    { assigneeId: 'unassigned' },
    { contactId: contact.contact_id },
    { status: 'spam' },
    { failed: true },
    { folderId: folders[0]?.id },
    { folderId: folders[1]?.id },
    { folderId: folders[1]?.id, q: 'pralka' },
  ] as Parameters<typeof listConversations>[1][];
  for (const filter of filters) {
    const wanted = (await everyPage({ ...filter, limit: 200 }, scope)).filter((id) => seen.includes(id));
    t.deepEqual(await everyPage({ ...filter, limit: 3 }, own), wanted, JSON.stringify(filter));
  }
  for (const id of hidden) await t.throwsAsync(findConversationRow(own, id), { code: 'not_found' });
  t.deepEqual(
    [...(await visibleTitles(own, [...seen, ...hidden])).keys()].sort((a, b) => a - b),
    seen,
  );
  const { counters } = await readOwnCounters(scope, agentId);
  t.deepEqual([counters.open, counters.openByInbox.get(inboxId), [...counters.openByFolder.values()]], [16, 16, [8, 8]]);
});

async function everyPage(filters: Parameters<typeof listConversations>[1], scope: Parameters<typeof listConversations>[0]) {
  const ids: ConversationId[] = [];
  let cursor: string | undefined;
  do {
    const page = await listConversations(scope, { ...filters, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

test('one conversation can be shared with somebody who sees nothing else of its folder, and taken back', async (t) => {
  const { scope, agentId, mail, addAgent: hire } = await houseFor(t);
  const guest = await hire('guest@company.test');
  await confine(scope, guest, []);
  const [first, second] = [(await mail({})).conversationId, (await mail({})).conversationId];
  const own = as(scope, guest);
  await shareConversation(as(scope, agentId), first, guest);
  await shareConversation(as(scope, agentId), first, guest);
  await t.notThrowsAsync(allow(own, 'conversation:reply', first));
  await t.throwsAsync(allow(own, 'conversation:close', first), { code: 'forbidden' });
  await t.throwsAsync(allow(own, 'conversation:read', second), { code: 'not_found' });
  for (const filter of [{}, { status: 'open' }, { q: 'turn' }, { sort: 'waiting', status: 'open' }] as const)
    t.deepEqual(
      (await listConversations(own, filter)).items.map(({ id }) => id),
      [first],
      JSON.stringify(filter),
    );
  t.like((await listNotifications(own, guest)).items, { 0: { kind: 'conversation_shared', conversationId: first, times: 1 }, length: 1 });
  t.true((await readersOf(scope, first)).has(guest));
  await t.throwsAsync(shareConversation(as(scope, agentId), second, agentId), { code: 'invalid' }, 'he sees it anyway');
  await t.throwsAsync(shareConversation(as(scope, agentId), second, 99 as AgentId), { code: 'invalid' });
  await unshareConversation(as(scope, agentId), first, guest);
  await t.throwsAsync(allow(own, 'conversation:read', first), { code: 'not_found' });
  t.deepEqual((await listNotifications(own, guest)).items, []);
});

test('what is shared with an agent beside his folders is counted where his lists show it', async (t) => {
  const { scope, agentId, inboxId, mail, addAgent: hire } = await houseFor(t);
  const guest = await hire('guest@company.test');
  const own = as(scope, guest);
  const shop = await addFolder(scope, 'Shop');
  await confine(scope, guest, [shop.id]);
  const ids: ConversationId[] = [];
  for (const n of [1, 2, 3, 4, 5]) ids.push((await mail({ from: { address: `c${n}@customer.test`, name: null } })).conversationId);
  const [seen, open, mine, closed, junk] = ids as [ConversationId, ConversationId, ConversationId, ConversationId, ConversationId];
  for (const id of [open, mine, closed, junk]) await shareConversation(as(scope, agentId), id, guest);
  await fileConversation(scope, seen, shop.id);
  await scope.db('conversation_shares').insert({ conversation_id: seen, agent_id: guest, shared_at: scope.now().toISOString() });
  await assignConversation(scope, mine, guest);
  await closeConversation(scope, closed);
  await markSpam(scope, junk, true);
  const { counters } = await readOwnCounters(own, guest);
  const listed = async (filters: ListFilters): Promise<number> => (await listConversations(own, filters)).items.length;
  t.deepEqual(
    [counters.open, counters.unanswered, counters.unassigned, counters.openByAssignee.get(guest), counters.openByInbox.get(inboxId)],
    [
      await listed({ status: 'open' }),
      await listed({ status: 'open', unanswered: true }),
      await listed({ status: 'open', assigneeId: 'unassigned' }),
      await listed({ status: 'open', assigneeId: guest }),
      await listed({ status: 'open', inboxId }),
    ],
  );
  t.deepEqual([counters.open, counters.closed, counters.spam], [3, 1, 1]);
  t.is(counters.openByFolder.get(shop.id), 1);
});

test('nothing is assigned to somebody who does not see it, and nobody is told of what he may not see', async (t) => {
  const { scope, agentId, mail, addAgent: hire } = await houseFor(t);
  const outsider = await hire('out@company.test');
  await confine(scope, outsider, []);
  const { conversationId } = await mail({});
  await t.throwsAsync(assignConversation(as(scope, agentId), conversationId, outsider), { code: 'invalid' });
  await scope.db('conversations').update({ assignee_id: outsider });
  await mail({ references: [(await scope.db('messages').first('external_id')).external_id] });
  t.deepEqual(await scope.db('notifications').where({ agent_id: outsider }), []);
});

test('whoever writes first keeps what he began, also where its folder is not his', async (t) => {
  const { scope, agentId, inboxId, endpoints } = await houseFor(t);
  await confine(scope, agentId, []);
  const own = as(scope, agentId);
  const start = {
    inboxId,
    authorId: agentId,
    to: [{ address: 'a@x.test', name: null }],
    subject: 'Offer',
    text: 'Hello',
    html: null,
    attachments: [],
  };
  const { conversation } = await startConversation(own, endpoints, start);
  await t.notThrowsAsync(allow(own, 'conversation:reply', conversation.id));
});

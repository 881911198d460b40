import test from 'ava';
import { assignConversation } from '../../core/conversations/assign.ts';
import { markRead } from '../../core/conversations/mark-read.ts';
import type { Scope } from '../../core/db/scope.ts';
import { addFolder } from '../../core/folders/edit.ts';
import type { InboxRecord } from '../../core/inboxes/types.ts';
import type { AgentId, ConversationId, InboxId } from '../../core/lib/ids.ts';
import { notificationChoiceRoutes } from '../../core/notifications/choice-routes.ts';
import { readPreferences, savePreferences, stopEvent } from '../../core/notifications/choices.ts';
import { SILENT, USUAL } from '../../core/notifications/events.ts';
import { countUnread, listNotifications } from '../../core/notifications/list.ts';
import { isQuiet } from '../../core/notifications/quiet.ts';
import { notificationRoutes } from '../../core/notifications/routes.ts';
import { freshSignals } from '../../core/notifications/signals.ts';
import { notifyOfUnassigned, notifyUnassigned, openUnassignedSwitch, UNASSIGNED_JOB } from '../../core/notifications/unassigned.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { confine } from '../support/folders.ts';
import { type House, houseFor } from '../support/house.ts';
import { workspaceFor } from '../support/workspace.ts';

const INBOXES = [1, 2].map((id) => ({ id, name: `Skrzynka ${id}`, address: `s${id}@company.test` })) as unknown as readonly InboxRecord[];

const kinds = async (scope: Scope, id: AgentId) => (await listNotifications(scope, id, { unreadOnly: true })).items.map(({ kind }) => kind);

/** A conversation of a customer who can answer in it. */
async function talk(house: House, subject: string) {
  const externalId = `${subject}@customer.test`;
  const { conversationId } = await house.mail({ externalId, subject });
  const hears = (text: string, more: object = {}) => house.mail({ references: [externalId], text, ...more });
  return { conversationId, hears };
}

const assign = ({ scope }: House, id: ConversationId, to: AgentId, by?: AgentId) =>
  assignConversation(by === undefined ? scope : { ...scope, actor: { kind: 'agent', id: by } }, id, to);

test('an agent hears that a conversation was given to him and that its customer answered, once until he has read it', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  const { conversationId, hears } = await talk(house, 'a');
  await assign(house, conversationId, piotr, house.agentId);
  await hears('Are you there?');
  await hears('I am on holiday', { automated: true });
  await hears('Hello?');
  t.deepEqual(await kinds(house.scope, piotr), ['message_received', 'conversation_assigned']);
  const [newest] = (await listNotifications(house.scope, piotr)).items;
  t.like(newest, { times: 2, reason: 'Hello?', why: 'assignee', conversationId });
  t.deepEqual(await kinds(house.scope, house.agentId), []);

  await markRead(house.scope, conversationId, piotr);
  t.deepEqual(await kinds(house.scope, piotr), []);
  await hears('Thanks');
  t.deepEqual(await kinds(house.scope, piotr), ['message_received']);
  await assign(house, conversationId, house.agentId, house.agentId);
  t.deepEqual(await kinds(house.scope, piotr), [], 'it is no longer his');
  t.deepEqual(await kinds(house.scope, house.agentId), [], 'he took it himself');
});

test('what nobody looks after is told to those who asked for it, until somebody takes it', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  const asked = await openUnassignedSwitch(house.scope);
  const subscriber = notifyUnassigned(() => asked.isOn());
  const first = await house.mail({ subject: 'a' });
  const received = { type: 'message.received', data: { conversationId: first.conversationId, messageId: first.messageId } } as const;
  t.deepEqual(subscriber(received), [], 'nobody asked');
  await notifyOfUnassigned(house.scope, first.conversationId, first.messageId);
  t.is(await countUnread(house.scope, piotr), 0);
  const choices = { ...USUAL, unassigned_message: { app: true, sound: false, desktop: false } };
  await savePreferences(house.scope, piotr, { choices, quiet: null });
  await asked.follow([{ type: 'notifications.chosen', data: { agentId: piotr } }]);
  t.deepEqual(subscriber(received), [{ kind: UNASSIGNED_JOB, data: received.data }]);
  const { conversationId, messageId } = await house.mail({ subject: 'b' });
  for (const _ of [1, 2]) await notifyOfUnassigned(house.scope, conversationId, messageId);
  t.like((await listNotifications(house.scope, piotr)).items, [{ kind: 'unassigned_message', times: 1, why: 'anyone' }]);
  const machine = await house.mail({ subject: 'c', automated: true });
  await notifyOfUnassigned(house.scope, machine.conversationId, machine.messageId);
  t.deepEqual(await kinds(house.scope, piotr), ['unassigned_message']);
  t.is(await countUnread(house.scope, house.agentId), 0);
  await assign(house, conversationId, house.agentId);
  t.is(await countUnread(house.scope, piotr), 0);
});

test('a sound without an entry rings for the first message only, within a minute, and is in no list', async (t) => {
  const house = await houseFor(t);
  const { conversationId, hears } = await talk(house, 'a');
  const quiet = { from: '22:00', until: '07:00' };
  const choices = { ...USUAL, message_received: { app: false, sound: true, desktop: false }, conversation_assigned: SILENT };
  await savePreferences(house.scope, house.agentId, { choices, quiet });
  await assign(house, conversationId, house.agentId);
  await hears('One');
  t.like((await freshSignals(house.scope, house.agentId))[0], { hasSound: true, onDesktop: false, subject: 'a', kind: 'message_received' });
  t.is(await countUnread(house.scope, house.agentId), 0);
  t.deepEqual((await listNotifications(house.scope, house.agentId)).items, []);
  house.pass(2);
  await hears('Two');
  t.deepEqual(await freshSignals(house.scope, house.agentId), []);
  await markRead(house.scope, conversationId, house.agentId);
  await hears('Three');
  t.is((await freshSignals(house.scope, house.agentId)).length, 1);
  await markRead(house.scope, conversationId, house.agentId);

  // 9:02 UTC is 10:02 in Warsaw; now 23:02 there.
  house.pass(13 * 60);
  await hears('At night');
  t.deepEqual(await freshSignals(house.scope, house.agentId), []);
});

test('quiet hours end before they begin when they go over midnight, and follow the clock of the company', (t) => {
  const at = (text: string) => new Date(text);
  const night = { from: '22:00', until: '07:00' };
  const lunch = { from: '12:00', until: '13:00' };
  for (const [hours, now, quiet] of [
    [night, '2026-11-24T21:00:00Z', true],
    [night, '2026-11-24T20:59:59Z', false],
    [night, '2026-11-25T05:59:59Z', true],
    [night, '2026-11-25T06:00:00Z', false],
    [night, '2026-07-24T20:00:00Z', true],
    [lunch, '2026-11-24T11:30:00Z', true],
    [lunch, '2026-11-24T12:00:00Z', false],
    [null, '2026-11-24T23:00:00Z', false],
  ] as const)
    t.is(isQuiet(hours, at(now), 'Europe/Warsaw'), quiet, `${hours?.from} ${now}`);
});

test('what is told and how is chosen on a page of its own, and one click at an entry stops such entries', async (t) => {
  const { anna, mail, scope, agentId } = await workspaceFor(t, {}, [
    ...notificationRoutes(),
    ...notificationChoiceRoutes({ directory: { openTo: () => INBOXES } }),
  ]);
  const page = (await anna.get('/notifications/choices')).text;
  t.regex(page, /name="message_received\.sound" value="on" checked/);
  t.regex(page, /name="unassigned_message\.app" value="on">/);

  const wanted = { 'delivery_trouble.app': 'on', 'unassigned_message.desktop': 'on' };
  t.is(
    (await anna.post('/notifications/choices', { ...wanted, quietFrom: '22:00', quietUntil: '06:30' })).location,
    '/notifications/choices',
  );
  const { choices, quiet } = await readPreferences(scope, agentId);
  t.deepEqual(quiet, { from: '22:00', until: '06:30' });
  t.deepEqual(choices.message_received, SILENT);
  t.deepEqual(choices.unassigned_message, { app: false, sound: false, desktop: true });
  t.regex((await anna.get('/notifications/choices')).text, /name="quietFrom" type="time" value="22:00"/);
  const wrong = await anna.post('/notifications/choices', { ...wanted, quietFrom: '22:00', quietUntil: '' });
  t.is(wrong.status, 422);
  t.true(wrong.text.includes('Podaj obie godziny albo żadnej.'));
  t.is((await anna.post('/notifications/choices', { quietFrom: '25:00', quietUntil: '<b>' })).status, 422);
  await anna.get('/notifications/choices');
  await anna.post('/notifications/choices', { ...wanted, quietFrom: '', quietUntil: '' });
  t.is((await readPreferences(scope, agentId)).quiet, null);
  await anna.get('/notifications/choices');
  for (const [ticked, kept] of [
    ['99', []],
    ['1', [1 as InboxId]],
  ] as const) {
    await anna.post('/notifications/choices', { ...wanted, digest: 'day', inboxIds: ticked });
    const { digest, inboxIds } = await readPreferences(scope, agentId);
    t.deepEqual([digest, inboxIds], ['day', [...kept]], 'an inbox that is not his to see is none');
  }
  t.regex((await anna.get('/notifications/choices')).text, /name="inboxIds" value="1" checked[\s\S]*value="day"[^>]* checked/);

  await savePreferences(scope, agentId, { choices: USUAL, quiet: null });
  const { conversationId } = await mail({ externalId: 'x@customer.test', subject: 'Pralka' });
  await assignConversation(scope, conversationId, agentId);
  const bell = (await anna.get('/notifications/bell')).text;
  t.regex(bell, /data-title="Przydzielono Ci rozmowę" data-body="[^"]+ · Pralka" data-href="\/conversations\/1" data-tag="centrala-1"/);
  t.regex(bell, /data-desktop>/);
  await anna.get('/notifications');
  t.is((await anna.post('/notifications/1/stopping')).location, '/notifications/choices');
  t.deepEqual((await readPreferences(scope, agentId)).choices, { ...USUAL, conversation_assigned: SILENT });
  t.is(await countUnread(scope, agentId), 0);
  await stopEvent(scope, agentId, 'delivery_trouble');
  t.deepEqual((await readPreferences(scope, agentId)).choices.delivery_trouble, SILENT);
  t.is((await anna.post('/notifications/77/stopping')).status, 404);
});

test('folders and teams are offered where there are several, and only those that the agent sees or is in', async (t) => {
  const deps = { directory: { openTo: () => INBOXES.slice(0, 1) } };
  const { anna, scope, agentId } = await workspaceFor(t, {}, [...notificationChoiceRoutes(deps)]);
  const before = (await anna.get('/notifications/choices')).text;
  t.notRegex(before, /name="(inboxIds|folderIds|teamIds)"/, 'one of a kind is no choice');
  const [seen, hidden, other] = [await addFolder(scope, 'Gwarancje'), await addFolder(scope, 'Kadry'), await addFolder(scope, 'Inne')];
  const [ours, others] = [await addTeam(scope, 'Serwis', [agentId]), await addTeam(scope, 'Inni')];
  await addTeam(scope, 'Biuro', [agentId]);
  await confine(scope, agentId, [seen.id, other.id]);
  for (const [folderIds, teamIds, kept] of [
    [hidden.id, others.id, { folderIds: [], teamIds: [] }],
    [seen.id, ours.id, { folderIds: [seen.id], teamIds: [ours.id] }],
  ] as const) {
    await anna.get('/notifications/choices');
    await anna.post('/notifications/choices', { folderIds: String(folderIds), teamIds: String(teamIds) });
    const ticked = await readPreferences(scope, agentId);
    t.like(ticked, { folderIds: [...kept.folderIds], teamIds: [...kept.teamIds] }, 'only what he may see');
  }
  const { text } = await anna.get('/notifications/choices');
  t.regex(text, new RegExp(`name="folderIds" value="${seen.id}" checked[\\s\\S]*name="teamIds" value="${ours.id}" checked`));
  t.notRegex(text, /Kadry|Inni/);
});

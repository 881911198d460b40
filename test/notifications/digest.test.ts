import test from 'ava';
import { existingAgent } from '../../core/agents/edit-agent.ts';
import { assignConversation, giveToTeam } from '../../core/conversations/assign.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { transact } from '../../core/db/scope.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { removeFolder } from '../../core/folders/remove.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { readPreferences, savePreferences } from '../../core/notifications/choices.ts';
import { digestNotice, isDue, sendDigests, type Unread } from '../../core/notifications/digest.ts';
import { USUAL } from '../../core/notifications/events.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { markOf } from '../../core/notifications/store.ts';
import { notifyOfUnassigned } from '../../core/notifications/unassigned.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { confine } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';
import { strictRenderer } from '../support/render.ts';

const ZONE = 'Europe/Warsaw';

test('a digest is due each hour, or in the morning of each day of the company', (t) => {
  const due = (every: 'hour' | 'day', toldAt: string, now: string): boolean =>
    isDue({ agentId: 1 as AgentId, every, toldAt: new Date(toldAt) }, new Date(now), ZONE);
  t.false(due('hour', '2026-11-28T10:07:00Z', '2026-11-28T10:50:00Z'));
  t.true(due('hour', '2026-11-28T10:07:00Z', '2026-11-28T11:07:00Z'));
  t.false(due('day', '2026-11-28T06:07:00Z', '2026-11-28T22:07:00Z'), 'once a day');
  t.false(due('day', '2026-11-28T12:00:00Z', '2026-11-29T05:07:00Z'), 'six in Warsaw');
  t.true(due('day', '2026-11-28T12:00:00Z', '2026-11-29T06:07:00Z'));
  t.true(due('day', '2026-11-28T22:59:00Z', '2026-11-29T08:07:00Z'));
});

test('an agent who asked for it is written to once of what came since and waits, and of nothing that he may not see', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  const mails: { to: AgentId; unread: Unread }[] = [];
  let canSend = true;
  const run = () =>
    sendDigests(house.scope, {
      agent: (id) => existingAgent(house.scope, id),
      timeZone: ZONE,
      send: async (_tx, { id: to }, unread) => {
        if (canSend) mails.push({ to, unread });
        return canSend;
      },
    });
  const give = async (subject: string) => {
    const { conversationId } = await house.mail({ subject });
    await assignConversation(house.scope, conversationId, piotr);
    return conversationId;
  };
  await give('before');
  await savePreferences(house.scope, piotr, { choices: USUAL, quiet: null, digest: 'hour' });
  t.is((await readPreferences(house.scope, piotr)).digest, 'hour');
  house.pass(60);
  t.is(await run(), 0, 'what was there before he asked is not told');

  house.pass(1);
  const first = await give('Faktura');
  await give('Paczka');
  t.is(await run(), 0, 'not yet');
  house.pass(60);
  canSend = false;
  t.is(await run(), 0);
  canSend = true;
  t.is(await run(), 1, 'what could not be sent is sent later');
  t.is(await run(), 0);
  t.deepEqual(
    mails.map(({ to, unread }) => [to, unread.count, unread.shown.map(({ subject }) => subject)]),
    [[piotr, 2, ['Paczka', 'Faktura']]],
  );
  house.pass(60);
  t.is(await run(), 0, 'it is not told again');

  // Read meanwhile, or in a folder that is hidden from him: nothing to write of.
  await give('Przeczytana');
  await transact(house.scope, (tx) => markOf(tx, piotr, null));
  house.pass(60);
  t.is(await run(), 0);
  await give('Ukryta');
  await confine(house.scope, piotr, []);
  house.pass(60);
  t.is(await run(), 0);
  t.is(mails.length, 1);
  t.truthy(first);

  await savePreferences(house.scope, piotr, { choices: USUAL, quiet: null, digest: 'never' });
  t.is((await readPreferences(house.scope, piotr)).digest, 'never');
});

test('a digest names what happened and says why it comes, in both languages, without words of a message', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  const { conversationId } = await house.mail({ subject: 'Faktura', externalId: 'a@customer.test', text: 'tajne słowa' });
  await assignConversation(house.scope, conversationId, piotr);
  await house.mail({ references: ['a@customer.test'], text: 'inne tajne słowa' });
  const { items: shown } = await listNotifications(house.scope, piotr, { unreadOnly: true });
  t.is(shown.length, 2);
  const about = { link: 'https://c.test/notifications', choices: 'https://c.test/notifications/choices', companyName: 'Firma' };
  for (const language of ['pl', 'en'] as const) {
    const notice = digestNotice(strictRenderer().translator(language), { every: 'day', shown, count: 7 }, about);
    const all = JSON.stringify(notice);
    t.is(notice.lines.length, 3);
    for (const part of ['Firma: 7', 'Faktura', 'jan@customer.test', about.choices]) t.true(all.includes(part), part);
    t.notRegex(all, /tajne|notifications\.|\{\w+\}/);
  }
});

test('who chose inboxes, folders or teams hears of what nobody looks after from those alone', async (t) => {
  const house = await houseFor(t);
  const piotr = await house.addAgent('piotr@company.test');
  const sales = await house.addInbox('sales@company.test');
  const choices = { ...USUAL, unassigned_message: { app: true, sound: false, desktop: false } };
  await savePreferences(house.scope, piotr, { choices, quiet: null, inboxIds: [sales] });
  await savePreferences(house.scope, house.agentId, { choices, quiet: null });
  const told = async (id: AgentId) => (await listNotifications(house.scope, id)).items.map(({ subject }) => subject);
  for (const [subject, more] of [
    ['help', {}],
    ['sales', { inboxId: sales }],
  ] as const) {
    house.pass(1);
    const { conversationId, messageId } = await house.mail({ subject, from: { address: `${subject}@x.test`, name: null } }, more);
    await notifyOfUnassigned(house.scope, conversationId, messageId);
  }
  t.deepEqual(await told(piotr), ['sales']);
  t.deepEqual(await told(house.agentId), ['sales', 'help']);
  await savePreferences(house.scope, piotr, { choices, quiet: null });
  t.deepEqual((await readPreferences(house.scope, piotr)).inboxIds, [sales], 'what is left out stays');

  const warranty = await addFolder(house.scope, 'Gwarancje');
  const claims = await addFolder(house.scope, 'Reklamacje', warranty.id);
  const team = await addTeam(house.scope, 'Serwis', [piotr, house.agentId]);
  await savePreferences(house.scope, piotr, { choices, quiet: null, inboxIds: [], folderIds: [warranty.id], teamIds: [team.id] });
  t.like(await readPreferences(house.scope, piotr), { inboxIds: [], folderIds: [warranty.id], teamIds: [team.id] });
  for (const [subject, folderId, teamId] of [
    ['neither', TOP_FOLDER, null],
    ['folder only', claims.id, null],
    ['team only', TOP_FOLDER, team.id],
    ['both', claims.id, team.id],
  ] as const) {
    house.pass(1);
    const { conversationId, messageId } = await house.mail({ subject });
    await fileConversation(house.scope, conversationId, folderId);
    if (teamId) await giveToTeam(house.scope, conversationId, teamId, true);
    await notifyOfUnassigned(house.scope, conversationId, messageId);
  }
  t.deepEqual(await told(piotr), ['both', 'sales'], 'a folder stands for those in it');
  t.deepEqual(await told(house.agentId), ['both', 'team only', 'folder only', 'neither', 'sales', 'help']);
  const empty = await addFolder(house.scope, 'Pusty');
  await savePreferences(house.scope, piotr, { choices, quiet: null, folderIds: [empty.id] });
  await removeFolder(house.scope, empty.id, TOP_FOLDER);
  t.deepEqual((await readPreferences(house.scope, piotr)).folderIds, [], 'a folder that is gone is chosen no more');
});

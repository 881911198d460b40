import test from 'ava';
import { type Scope, transact } from '../../core/db/scope.ts';
import { addPersonalFolder } from '../../core/folders/personal.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { as } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';
import { countQueries } from '../support/queries.ts';

const to = (...addresses: string[]) => addresses.map((address) => ({ address, name: null }));

test('a mail to two inboxes is a message in each, and each says where the other is', async (t) => {
  const { mail, addInbox, scope, inboxId } = await houseFor(t);
  const sales = await addInbox('sales@company.test');
  const letter = { externalId: 'both@customer', to: to('help@company.test'), cc: to('Sales+r.abcdefgh@company.test') };
  const first = await mail(letter, { bytes: 'same' });
  t.deepEqual((await listMessages(scope, first.conversationId)).items[0]?.copies, []);
  const second = await mail(letter, { inboxId: sales, bytes: 'same' });
  t.is(second.status, 'received');
  t.not(second.conversationId, first.conversationId);
  const copies = async (id: typeof first.conversationId) =>
    (await listMessages(scope, id)).items[0]?.copies.map(({ conversationId, inboxName }) => [conversationId, inboxName]);
  t.deepEqual(await copies(first.conversationId), [[second.conversationId, 'sales@company.test']]);
  t.deepEqual(await copies(second.conversationId), [[first.conversationId, 'help@company.test']]);
  t.truthy(inboxId);
});

test('a copy in somebody’s personal mailbox is named to nobody else', async (t) => {
  const { mail, addInbox, addAgent, scope, agentScope } = await houseFor(t);
  const piotr = await addAgent('piotr@company.test');
  const own = await addInbox('piotr@company.test');
  const letter = { externalId: 'both@customer', to: to('help@company.test', 'piotr@company.test') };
  const company = (await mail(letter)).conversationId;
  const hers = (await mail(letter, { inboxId: own })).conversationId;
  const folder = await transact(scope, (tx) => addPersonalFolder(tx, piotr, 'piotr@company.test'));
  await scope.db('conversations').where({ id: hers }).update({ folder_id: folder });
  const copiesFor = async (viewer: Scope, id: ConversationId) =>
    (await listMessages(viewer, id)).items[0]?.copies.map(({ conversationId, inboxName }) => [conversationId, inboxName]);
  t.deepEqual(await copiesFor(agentScope, company), [], 'an administrator, too');
  t.deepEqual(await copiesFor(as(scope, piotr), company), [[hers, 'piotr@company.test']]);
  t.deepEqual(await copiesFor(as(scope, piotr), hers), [[company, 'help@company.test']]);
});

test('looking for copies costs nothing where there are none', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({});
  t.is(await countQueries(scope.db, () => listMessages(scope, conversationId)), 3);
});

test('the same Message-ID in a mail to one inbox alone links nothing', async (t) => {
  const { mail, addInbox, scope } = await houseFor(t);
  const sales = await addInbox('sales@company.test');
  const first = await mail({ externalId: 'x@customer', to: to('help@company.test') });
  await mail({ externalId: 'x@customer', to: to('sales@company.test') }, { inboxId: sales });
  t.deepEqual((await listMessages(scope, first.conversationId)).items[0]?.copies, []);
});

import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { fileConversation } from '../../core/conversations/file.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { transact, type WriteScope } from '../../core/db/scope.ts';
import { addFolder, changeFolder, orderFolder } from '../../core/folders/edit.ts';
import { listFolders } from '../../core/folders/list.ts';
import { emptyFolderHandler, removeFolder } from '../../core/folders/remove.ts';
import { grant } from '../../core/folders/rights.ts';
import { type Folder, TOP_FOLDER } from '../../core/folders/types.ts';
import type { FolderId } from '../../core/lib/ids.ts';
import { type House, houseFor } from '../support/house.ts';

const names = async ({ scope }: House) => (await listFolders(scope)).map(({ name, depth }) => `${'-'.repeat(depth)}${name}`);

test('folders nest below one that always exists, and keep the order that they were given', async (t) => {
  const house = await houseFor(t);
  const { scope } = house;
  t.deepEqual(await names(house), ['']);
  const shop = await addFolder(scope, ' Sklep  internetowy ');
  const repairs = await addFolder(scope, 'Naprawy');
  const warranty = await addFolder(scope, 'Gwarancja', repairs.id);
  t.deepEqual(await names(house), ['', '-Sklep internetowy', '-Naprawy', '--Gwarancja']);
  await orderFolder(scope, repairs.id, 1);
  t.deepEqual(await names(house), ['', '-Naprawy', '--Gwarancja', '-Sklep internetowy']);
  await changeFolder(scope, repairs.id, { parentId: shop.id, name: 'Serwis' });
  t.deepEqual(await names(house), ['', '-Sklep internetowy', '--Serwis', '---Gwarancja']);
  await changeFolder(scope, TOP_FOLDER, { name: 'Poczta' });
  t.is((await names(house))[0], 'Poczta');
  for (const parentId of [repairs.id, warranty.id]) await t.throwsAsync(changeFolder(scope, repairs.id, { parentId }), { code: 'invalid' });
  await t.throwsAsync(changeFolder(scope, TOP_FOLDER, { parentId: shop.id }), { code: 'invalid' });
  await t.throwsAsync(changeFolder(scope, 99 as FolderId, { name: 'x' }), { code: 'not_found' });
});

test('there may be hundreds of folders', async (t) => {
  const house = await houseFor(t);
  for (let n = 1; n <= 300; n += 1) await addFolder(house.scope, `Klient ${n}`);
  t.is((await names(house)).length, 301);
  t.is((await names(house)).at(-1), '-Klient 300');
});

test('two folders in one place have different names, and there are eight levels at most', async (t) => {
  const { scope } = await houseFor(t);
  await addFolder(scope, 'Żądania');
  await t.throwsAsync(addFolder(scope, 'żądania'), { code: 'invalid' });
  for (const name of ['', '   ', 'x'.repeat(61)]) await t.throwsAsync(addFolder(scope, name), { code: 'invalid' });
  let parent: Folder = await addFolder(scope, 'Reklamacje');
  await addFolder(scope, 'żądania', parent.id);
  for (let level = 3; level <= 8; level += 1) parent = await addFolder(scope, `Poziom ${level}`, parent.id);
  await t.throwsAsync(addFolder(scope, 'Za głęboko', parent.id), { code: 'invalid' });
  const pair = await addFolder(scope, 'Para');
  await addFolder(scope, 'Wewnątrz', pair.id);
  await t.throwsAsync(changeFolder(scope, pair.id, { parentId: parent.parentId as FolderId }), { code: 'invalid' });
});

test('a conversation begins in the folder of its inbox, and moves with a trace of it', async (t) => {
  const house = await houseFor(t);
  const { scope, inboxId } = house;
  const shop = await addFolder(scope, 'Sklep');
  const before = await house.mail({});
  await scope.db('inboxes').where({ id: inboxId }).update({ folder_id: shop.id });
  const after = await house.mail({});
  const folderOf = async (id: number) => (await scope.db('conversations').where({ id }).first('folder_id')).folder_id;
  t.deepEqual([await folderOf(before.conversationId), await folderOf(after.conversationId)], [TOP_FOLDER, shop.id]);
  await fileConversation(scope, before.conversationId, shop.id);
  await fileConversation(scope, before.conversationId, shop.id);
  t.is(await folderOf(before.conversationId), shop.id);
  t.is((await house.events()).filter((type) => type === 'conversation.filed').length, 1);
  await t.throwsAsync(fileConversation(scope, before.conversationId, 99 as FolderId), { code: 'not_found' });
  t.deepEqual(await recountCounters(scope), []);
});

test('whoever had a conversation that goes where he does not see it has it no longer', async (t) => {
  const house = await houseFor(t);
  const { scope, agentId } = house;
  const secret = await addFolder(scope, 'Zarząd');
  await grant(scope, [{ agentId, folderId: secret.id, level: 'none' }]);
  const { conversationId } = await house.mail({});
  await scope.db('conversations').update({ assignee_id: agentId });
  t.is((await fileConversation(scope, conversationId, secret.id)).assigneeId, null);
});

test('a folder is removed with nothing lost: what is in it, spam and merged ones too, goes where one says', async (t) => {
  const house = await houseFor(t);
  const { scope, inboxId } = house;
  const old = await addFolder(scope, 'Stary');
  const inside = await addFolder(scope, 'Wewnątrz', old.id);
  const target = await addFolder(scope, 'Nowy');
  await scope.db('inboxes').where({ id: inboxId }).update({ folder_id: old.id });
  for (let n = 0; n < 60; n += 1) await house.mail({ from: { address: `k${n}@x.test`, name: null } });
  await scope.db('conversations').where({ id: 1 }).update({ status: 'closed', merged_into_id: 2 });
  await t.throwsAsync(removeFolder(scope, TOP_FOLDER, target.id), { code: 'folder_top' });
  await t.throwsAsync(removeFolder(scope, old.id, target.id), { code: 'folder_has_others' });
  t.true(await removeFolder(scope, inside.id, null), 'an empty one is gone at once');
  await t.throwsAsync(removeFolder(scope, old.id, null), { code: 'invalid' });
  await t.throwsAsync(removeFolder(scope, old.id, old.id), { code: 'invalid' });
  t.false(await removeFolder(scope, old.id, target.id));
  t.is((await scope.db('inboxes').where({ id: inboxId }).first('folder_id')).folder_id, target.id);
  const job = await scope.db('jobs').where({ kind: 'folder_empty' }).first();
  await emptyFolderHandler()(scope, { id: job.id, kind: job.kind, data: JSON.parse(job.data), attempts: 1 }, new AbortController().signal);
  t.deepEqual(await names(house), ['', '-Nowy']);
  t.deepEqual(await scope.db('conversations').distinct('folder_id').pluck('folder_id'), [target.id]);
  t.is((await house.events()).filter((type) => type === 'conversation.filed').length, 60);
});

test('what is being put into a folder while it is removed goes along, and nothing comes into one that is gone', async (t) => {
  const house = await houseFor(t);
  const { scope } = house;
  const [old, target] = [await addFolder(scope, 'Stary'), await addFolder(scope, 'Nowy')];
  const { conversationId } = await house.mail({});
  /** Something else is done while the transaction has done its part and not ended yet. */
  const during = async <T>(part: (tx: WriteScope) => Promise<unknown>, other: () => Promise<T>): Promise<T> => {
    const { promise: isHalfDone, resolve } = Promise.withResolvers<void>();
    const first = transact(scope, async (tx) => {
      await part(tx);
      resolve();
      await wait(100);
    });
    await isHalfDone;
    const [answer] = await Promise.allSettled([other(), first]);
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };
  const isGone = await during(
    (tx) => fileConversation(tx, conversationId, old.id),
    () => removeFolder(scope, old.id, target.id),
  );
  t.false(isGone, 'what came is moved first');
  const job = await scope.db('jobs').where({ kind: 'folder_empty' }).first();
  await emptyFolderHandler()(scope, { id: job.id, kind: job.kind, data: JSON.parse(job.data), attempts: 1 }, new AbortController().signal);
  t.deepEqual(await scope.db('conversations').pluck('folder_id'), [target.id]);
  const empty = await addFolder(scope, 'Pusty');
  const filed = during(
    (tx) => removeFolder(tx, empty.id, null),
    () => fileConversation(scope, conversationId, empty.id),
  );
  await t.throwsAsync(filed, { code: 'not_found' });
  t.deepEqual(await names(house), ['', '-Nowy']);
});

test('the database itself keeps a folder that holds a conversation', async (t) => {
  const house = await houseFor(t);
  const folder = await addFolder(house.scope, 'Pełny');
  const { conversationId } = await house.mail({});
  await fileConversation(house.scope, conversationId, folder.id);
  await t.throwsAsync(house.scope.db('folders').where({ id: folder.id }).delete());
});

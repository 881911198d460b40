import test from 'ava';
import { findConversationRow } from '../../core/conversations/list.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { TOP_FOLDER } from '../../core/folders/types.ts';
import { silentLog } from '../../core/lib/log.ts';
import { listActs } from '../../core/rules/acts.ts';
import { openRules } from '../../core/rules/known.ts';
import { runOn } from '../../core/rules/run.ts';
import { addRule, changeRule, findRule, listRules, orderRule, removeRule } from '../../core/rules/save.ts';
import { tryRule } from '../../core/rules/trial.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { as, confine } from '../support/folders.ts';
import { houseFor, mailFrom } from '../support/house.ts';

const about = (word: string, actions: object) =>
  RULE_INPUT.parse({ name: word, conditions: [{ field: 'subject', operator: 'contains', values: [word] }], actions });

async function office(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const { scope, endpoints, agentId } = house;
  const [shop, board] = [(await addFolder(scope, 'Sklep')).id, (await addFolder(scope, 'Zarząd')).id];
  const readHeaders = async () => null;
  const arrive = async (subject: string) => {
    const { conversationId, messageId } = await house.take([mailFrom('jan@customer.test', { subject, externalId: `${subject}@x` })]);
    await runOn(scope, { rules: await openRules(scope), endpoints, readHeaders, log: silentLog }, messageId);
    return findConversationRow(scope, conversationId);
  };
  return { ...house, me: as(scope, agentId), shop, board, arrive, readHeaders };
}

test('a rule of somebody who is no administrator acts only where he may move, at the moment the mail comes', async (t) => {
  const { scope, me, agentId, shop, board, arrive, readHeaders } = await office(t);
  const id = await addRule(me, about('pompa', { folderId: shop }));
  t.is((await findRule(scope, id)).keeperId, agentId);
  t.is((await arrive('pompa 1')).folderId, shop);
  await confine(scope, agentId, [shop]);
  t.is((await arrive('pompa 2')).folderId, TOP_FOLDER, 'what lies where he sees nothing is not pulled to him');
  t.is((await tryRule(me, readHeaders, about('pompa', { folderId: shop }))).fits.length, 1, 'the trial says the same');
  t.is((await listActs(scope, id, { cursor: null, limit: 9 })).items.length, 1);
  await confine(scope, agentId, [TOP_FOLDER]);
  await scope.db('folder_access').where({ agent_id: agentId, folder_id: shop }).delete();
  t.is((await arrive('pompa 3')).folderId, TOP_FOLDER);
  t.is((await listActs(scope, id, { cursor: null, limit: 9 })).items[0]?.failure, 'rules.problem.right_gone');
  await changeRule(scope, id, about('pompa', { folderId: board }));
  t.is((await findRule(scope, id)).keeperId, null, 'saved by an administrator or a program of the machine it works everywhere');
  t.is((await arrive('pompa 4')).folderId, board);
});

test('whoever may not move in every folder names, sees, changes and orders only what is his own', async (t) => {
  const { scope, me, agentId, shop, board } = await office(t);
  const theirs = await addRule(scope, about('tajne', { folderId: board }));
  await confine(scope, agentId, [shop]);
  await t.throwsAsync(addRule(me, about('pompa', { folderId: board })), { code: 'invalid' });
  const [first, second] = [await addRule(me, about('pompa', { folderId: shop })), await addRule(me, about('rower', { close: true }))];
  const last = await addRule(scope, about('koniec', { close: true }));
  const ids = async (who: typeof scope) => (await listRules(who)).map((one) => one.id);
  t.deepEqual(await ids(me), [first, second]);
  await orderRule(me, second, 1);
  t.deepEqual(await ids(scope), [theirs, second, first, last], 'those of others keep their places');
  for (const work of [
    () => findRule(me, theirs),
    () => changeRule(me, theirs, about('x', { close: true })),
    () => orderRule(me, theirs, 1),
    () => removeRule(me, theirs),
  ])
    await t.throwsAsync(work, { code: 'not_found' });
  await confine(scope, agentId, [TOP_FOLDER]);
  await scope.db('folder_rights').where({ agent_id: agentId }).whereNot({ folder_id: TOP_FOLDER }).delete();
  await confine(scope, agentId, [TOP_FOLDER, shop, board]);
  t.deepEqual(await ids(me), [theirs, second, first, last], 'who may move everywhere keeps them all');
});

import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { transact } from '../../core/db/scope.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { labelConversation } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { silentLog } from '../../core/lib/log.ts';
import { replyToConversation } from '../../core/messages/reply.ts';
import { withdrawMessage } from '../../core/messages/withdraw.ts';
import { countAnew, isCounting, rebuildStatistics } from '../../core/statistics/fold.ts';
import { saveOptions } from '../../core/statistics/options.ts';
import { createReadings } from '../../core/statistics/readings.ts';
import { readReport } from '../../core/statistics/report.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { as, confine } from '../support/folders.ts';
import { type House, houseFor } from '../support/house.ts';
import { countQueries } from '../support/queries.ts';
import { allCounts, bringUpToDate, NOVEMBER } from '../support/statistics.ts';

const answer = ({ agentScope, endpoints, agentId }: House, conversationId: Parameters<typeof closeConversation>[1], close = false) =>
  replyToConversation(agentScope, endpoints, { conversationId, authorId: agentId, text: 'It will.', html: null, attachments: [], close });

test('figures follow what happens, and counting everything again comes to the same', async (t) => {
  const house = await houseFor(t);
  const { scope, agentId, agentScope, endpoints, inboxId } = house;
  const { conversationId: first } = await house.mail({});
  house.pass(60);
  await answer(house, first, true);
  const { conversationId: second } = await house.mail({ from: { address: 'ola@customer.test', name: null } });
  const { conversationId: third } = await house.mail({ from: { address: 'ewa@customer.test', name: null } });
  await house.mail({ from: { address: 'robot@customer.test', name: null }, automated: true });
  await bringUpToDate(scope);
  const { totals, agent, day, inbox, hours } = await readReport(scope, NOVEMBER);
  t.like(totals, { received: 3, opened: 3, sent: 1, answers: 1, onTime: 1, closed: 1, reads: 0 });
  t.true(Math.abs((totals.answer.median ?? 0) - 3600) < 460, String(totals.answer.median));
  t.is(totals.resolution.median, totals.first.median);
  t.deepEqual(
    agent.map(({ of, sent, closed }) => [of, sent, closed]),
    [[String(agentId), 1, 1]],
  );
  t.is(day.length, 30);
  t.is(day[23]?.received, 3);
  t.deepEqual(
    inbox.map(({ of, received }) => [of, received]),
    [[String(inboxId), 3]],
  );
  t.deepEqual([hours[1]?.[10], hours[1]?.[11]], [1, 2], 'Tuesday at ten and eleven in Warsaw');

  const label = await addLabel(scope, 'Reklamacje', null);
  const folder = await addFolder(scope, 'Serwis');
  await labelConversation(agentScope, second, label.id, true);
  await fileConversation(agentScope, second, folder.id);
  await mergeConversations(agentScope, endpoints, second, [third]);
  const { messageId } = await answer(house, second);
  t.true((await bringUpToDate(scope)) >= 2);
  t.is(await bringUpToDate(scope), 0, 'nothing is left to do');
  const labelled = await readReport(scope, { ...NOVEMBER, labelId: label.id });
  t.like(labelled.totals, { received: 2, opened: 1, sent: 1 });
  t.like((await readReport(scope, { ...NOVEMBER, folderId: folder.id })).totals, { received: 2, sent: 1 });
  t.deepEqual(
    labelled.label.map(({ of }) => of),
    [String(label.id)],
  );
  await withdrawMessage(agentScope, messageId, agentId);
  await bringUpToDate(scope);
  t.is((await readReport(scope, NOVEMBER)).totals.sent, 1, 'what was taken back was not sent');

  const before = await allCounts(scope);
  await countAnew(scope);
  t.true(await isCounting(scope));
  await bringUpToDate(scope);
  t.false(await isCounting(scope));
  t.deepEqual(await allCounts(scope), before);
  await scope.db('statistics_counts').update({ n: 77 });
  t.is(await rebuildStatistics(scope, new AbortController().signal), 4);
  t.deepEqual(await allCounts(scope), before, 'from nothing but the conversations');
});

test('an agent sees his own figures where he sees the folder, and those of nobody else', async (t) => {
  const house = await houseFor(t);
  const { scope, agentId } = house;
  const hidden = await addFolder(scope, 'Zarząd');
  const { conversationId: shown } = await house.mail({});
  const { conversationId: secret } = await house.mail({ from: { address: 'ola@customer.test', name: null } });
  await fileConversation(scope, secret, hidden.id);
  await answer(house, shown);
  await answer(house, secret);
  const piotr = await house.addAgent('piotr@company.test');
  await bringUpToDate(scope);
  t.is((await readReport(scope, NOVEMBER)).totals.sent, 2);
  t.is((await readReport(as(scope, agentId), NOVEMBER)).totals.sent, 2);
  await confine(scope, agentId, [1 as never]);
  await scope.db('folder_access').where({ agent_id: agentId, folder_id: hidden.id }).delete();
  const own = await readReport(as(scope, agentId), NOVEMBER);
  t.like(own.totals, { sent: 1, received: 0 });
  t.deepEqual(
    own.folder.map(({ of }) => of),
    ['1'],
  );
  t.like((await readReport(as(scope, piotr), NOVEMBER)).totals, { sent: 0, received: 0 });
  await scope.db('folder_access').where({ agent_id: piotr, folder_id: 1 }).update({ level: 4 });
  const managed = await readReport(as(scope, piotr), NOVEMBER);
  t.like(managed.totals, { sent: 1, received: 1 });
  t.deepEqual(
    managed.agent.map(({ of }) => of),
    [String(agentId)],
  );
});

test('reading counts once a day for each person, and no more is kept than the setting allows', async (t) => {
  const house = await houseFor(t);
  const { scope, agentId } = house;
  const piotr = await house.addAgent('piotr@company.test');
  const { conversationId } = await house.mail({});
  const readings = createReadings(scope, silentLog);
  const read = async (): Promise<void> => {
    for (const who of [agentId, piotr, agentId]) readings.note(who, conversationId);
    await readings.flush();
    await bringUpToDate(scope);
  };
  const kept = async () =>
    (await scope.db('statistics_reads').orderBy(['agent_id', 'day']).select('agent_id', 'day')).map((row) => `${row.agent_id} ${row.day}`);
  t.is(await countQueries(scope.db, async () => readings.note(agentId, conversationId)), 0, 'looking writes nothing');
  await read();
  house.pass(120);
  await read();
  t.deepEqual(await kept(), [`${agentId} 2026-11-24`, `${piotr} 2026-11-24`]);
  const { totals, agent } = await readReport(scope, NOVEMBER);
  t.is(totals.reads, 2);
  t.deepEqual(agent.map(({ reads }) => reads).sort(), [1, 1]);
  house.pass(24 * 60);
  await saveOptions(scope, { targetMinutes: 240, reading: 'totals' });
  await read();
  t.deepEqual(await kept(), ['0 2026-11-24', '0 2026-11-25']);
  const nameless = await readReport(scope, NOVEMBER);
  t.is(nameless.totals.reads, 2);
  t.deepEqual(nameless.agent, []);
  await saveOptions(scope, { targetMinutes: 240, reading: 'off' });
  await bringUpToDate(scope);
  house.pass(24 * 60);
  await read();
  t.deepEqual(await kept(), []);
  t.is((await readReport(scope, NOVEMBER)).totals.reads, 0);
});

test('figures of a conversation that is deleted go with it, and an ending of it is forgotten', async (t) => {
  const house = await houseFor(t);
  const { scope } = house;
  const { conversationId } = await house.mail({});
  await bringUpToDate(scope);
  await closeConversation(scope, conversationId);
  await transact(scope, async (tx) => {
    await tx.db('conversations').where({ id: conversationId }).delete();
    tx.emit({ type: 'spam.purged', data: { conversationId } });
  });
  await bringUpToDate(scope);
  t.deepEqual(await allCounts(scope), []);
  t.deepEqual(await scope.db('statistics_endings'), []);
});

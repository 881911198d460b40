import test, { type ExecutionContext } from 'ava';
import { changeAgentStatus } from '../../core/agents/edit-agent.ts';
import { beginBulk, reverseBulk } from '../../core/bulk-actions/begin.ts';
import { workOff } from '../../core/bulk-actions/run.ts';
import { assignConversation, giveToTeam, handOver } from '../../core/conversations/assign.ts';
import { readOwnCounters } from '../../core/conversations/counters.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { findConversation, listConversations } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { grantTeams } from '../../core/folders/team-rights.ts';
import type { AgentId, ConversationId, TeamId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { actsOn } from '../../core/rules/acts.ts';
import { openRules } from '../../core/rules/known.ts';
import { runOn } from '../../core/rules/run.ts';
import { addRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { undoAct } from '../../core/rules/undo.ts';
import { addTeam, changeTeam } from '../../core/teams/edit.ts';
import { releaseTeamHandler, removeTeam } from '../../core/teams/remove.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { as, confine } from '../support/folders.ts';
import { houseFor } from '../support/house.ts';

/** Anna acts; Piotr and Ola are in the service, Ola in the shop too. */
async function office(t: ExecutionContext<unknown>) {
  const house = await houseFor(t);
  const { scope, mail, agentId: anna } = house;
  const [piotr, ola] = [await house.addAgent('piotr@company.test'), await house.addAgent('ola@company.test')];
  const service = (await addTeam(scope, 'Serwis', [piotr, ola])).id;
  const shop = (await addTeam(scope, 'Sklep', [ola])).id;
  const by = as(scope, anna);
  const arrive = async (): Promise<ConversationId> => {
    house.pass(1);
    return (await mail({})).conversationId;
  };
  const held = async (id: ConversationId) => {
    const found = await findConversation(scope, id);
    return [found?.assigneeId, found?.teamId];
  };
  const told = async (id: AgentId) =>
    (await listNotifications(as(scope, id), id)).items.filter((one) => one.readAt === null).map((one) => one.kind);
  return { ...house, anna, piotr, ola, service, shop, by, arrive, held, told };
}

test('a team has a conversation without a person until one of it takes it, and whoever else takes it has it alone', async (t) => {
  const { scope, by, anna, piotr, ola, service, arrive, held, told } = await office(t);
  const id = await arrive();
  await giveToTeam(by, id, service);
  t.deepEqual(await held(id), [null, service]);
  t.deepEqual([await told(piotr), await told(ola), await told(anna)], [['team_assigned'], ['team_assigned'], []]);
  const count = async () => (await scope.db('events').where({ type: 'conversation.assigned' })).length;
  t.is(await count(), 1);
  await giveToTeam(by, id, service);
  t.is(await count(), 1, 'once');
  await assignConversation(as(scope, piotr), id, piotr);
  t.deepEqual(await held(id), [piotr, service]);
  t.deepEqual([await told(piotr), await told(ola)], [[], []], 'somebody has it: no news any more');
  await assignConversation(by, id, ola);
  t.deepEqual([await held(id), await told(ola)], [[ola, service], ['conversation_assigned']]);
  await assignConversation(by, id, anna);
  t.deepEqual(await held(id), [anna, null]);
  await handOver(by, id, { assigneeId: piotr, teamId: service });
  await assignConversation(by, id, null);
  t.deepEqual(await held(id), [null, null]);
  t.deepEqual(await recountCounters(scope), []);
});

test('a conversation is given to no team that is gone or in which nobody who can work sees it', async (t) => {
  const { scope, by, piotr, ola, service, shop, arrive, held } = await office(t);
  const id = await arrive();
  await t.throwsAsync(giveToTeam(by, id, 99 as TeamId), { code: 'invalid' });
  await confine(scope, ola, []);
  await t.throwsAsync(giveToTeam(by, id, shop), { code: 'invalid' });
  await changeAgentStatus(scope, piotr, 'disabled');
  await t.throwsAsync(giveToTeam(by, id, service), { code: 'invalid' });
  await grantTeams(scope, [{ teamId: shop, folderId: 1 as never, level: 'see' }]);
  await giveToTeam(by, id, shop);
  const closed = (await addFolder(scope, 'Zarząd')).id;
  await grantTeams(scope, [{ teamId: shop, folderId: closed, level: 'none' }]);
  await fileConversation(scope, id, closed);
  t.deepEqual(await held(id), [null, null], 'where nobody of it sees it, it is not theirs');
});

test('lists, search and numbers of an agent know his teams, and nothing of what he does not see', async (t) => {
  const { scope, by, piotr, ola, service, shop, arrive } = await office(t);
  const [first, second, third, fourth] = [await arrive(), await arrive(), await arrive(), await arrive()];
  await giveToTeam(by, first, service);
  await handOver(by, second, { assigneeId: piotr, teamId: service });
  await giveToTeam(by, third, shop);
  const ids = async (who: AgentId, filters: Parameters<typeof listConversations>[1]) =>
    (await listConversations(as(scope, who), filters)).items.map(({ id }) => id);
  t.deepEqual(await ids(ola, { teamId: 'mine', status: 'open' }), [third, second, first]);
  t.deepEqual(await ids(piotr, { teamId: 'mine' }), [second, first]);
  t.deepEqual(await ids(piotr, { teamId: shop, sort: 'waiting', status: 'open' }), [third]);
  t.deepEqual(await ids(piotr, { q: 'assigned:Serwis' }), [second, first]);
  t.deepEqual(await ids(piotr, { q: 'przypisane:sklep jest:otwarte' }), [third]);
  t.deepEqual(await ids(ola, { q: 'przypisane:"moje zespoły"' }), [third, second, first]);
  t.deepEqual(await ids(ola, { q: '-assigned:"my teams"' }), [fourth]);
  t.deepEqual(await ids(ola, { q: 'assigned:piotr' }), [second]);
  t.deepEqual(await ids(ola, { q: 'assigned:ser -assigned:none' }), [second]);
  t.deepEqual(await ids(ola, { q: 'assigned:serwis turn' }), [second, first]);
  const own = await readOwnCounters(scope, ola);
  t.deepEqual(
    [own.teamIds, [...own.counters.openByTeam], own.counters.unassigned],
    [
      [service, shop],
      [
        [service, 2],
        [shop, 1],
      ],
      3,
    ],
  );
  const closed = (await addFolder(scope, 'Zarząd')).id;
  await grantTeams(scope, [{ teamId: service, folderId: closed, level: 'see' }]);
  await fileConversation(scope, first, closed);
  await confine(scope, piotr, []);
  t.deepEqual(await ids(piotr, { teamId: 'mine', status: 'open' }), [first], 'by his team alone');
  await changeTeam(scope, service, { memberIds: [ola] });
  t.deepEqual(await ids(piotr, { teamId: 'mine', status: 'open' }), []);
  t.deepEqual(await ids(piotr, { q: 'assigned:serwis' }), []);
});

test('rules, acts on many, merging and splitting know teams, and undoing them puts everything back', async (t) => {
  const { scope, endpoints, by, anna, piotr, service, shop, arrive, held, take } = await office(t);
  const rules = RULE_INPUT.parse({
    name: 'Naprawy',
    conditions: [{ field: 'subject', operator: 'contains', values: ['pralka'] }],
    actions: { teamId: service },
    answers: true,
  });
  await addRule(scope, rules);
  const { mailFrom } = await import('../support/house.ts');
  const taken = await take([mailFrom('jan@customer.test', { subject: 'Pralka' })]);
  const id = taken.conversationId;
  const run = async () =>
    runOn(scope, { rules: await openRules(scope), endpoints, readHeaders: async () => null, log: silentLog }, taken.messageId);
  await run();
  t.deepEqual(await held(id), [null, service]);
  const [act] = await actsOn(scope, [taken.messageId]);
  t.deepEqual(act?.deeds, [{ kind: 'team', name: 'Serwis' }]);
  t.deepEqual((await undoAct(scope, act?.id as never)).left, []);
  t.deepEqual(await held(id), [null, null]);
  await t.throwsAsync(addRule(scope, { ...rules, actions: { ...rules.actions, teamId: 99 as TeamId } }), { code: 'invalid' });

  const other = await arrive();
  await handOver(by, other, { assigneeId: piotr, teamId: service });
  const bulk = await beginBulk(as(scope, anna), { kind: 'assign', assigneeId: null, teamId: shop }, { ids: [id, other] });
  await workOff(scope, bulk, () => {}, 10_000);
  t.deepEqual(
    [await held(id), await held(other)],
    [
      [null, shop],
      [null, shop],
    ],
  );
  await reverseBulk(as(scope, anna), bulk);
  await workOff(scope, bulk, () => {}, 10_000);
  t.deepEqual(
    [await held(id), await held(other)],
    [
      [null, null],
      [piotr, service],
    ],
  );

  const [transferId] = await mergeConversations(by, endpoints, id, [other]);
  t.deepEqual(await held(id), [null, null]);
  await undoTransfer(by, endpoints, transferId as never);
  t.deepEqual(await held(other), [piotr, service]);
  t.deepEqual(await recountCounters(scope), []);
});

test('what a team had that is removed goes to another one or is nobody’s, and whoever has a conversation keeps it', async (t) => {
  const { scope, by, piotr, ola, service, shop, arrive, held } = await office(t);
  const [first, second] = [await arrive(), await arrive()];
  await giveToTeam(by, first, service);
  await handOver(by, second, { assigneeId: piotr, teamId: service });
  const finish = async () => {
    const [job] = await scope.db('jobs').where({ kind: 'team_release' }).orderBy('id', 'desc');
    await releaseTeamHandler()(scope, { ...job, data: JSON.parse(job.data) } as never, new AbortController().signal);
  };
  await t.throwsAsync(removeTeam(scope, service, service), { code: 'invalid' });
  await removeTeam(scope, service, shop);
  await finish();
  t.deepEqual(
    [await held(first), await held(second)],
    [
      [null, shop],
      [piotr, shop],
    ],
  );
  await removeTeam(scope, shop);
  await finish();
  t.deepEqual(
    [await held(first), await held(second)],
    [
      [null, null],
      [piotr, null],
    ],
  );
  t.deepEqual((await readOwnCounters(scope, ola)).counters.unassigned, 1);
  t.deepEqual(await recountCounters(scope), []);
});

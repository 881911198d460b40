import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { snoozeConversation, WAKE_JOB, wakeHandler } from '../../core/conversations/snooze.ts';
import type { ConversationId, TransferId } from '../../core/lib/ids.ts';
import { mergeConversations } from '../../core/transfers/merge.ts';
import { undoTransfer } from '../../core/transfers/undo.ts';
import { type House, houseFor } from '../support/house.ts';

const MINUTES = { hour: 60, day: 24 * 60 };

async function pair(house: House): Promise<readonly [ConversationId, ConversationId]> {
  const a = await house.mail({});
  const b = await house.mail({ from: { address: 'ola@customer.test', name: null } });
  return [a.conversationId, b.conversationId];
}

const inMinutes = ({ scope }: House, minutes: number): Date => new Date(scope.now().getTime() + minutes * 60_000);

/** What the jobs that are due by now do. */
async function wakeDue({ scope }: House): Promise<void> {
  const due = await scope.db('jobs').where({ kind: WAKE_JOB }).where('run_at', '<=', scope.now().toISOString()).orderBy('id');
  for (const { id, kind, data } of due) {
    await wakeHandler(scope, { id, kind, data: JSON.parse(data), attempts: 1 }, new AbortController().signal);
    await scope.db('jobs').where({ id }).delete();
  }
}

test('a conversation that was put off wakes at its moment also when a merge in between was undone, and at once when that is over', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId } = house;
  const [a, b] = await pair(house);
  const until = inMinutes(house, MINUTES.day);
  await snoozeConversation(agentScope, a, until);
  for (const pass of [MINUTES.hour, MINUTES.day]) {
    const [id] = await mergeConversations(agentScope, house.endpoints, b, [a]);
    house.pass(pass);
    await wakeDue(house);
    t.is((await findConversation(scope, a))?.status, 'closed', 'one that leads elsewhere does not wake');
    await undoTransfer(agentScope, house.endpoints, id as TransferId);
    t.like(await findConversation(scope, a), { status: 'snoozed', snoozedUntil: until, snoozedBy: agentId });
    await wakeDue(house);
  }
  t.like(await findConversation(scope, a), { status: 'open', snoozedUntil: null, mergedIntoId: null });
});

test('the target of a merge that was put off is so again once the merge is undone, unless somebody has put it off anew', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope } = house;
  const [a, b] = await pair(house);
  const [until, later] = [inMinutes(house, MINUTES.hour), inMinutes(house, 2 * MINUTES.hour)];
  await snoozeConversation(agentScope, b, until);
  const [first] = await mergeConversations(agentScope, house.endpoints, b, [a]);
  t.like(await findConversation(scope, b), { status: 'open', snoozedUntil: null });
  await undoTransfer(agentScope, house.endpoints, first as TransferId);
  t.like(await findConversation(scope, b), { status: 'snoozed', snoozedUntil: until });
  await closeConversation(agentScope, a);
  const [second] = await mergeConversations(agentScope, house.endpoints, b, [a]);
  t.like(await findConversation(scope, b), { status: 'snoozed', snoozedUntil: until });
  await snoozeConversation(agentScope, b, later);
  await undoTransfer(agentScope, house.endpoints, second as TransferId);
  t.like(await findConversation(scope, b), { status: 'snoozed', snoozedUntil: later });
});

test('what is merged into a closed conversation while it is put off wakes there, and its customer waits on', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope, agentId } = house;
  const [a, b] = await pair(house);
  const waited = (await findConversation(scope, a))?.waitingSince;
  const until = inMinutes(house, MINUTES.hour);
  await snoozeConversation(agentScope, a, until);
  await closeConversation(agentScope, b);
  const [id] = await mergeConversations(agentScope, house.endpoints, b, [a]);
  t.like(await findConversation(scope, b), {
    ...{ status: 'snoozed', closedAt: null, snoozedUntil: until, snoozedBy: agentId, waitingSince: waited },
  });
  await undoTransfer(agentScope, house.endpoints, id as TransferId);
  t.like(await findConversation(scope, b), { status: 'closed', snoozedUntil: null, waitingSince: null });
  t.like(await findConversation(scope, a), { status: 'snoozed', snoozedUntil: until });
  await mergeConversations(agentScope, house.endpoints, b, [a]);
  house.pass(MINUTES.hour);
  await wakeDue(house);
  t.like(await findConversation(scope, b), { status: 'open', snoozedUntil: null, waitingSince: waited });
});

test('of two that are put off the merged one wakes at the earlier moment', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope } = house;
  const [a, b] = await pair(house);
  const until = inMinutes(house, MINUTES.hour);
  await snoozeConversation(agentScope, a, until);
  await snoozeConversation(agentScope, b, null);
  await mergeConversations(agentScope, house.endpoints, b, [a]);
  t.like(await findConversation(scope, b), { status: 'snoozed', snoozedUntil: until });
});

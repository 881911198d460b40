import test from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { readCounters } from '../../core/conversations/counters.ts';
import { findConversation } from '../../core/conversations/list.ts';
import { recountCounters } from '../../core/conversations/recount.ts';
import { reopenConversation } from '../../core/conversations/reopen.ts';
import { snoozeConversation, WAKE_JOB, wakeHandler } from '../../core/conversations/snooze.ts';
import { readSnooze } from '../../core/conversations/snooze-form.ts';
import type { Scope } from '../../core/db/scope.ts';
import { claimJobs } from '../../core/jobs/store.ts';
import type { ConversationId } from '../../core/lib/ids.ts';
import { listNotifications } from '../../core/notifications/list.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { houseFor } from '../support/house.ts';
import { workspaceFor } from '../support/workspace.ts';

const NINE = new Date('2026-11-24T09:00:00.000Z');
const later = (scope: Scope, minutes: number): Date => new Date(scope.now().getTime() + minutes * 60_000);

/** Runs what is due, as the worker does. */
async function runDue(scope: Scope): Promise<number> {
  const due = (await claimJobs(scope, 10, 60_000)).filter(({ kind }) => kind === WAKE_JOB);
  for (const job of due) await wakeHandler(scope, job, new AbortController().signal);
  return due.length;
}

test('a snoozed conversation leaves the open ones and comes back at its minute, and whoever snoozed it is told', async (t) => {
  const { mail, scope, agentScope, agentId, events, pass } = await houseFor(t);
  const { conversationId } = await mail({});
  const until = later(scope, 90);
  t.like(await snoozeConversation(agentScope, conversationId, until), { status: 'snoozed', snoozedUntil: until, snoozedBy: agentId });
  t.like(await readCounters(agentScope), { open: 0, snoozed: 1 });
  pass(89);
  t.is(await runDue(scope), 0);
  pass(1);
  t.is(await runDue(scope), 1);
  t.like(await findConversation(scope, conversationId), { status: 'open', snoozedUntil: null, snoozedBy: null });
  t.like(await readCounters(agentScope), { open: 1, snoozed: 0 });
  t.deepEqual((await events()).slice(3), ['conversation.snoozed', 'conversation.woken', 'notifications.changed']);
  t.like((await listNotifications(agentScope, agentId, {})).items[0], { kind: 'conversation_woken', why: 'snoozer', conversationId });
});

test('a conversation that was snoozed again, opened or closed meanwhile is not woken by the first moment', async (t) => {
  const { mail, scope, pass } = await houseFor(t);
  const ids: ConversationId[] = [];
  for (let n = 0; n < 3; n += 1) ids.push((await mail({ from: { address: `c${n}@customer.test`, name: null } })).conversationId);
  const [again, opened, closed] = ids as [ConversationId, ConversationId, ConversationId];
  for (const id of ids) await snoozeConversation(scope, id, later(scope, 10));
  await snoozeConversation(scope, again, later(scope, 60));
  await reopenConversation(scope, opened);
  await closeConversation(scope, closed);
  t.like(await findConversation(scope, closed), { status: 'closed', snoozedUntil: null });
  pass(10);
  t.is(await runDue(scope), 3);
  const states = async () => Promise.all(ids.map(async (id) => (await findConversation(scope, id))?.status));
  t.deepEqual(await states(), ['snoozed', 'open', 'closed']);
  pass(50);
  await runDue(scope);
  t.deepEqual(await states(), ['open', 'open', 'closed']);
});

test('a customer who writes brings a snoozed conversation back, and it is woken no second time', async (t) => {
  const { mail, scope, pass, agentScope } = await houseFor(t);
  const first = await mail({ externalId: 'first@customer.test' });
  await snoozeConversation(agentScope, first.conversationId, null);
  pass(5);
  const second = await mail({ references: ['first@customer.test'] });
  t.is(second.conversationId, first.conversationId);
  t.like(await findConversation(scope, first.conversationId), { status: 'open', snoozedUntil: null, snoozedBy: null });
  await snoozeConversation(agentScope, first.conversationId, later(scope, 5));
  await mail({ references: ['first@customer.test'], text: 'Jeszcze jedno' });
  pass(5);
  await runDue(scope);
  const before = await readCounters(scope);
  await recountCounters(scope);
  t.deepEqual(await readCounters(scope), before);
});

test('nothing is snoozed into the past, for years, or while it is spam, and the reason is said', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({});
  const refused = async (until: Date | null) => t.throwsAsync(snoozeConversation(scope, conversationId, until));
  t.like(await refused(scope.now()), { fields: { snoozedUntil: 'conversations.snooze.past' } });
  t.like(await refused(later(scope, 60 * 24 * 367)), { fields: { snoozedUntil: 'conversations.snooze.far' } });
  await markSpam(scope, conversationId, true);
  t.like(await refused(null), { code: 'conversation_is_spam' });
});

test('the menu names three hours, an instant, the answer, or a time in the zone of the company', async (t) => {
  const { scope } = await houseFor(t);
  const read = (until: string, untilLocal = '') => readSnooze({ ...scope, now: () => NINE }, { until, untilLocal });
  t.is(await read('answer'), null);
  t.deepEqual(await read('hours'), new Date('2026-11-24T12:00:00.000Z'));
  t.deepEqual(await read('2026-11-25T07:00:00.000Z'), new Date('2026-11-25T07:00:00.000Z'));
  t.deepEqual(await read('typed', '2026-11-25T08:00'), new Date('2026-11-25T07:00:00.000Z'));
  t.deepEqual(await read('hours', '2026-11-25T08:00'), new Date('2026-11-24T12:00:00.000Z'), 'what was pressed counts');
  await t.throwsAsync(read('typed', ''), { code: 'invalid' });
  await t.throwsAsync(read('soon'), { code: 'invalid' });
});

test('an agent snoozes from the menu, finds it among the snoozed ones and brings it back', async (t) => {
  const { anna, mail } = await workspaceFor(t);
  await mail({ subject: 'Pralka' });
  await anna.get('/conversations/1');
  t.is((await anna.post('/conversations/1/snooze', { until: 'answer' })).location, '/conversations/1');
  t.false((await anna.get('/conversations')).text.includes('Pralka'));
  t.true((await anna.get('/conversations?folder=snoozed')).text.includes('Pralka'));
  t.regex((await anna.get('/conversations/1')).text, /Rozmowa odłożona do odpowiedzi klienta/);
  t.is((await anna.post('/conversations/1/snooze', { until: '2020-01-01T00:00:00Z' })).location, '/conversations/1');
  t.regex((await anna.get('/conversations/1')).text, /Ten termin już minął/);
  await anna.post('/conversations/1/reopening');
  t.true((await anna.get('/conversations')).text.includes('Pralka'));
});

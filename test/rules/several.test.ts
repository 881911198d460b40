import test, { type ExecutionContext } from 'ava';
import { ACKNOWLEDGE_JOB, acknowledgeHandler } from '../../core/acknowledgements/acknowledge.ts';
import { transact } from '../../core/db/scope.ts';
import { claimJobs, deferJob, enqueue, finishJob, type Job } from '../../core/jobs/store.ts';
import type { ConversationId, MessageId } from '../../core/lib/ids.ts';
import { silentLog } from '../../core/lib/log.ts';
import { savePreferences } from '../../core/notifications/choices.ts';
import { USUAL } from '../../core/notifications/events.ts';
import { countUnread } from '../../core/notifications/list.ts';
import { UNASSIGNED_JOB, unassignedHandler } from '../../core/notifications/unassigned.ts';
import { listActs } from '../../core/rules/acts.ts';
import { openRules } from '../../core/rules/known.ts';
import { rulesHandler, runOn, runRules } from '../../core/rules/run.ts';
import { addRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { acknowledgingHouse } from '../support/acknowledging.ts';

/** A house whose rules and confirmations are jobs, of which several processes take one after another. */
async function several(t: ExecutionContext, actions: object) {
  const house = await acknowledgingHouse(t);
  const { scope, endpoints } = house;
  const newsletters = [{ field: 'subject', operator: 'contains', values: ['newsletter'] }];
  const rule = await addRule(scope, RULE_INPUT.parse({ name: 'Newsletters', conditions: newsletters, actions }));
  const deps = { rules: await openRules(scope), endpoints, readHeaders: async () => null, log: silentLog };
  const handlers: Readonly<Record<string, ReturnType<typeof rulesHandler>>> = {
    message_rules: rulesHandler(deps),
    [ACKNOWLEDGE_JOB]: acknowledgeHandler(endpoints, silentLog),
    [UNASSIGNED_JOB]: unassignedHandler,
  };
  const arrive = async (subject: string, kind: string) => {
    const { conversationId, messageId } = await house.mail({ subject });
    const asked = runRules(() => true)({ type: 'message.received', data: { conversationId, messageId } });
    await transact(scope, (tx) => enqueue(tx, [...asked, { kind, data: { conversationId, messageId } }]));
    return { conversationId, messageId };
  };
  /** What a process takes next; null when nothing is due. */
  const take = async (): Promise<Job | null> => (await claimJobs(scope, 1, 600_000))[0] ?? null;
  const work = async (job: Job | null): Promise<void> => {
    if (!job) throw new Error('nothing is due');
    await handlers[job.kind]?.(scope, job, new AbortController().signal);
    await transact(scope, (tx) => finishJob(tx, job.id));
  };
  return { ...house, rule, deps, arrive, take, work };
}

test('a confirmation that one process has in hand waits for the rules that another has', async (t) => {
  const { arrive, take, work, pass, sent } = await several(t, { close: true });
  for (const [subject, confirmations] of [
    ['newsletter', 0],
    ['a question', 1],
  ] as const) {
    await arrive(subject, ACKNOWLEDGE_JOB);
    const [rules, confirmation] = [await take(), await take()];
    await work(confirmation);
    t.is((await sent()).length, 0, `${subject}: the rules are not asked yet`);
    t.is(await take(), null);
    await work(rules);
    pass(1);
    await work(await take());
    t.is((await sent()).length, confirmations, subject);
    t.is(await take(), null);
  }
});

test('a confirmation does not wait for rules that failed', async (t) => {
  const { arrive, take, work, sent, scope } = await several(t, { close: true });
  await arrive('a question', ACKNOWLEDGE_JOB);
  const rules = await take();
  const again = new Date(scope.now().getTime() + 30_000);
  await transact(scope, (tx) => deferJob(tx, rules?.id ?? 0, 'the database went away', again));
  await work(await take());
  t.is((await sent()).length, 1);
});

test('nobody is told of mail that is nobody’s before the rules that another process has in hand', async (t) => {
  const { arrive, take, work, pass, scope, addAgent } = await several(t, { assigneeId: 1 });
  const piotr = await addAgent('piotr@company.test');
  const choices = { ...USUAL, unassigned_message: { app: true, sound: false, desktop: false } };
  await savePreferences(scope, piotr, { choices, quiet: null });
  await arrive('newsletter', UNASSIGNED_JOB);
  const [rules, telling] = [await take(), await take()];
  await work(telling);
  await work(rules);
  pass(1);
  await work(await take());
  t.is(await countUnread(scope, piotr), 0);
});

test('rules act once on a message, however many processes ask them at the same time', async (t) => {
  const { arrive, scope, deps, rule } = await several(t, { notifyIds: [1] });
  const mails: { conversationId: ConversationId; messageId: MessageId }[] = [];
  for (let n = 0; n < 5; n += 1) mails.push(await arrive('newsletter', ACKNOWLEDGE_JOB));
  for (const { messageId } of mails) await Promise.all([1, 2, 3].map(() => runOn(scope, deps, messageId)));
  t.is((await listActs(scope, rule, { cursor: null, limit: 50 })).items.length, mails.length);
});

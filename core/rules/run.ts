import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { lockedHolder } from '../conversations/change.ts';
import { attempt, type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isRolledBack, isTransient } from '../db/transient.ts';
import type { Subscriber } from '../events/dispatcher.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { type MessageId, parseId } from '../lib/ids.ts';
import { errorFacts } from '../lib/log.ts';
import { type ActDeps, actOn, type Case } from './act.ts';
import { insertAct, isDealtWith } from './acts-store.ts';
import { rulesJob } from './after.ts';
import { needsOf } from './compile.ts';
import { completer, type ReadHeaders } from './complete.ts';
import type { KnownRules } from './known.ts';
import { findMatter } from './matter-store.ts';
import { brokenFields, type Names, readNames, withNames } from './names.ts';
import { expectOpenFolder, reaches } from './reach.ts';

const DATA = z.object({ messageId: z.int() });

export interface RunDeps extends ActDeps {
  readonly rules: Pick<KnownRules, 'all'>;
  readonly readHeaders: ReadHeaders;
}

/** A job for each received message, while there are rules. Spam and reports are no received messages. */
export const runRules =
  (isOn: () => boolean): Subscriber =>
  (event) =>
    event.type === 'message.received' && isOn() ? [rulesJob(event.data.messageId)] : [];

export const rulesHandler =
  (deps: RunDeps): JobHandler =>
  async (scope, job) => {
    const id = parseId<'messages'>(DATA.parse(job.data).messageId);
    if (id !== null) await runOn(scope, deps, id);
  };

/**
 * Asks the rules about a message and does what those that fit say, each once however often this runs. One that fails is noted with the
 * reason and left out; the others act, and the message stays where it was received. Raises only for the database itself.
 */
export async function runOn(scope: Scope, deps: RunDeps, id: MessageId): Promise<void> {
  const rules = deps.rules.all();
  if (rules.length === 0) return;
  const needs = needsOf(rules.map(({ rule }) => rule));
  const found = await findMatter(scope, id, needs);
  if (!found || found.isReport) return;
  const complete = await completer(scope, deps.readHeaders, needs);
  const [matter] = await Array.fromAsync(complete([found]));
  if (!matter) return;
  const cases: Case[] = [];
  for (const { rule, ask } of rules) {
    const reasons = matter.opens || rule.answers ? ask(matter.facts) : null;
    if (reasons) cases.push({ rule, matter, reasons });
    if (matter.facts.body !== null && matter.facts.body.length > 10_000) await turn();
  }
  if (cases.length > 0) await transact({ ...scope, actor: { kind: 'system', task: 'rules' } }, (tx) => actOnAll(tx, deps, cases, id));
}

async function actOnAll(tx: WriteScope, deps: RunDeps, cases: readonly Case[], id: MessageId): Promise<void> {
  const conversation = await lockedHolder(tx, id);
  // Under the lock: another process may be at the same job.
  if (await isDealtWith(tx, id)) return;
  if (conversation.spam || conversation.trashedAt || conversation.mergedIntoId !== null) return;
  const names = await readNames(tx);
  for (const one of cases) {
    if (one.matter.conversationId !== conversation.id) return;
    if (!(await reaches(tx, one.rule, conversation))) continue;
    const isDone = await actSafely(tx, deps, one, names);
    if (isDone && (one.rule.stops || one.rule.actions.spam)) return;
  }
}

/** Answers whether the rule did what it says. */
async function actSafely(tx: WriteScope, deps: RunDeps, one: Case, names: Names): Promise<boolean> {
  const { rule, matter } = one;
  const reasons = withNames(one.reasons, names);
  let failure = brokenFields(rule, names).length > 0 ? 'rules.problem.gone' : null;
  if (failure === null)
    try {
      await expectOpenFolder(tx, rule);
      await attempt(tx, (inner) => actOn(inner, deps, { rule, matter, reasons }, names));
      return true;
    } catch (error) {
      if (isTransient(error) || isRolledBack(error)) throw error;
      failure = failureOf(error);
      deps.log.warn('rule_failed', { rule: rule.id, message: matter.id, ...errorFacts(error) });
    }
  const act = { ruleId: rule.id, ruleName: rule.name, conversationId: matter.conversationId, messageId: matter.id };
  await insertAct(tx, { ...act, reasons, deeds: [], failure, memory: null });
  return false;
}

/** As a locale key. */
function failureOf(error: unknown): string {
  if (error instanceof InvalidError) return Object.values(error.fields)[0] ?? 'rules.problem.failed';
  return error instanceof NotFoundError ? 'rules.problem.gone' : 'rules.problem.failed';
}

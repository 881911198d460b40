import { setImmediate as turn } from 'node:timers/promises';
import type { Scope } from '../db/scope.ts';
import { foldersFor } from '../folders/allow.ts';
import type { MessageId } from '../lib/ids.ts';
import { compileConditions, needsOf } from './compile.ts';
import { completer, type ReadHeaders } from './complete.ts';
import { type Matter, newestMatters } from './matter-store.ts';
import type { Reason, RuleInput } from './types.ts';

export const TRIAL_MESSAGES = 200;
const BATCH = 25;

/** What a rule would have done. */
export interface Trial {
  /** How many messages were looked at: fewer than asked where there are not so many. */
  readonly looked: number;
  readonly fits: readonly { readonly matter: Matter; readonly reasons: readonly Reason[] }[];
}

/** Asks a rule about the newest received messages that the actor sees and may move, and changes nothing. */
export async function tryRule(scope: Scope, readHeaders: ReadHeaders, rule: RuleInput, limit = TRIAL_MESSAGES): Promise<Trial> {
  const ask = compileConditions(rule);
  const needs = needsOf([rule]);
  const folders = new Set((await foldersFor(scope, 'move')).map(({ id }) => id));
  const complete = await completer(scope, readHeaders, needs);
  const fits: { matter: Matter; reasons: readonly Reason[] }[] = [];
  let looked = 0;
  let before: MessageId | null = null;
  while (looked < limit) {
    const batch: readonly Matter[] = await newestMatters(scope, needs, before, Math.min(BATCH, limit - looked));
    looked += batch.length;
    const asked = batch.filter((one) => folders.has(one.folderId) && !one.isReport && (one.opens || rule.answers));
    for await (const matter of complete(asked)) {
      const reasons = ask(matter.facts);
      if (reasons) fits.push({ matter, reasons });
      if (needs.body) await turn();
    }
    before = batch.at(-1)?.id ?? null;
    if (batch.length < BATCH) break;
    await turn();
  }
  return { looked, fits };
}

import { type Scope, transact } from '../db/scope.ts';
import { storable } from '../lib/text.ts';
import type { Refusal } from '../plugins/contract.ts';
import { addRefusedMail, countRefusal } from './store.ts';

const KEPT_MAILS = 100;
const MAX_DOMAINS_A_DAY = 500;
const MAX_CHARS = 255;

/** Notes that mail for these inboxes was refused. Texts come from outside: made storable and cut. */
export async function recordRefusal(scope: Scope, { inboxIds, reason, senderDomain, mailFrom, remoteIp }: Refusal): Promise<void> {
  const refusedAt = scope.now();
  const words = { senderDomain: clean(senderDomain ?? ''), mailFrom: clean(mailFrom), remoteIp: clean(remoteIp) };
  await transact(scope, async (tx) => {
    for (const inboxId of inboxIds) {
      const day = refusedAt.toISOString().slice(0, 10);
      await countRefusal(tx, { day, inboxId, reason, senderDomain: words.senderDomain }, MAX_DOMAINS_A_DAY);
      await addRefusedMail(tx, { inboxId, reason, ...words, refusedAt }, KEPT_MAILS);
    }
  });
}

const clean = (text: string): string => storable(text).slice(0, MAX_CHARS).toWellFormed();

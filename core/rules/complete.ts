import { senderLabels } from '../contacts/label.ts';
import type { Scope } from '../db/scope.ts';
import { languageOf } from '../lib/language-of.ts';
import { isWorkingTime } from '../working-hours/calendar.ts';
import { readWorkingHours } from '../working-hours/save.ts';
import type { Needs } from './compile.ts';
import { HEADER_BYTES, readHeaders } from './header.ts';
import type { Matter } from './matter-store.ts';

/** The first bytes of a stored mail; null when the file is not there. */
export type ReadHeaders = (sha256: string, bytes: number) => Promise<Uint8Array | null>;

/** Completes matters by what rules ask for and their rows do not hold: the header of the mail, which is empty where there is none or its file is gone, whether the company was at work, what language it is in, and the labels of whoever wrote, asked for all at once. */
export async function completer(
  scope: Scope,
  read: ReadHeaders,
  needs: Needs,
): Promise<(matters: readonly Matter[]) => AsyncIterable<Matter>> {
  const hours = needs.hours ? await readWorkingHours(scope) : null;
  return async function* complete(matters) {
    const senders = matters.map(({ address, facts }) => ({ address, inboxId: facts.inboxId }));
    const labels = needs.senderLabels ? await senderLabels(scope, senders) : [];
    for (const [at, matter] of matters.entries()) {
      const bytes = needs.headers && matter.sha256 !== null ? await read(matter.sha256, HEADER_BYTES) : null;
      const headers = needs.headers ? (bytes ? readHeaders(bytes) : new Map<string, readonly string[]>()) : null;
      const language = needs.language ? languageOf(`${matter.subject}\n${matter.facts.body ?? ''}`) : null;
      const atWork = hours && isWorkingTime(hours, matter.at);
      yield { ...matter, facts: { ...matter.facts, headers, atWork, language, senderLabels: labels[at] ?? null } };
    }
  };
}

import { type Scope, transact } from '../db/scope.ts';
import type { VirusVerdict } from '../ingest/verdict.ts';
import { AppError } from '../lib/errors.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';

/** What hangs on a message with a virus. */
export class WithheldError extends AppError {
  constructor(virus: string) {
    super('attachment_infected', 403, `There is a virus in this message: ${virus}`, {
      help: 'Do not open its files. An administrator can download them to examine them.',
    });
  }
}

/** Raises attachment_infected where a virus was found, unless an administrator says that he knows. */
export function expectHarmless(
  virus: VirusVerdict | null,
  { role, knows }: { readonly role: 'administrator' | 'agent'; readonly knows: boolean } = { role: 'agent', knows: false },
): void {
  if (virus?.state === 'infected' && !(knows && role === 'administrator')) throw new WithheldError(virus.name ?? '');
}

/** What somebody takes of a message. */
export interface Taken {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly filename: string;
  readonly virus: VirusVerdict | null;
}

/** For the audit, where a virus was found; of everything else nothing is written down. */
export async function noteVirusTaken(scope: Scope, { conversationId, messageId, filename, virus }: Taken): Promise<void> {
  if (virus?.state !== 'infected') return;
  await transact(scope, async (tx) => tx.emit({ type: 'virus.taken', data: { conversationId, messageId, name: filename } }));
}

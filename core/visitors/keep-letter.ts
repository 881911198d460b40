import { InvalidError, TemporaryError } from '../lib/errors.ts';
import type { InboxId } from '../lib/ids.ts';
import type { KeepResult, RawInbound, VisitorLetter } from '../plugins/contract.ts';

const MAX_BYTES = 1_000_000;

export interface KeepLetterDeps {
  readonly keep: (raw: RawInbound) => Promise<KeepResult>;
  readonly hasRoom: (inboxId: InboxId) => Promise<boolean>;
}

/** Raises TemporaryError when nothing can be stored for the inbox: asked before anything is made of what a visitor wrote. */
export async function expectRoom({ hasRoom }: Pick<KeepLetterDeps, 'hasRoom'>, inboxId: InboxId): Promise<void> {
  if (!(await hasRoom(inboxId))) throw new TemporaryError('Nothing can be stored at the moment');
}

/** Keeps what a channel made of a visitor's words; when this resolves, they survive a power cut. Raises invalid for too many of them. */
export async function keepLetter({ keep }: Pick<KeepLetterDeps, 'keep'>, inboxId: InboxId, letter: VisitorLetter): Promise<void> {
  const { bytes, contentType, envelope } = letter;
  const body = async function* () {
    yield bytes;
  };
  const kept = await keep({ inboxIds: [inboxId], contentType, envelope, body: body(), maxBytes: MAX_BYTES });
  if (kept.state !== 'kept') throw new InvalidError({ text: 'forms.too_long' });
}

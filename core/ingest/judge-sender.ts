import type { InboxId } from '../lib/ids.ts';
import type { Authenticator } from './authenticator.ts';
import type { Judge } from './judge.ts';
import { type Ours, pretencesAgainstUs } from './pretences.ts';

/** What to check the senders of an inbox with, and where its kept bytes are. */
export interface SenderDeps {
  readonly authenticator: Authenticator;
  /** The channel's authenticator module; null where there is none. */
  readonly moduleOf: (id: InboxId) => URL | null;
  readonly pathOf: (sha256: string) => string;
  readonly ours: () => Promise<Ours>;
}

/** Longer than the authenticator's own limit and the start of its thread. */
const TIME_LIMIT_MS = 20_000;

/** Finds out who really sent a thing, where its channel can tell. */
export function judgeOfSenders({ authenticator, moduleOf, pathOf, ours }: SenderDeps): Judge {
  return {
    name: 'sender',
    timeLimitMs: TIME_LIMIT_MS,
    judge: async ({ record, items }, verdict) => {
      const module = moduleOf(record.inboxId);
      if (module === null) return verdict;
      const { envelope, bytes, blobSha256 } = record;
      const authentication = await authenticator.authenticate({
        authenticator: module.href,
        envelope,
        bytes,
        source: { file: pathOf(blobSha256) },
      });
      const message = items.find((item) => item.kind === 'message');
      const more = message ? pretencesAgainstUs(authentication, message.from, await ours()) : [];
      const pretences = [...new Set([...authentication.pretences, ...more])];
      return { ...verdict, authentication: { ...authentication, pretences } };
    },
  };
}

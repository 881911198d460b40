import type { InboxId } from '../lib/ids.ts';
import type { RefusalReason, TurnAwayReason } from '../plugins/contract.ts';

/** How many mails of one domain an inbox refused on one day. */
export interface RefusalCount {
  /** `2026-11-26`, UTC. */
  readonly day: string;
  readonly inboxId: InboxId;
  readonly reason: RefusalReason;
  /** Empty: the mail named none, or it was one of too many that day. */
  readonly senderDomain: string;
  readonly n: number;
}

/** One refused mail; of it nothing else was kept. */
export interface RefusedMail {
  readonly id: number;
  readonly inboxId: InboxId;
  readonly reason: RefusalReason;
  readonly senderDomain: string;
  readonly mailFrom: string;
  readonly remoteIp: string;
  readonly refusedAt: Date;
}

/** How many callers were sent away at the door for one reason. Days are those of the company's time zone. */
export interface TurnAwaySums {
  readonly reason: TurnAwayReason;
  readonly today: number;
  readonly week: number;
  readonly month: number;
}

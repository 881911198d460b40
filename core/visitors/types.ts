import type { EmailAddress } from '../lib/email-address.ts';
import type { InboxId, VisitorId } from '../lib/ids.ts';

/** Somebody at the company's website who talks with an inbox: one browser, as long as it keeps its token. */
export interface Visitor {
  readonly id: VisitorId;
  readonly inboxId: InboxId;
  /** By which his contact is known. It names him and opens nothing: the token does. */
  readonly address: string;
  /** As he says himself; empty = not said. */
  readonly name: string;
  readonly email: EmailAddress | '';
  readonly seenAt: Date;
  /** When his closed window last asked what waits; null = never. */
  readonly aroundAt: Date | null;
}

/** What stands in his window: what he wrote, and what was sent to him; nothing else of the conversation. */
export interface Line {
  readonly id: number;
  readonly externalId: string;
  readonly isOurs: boolean;
  /** Who of us wrote it, as the contact is told; null for his own. */
  readonly name: string | null;
  readonly text: string;
  readonly at: Date;
}

/** Without a sign of him for so long his talk is over: the token opens nothing any more. */
export const TALK_DAYS = 30;
/** So much stands in one talk; then another begins. */
export const MAX_LINES = 1_000;
/** So much of it is shown at once. */
export const SHOWN_LINES = 100;
/** Behind a closed window it is counted so far: the button says "9+". */
export const MAX_WAITING = 10;
/** A window tells that it is there this often; who was not heard of for twice as long and a bit has left. */
export const SIGN_MS = 20_000;
export const AWAY_MS = 45_000;
/** A closed window in front asks at least every two minutes; one that did not has left too, or nobody looks at its page. */
export const AROUND_MS = 135_000;

/** What a window gives to know: that it is open before him, or closed on a page that he looks at. */
export type Sign = 'seen' | 'around';

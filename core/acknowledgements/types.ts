import type { InboxId } from '../lib/ids.ts';
import type { Language } from '../lib/language.ts';

/** What an inbox answers to a new conversation by itself. Subject and text are Liquid. */
export interface Acknowledgement {
  readonly inboxId: InboxId;
  readonly enabled: boolean;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
}

/** What its texts may name. */
export interface AcknowledgementFacts {
  readonly contactName: string;
  readonly conversationNumber: string;
  readonly inboxName: string;
  readonly company: string;
  /** What else the company says of itself: "company.phone" and its value. */
  readonly companyValues: Readonly<Record<`company.${string}`, string>>;
}

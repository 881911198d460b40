import type { Id } from '../lib/ids.ts';

export type SendingDomainId = Id<'sending_domains'>;
export type SigningKeyId = Id<'signing_keys'>;

/** making: its record is not in the DNS yet. published: it is, another key still signs. active: signs. retired: signs no more. */
export const KEY_STATES = ['making', 'published', 'active', 'retired'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** What the last look into the DNS found wrong: no record, one with another key, or nobody answered. */
export const KEY_PROBLEMS = ['missing', 'different', 'no_answer'] as const;
export type KeyProblem = (typeof KEY_PROBLEMS)[number];

/** A key that signs the mail of one domain (RFC 6376), without its private half. */
export interface SigningKeyRecord {
  readonly id: SigningKeyId;
  readonly domain: string;
  readonly selector: string;
  /** SubjectPublicKeyInfo in base64: what the `p=` of the record holds. */
  readonly publicKey: string;
  readonly state: KeyState;
  /** Null: nothing wrong, or nobody looked yet. */
  readonly problem: KeyProblem | null;
  readonly checkedAt: Date | null;
  readonly activatedAt: Date | null;
  readonly retiredAt: Date | null;
  readonly createdAt: Date;
}

/** How long a retired key's record has to stay: mail under way is still verified against it. */
export const RECORD_STAYS_DAYS = 7;

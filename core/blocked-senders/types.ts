import type { AgentId } from '../lib/ids.ts';

export const BLOCKED_KINDS = ['address', 'domain'] as const;
export type BlockedKind = (typeof BLOCKED_KINDS)[number];

/** An address, or a domain with everything below it, whose mail is kept in spam. */
export interface BlockedSender {
  readonly id: number;
  readonly kind: BlockedKind;
  /** "jan@example.com" or "example.com", normalised. */
  readonly value: string;
  readonly author: { readonly id: AgentId; readonly firstName: string; readonly lastName: string } | null;
  readonly createdAt: Date;
}

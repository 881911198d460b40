import { COMPANY_VARIABLES } from '../company/types.ts';
import type { AgentId, InboxId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';

/** Whose answers it stands below. */
export type FooterOf = { readonly agentId: AgentId } | { readonly inboxId: InboxId };

/** A footer as it was written, in Liquid. */
export interface WrittenFooter {
  readonly text: string;
  /** Null when it was written as plain text. */
  readonly html: SafeHtml | null;
}

/** A footer as it is sent: both forms say the same. */
export interface Footer {
  readonly text: string;
  readonly html: SafeHtml;
}

/** What it may name: who sends. Who gets it is not known where it is written. */
export const FOOTER_VARIABLES = [
  'agent.name',
  'agent.first_name',
  'agent.job_title',
  'agent.email',
  'company',
  ...COMPANY_VARIABLES,
  'inbox.name',
  'inbox.address',
] as const;

import type { AgentId, ConnectionId, InboxId } from '../../lib/ids.ts';
import type { Place, Stage } from '../../plugins/contract.ts';

/** `account`: its data are to be given or corrected; `trying`: a real connection is made; `found`: its places are known. */
export const CONNECTION_STATES = ['account', 'trying', 'found'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** How far somebody came in connecting an inbox to an account. */
export interface Connection {
  readonly id: ConnectionId;
  readonly channel: string;
  /** Key of the tile that it began with. */
  readonly provider: string;
  /** The inbox that is connected again or otherwise; null = there is none yet. */
  readonly inboxId: InboxId | null;
  /** Whose personal mailbox it becomes; null = the company's. */
  readonly ownerId: AgentId | null;
  readonly name: string;
  readonly address: string;
  /** As stored: secrets are still sealed. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly state: ConnectionState;
  /** Of the last time that it was tried. */
  readonly stages: readonly Stage[];
  readonly places: readonly Place[];
  /** When it last became what it is; of `trying`: since when. */
  readonly changedAt: Date;
}

import type { Failure } from './failure.ts';
import { parseFailure, UNMATCHED } from './failure.ts';
import type { RawInboundRecord } from './types.ts';

/** A parked thing as Settings → Unreadable shows it. */
export interface UnreadableRow {
  readonly id: number;
  readonly inbox: string;
  /** Who handed it over, as the channel's envelope says; '' when it does not. */
  readonly sender: string;
  readonly receivedAt: Date;
  readonly bytes: number;
  /** Null for an unmatched report. */
  readonly reason: Failure | null;
  readonly detail: string;
  /** False: it came to the personal mailbox of somebody else, who alone may read it. */
  readonly isOpen: boolean;
}

export function unreadableRow(record: RawInboundRecord, inboxName: string | null, isOpen: boolean): UnreadableRow {
  const { reason, detail } = record.error?.startsWith(UNMATCHED)
    ? { reason: null, detail: record.error.slice(UNMATCHED.length) }
    : parseFailure(record.error);
  const sender = record.envelope['mailFrom'] ?? record.envelope['from'] ?? '';
  return {
    id: record.id,
    inbox: inboxName ?? `#${record.inboxId}`,
    sender: isOpen ? sender : '',
    receivedAt: record.receivedAt,
    bytes: record.bytes,
    reason,
    detail: isOpen ? detail : '',
    isOpen,
  };
}

/** Name under which the original is downloaded. */
export const rawFilename = ({ id, contentType }: Pick<RawInboundRecord, 'id' | 'contentType'>): string =>
  `message-${id}.${contentType.startsWith('message/rfc822') ? 'eml' : 'bin'}`;

import type { MessageId } from '../lib/ids.ts';

/** Why a kept thing was parked; each has a sentence under `unreadable.reason.` in the locales. */
export const FAILURES = ['unreadable', 'too_slow', 'too_much_memory', 'crashed', 'bytes_missing', 'no_plugin', 'not_stored'] as const;
export type Failure = (typeof FAILURES)[number];

/** The text kept in `raw_inbound.error`: the reason, then what a technician wants to know. */
export const failure = (reason: Failure, detail: string): string => `${reason}: ${detail}`;

/**
 * How the reason of a settled report begins when nothing of ours could be found that it is about. People see such reports
 * beside the parked things; an index of `raw_inbound` counts on this word.
 */
export const UNMATCHED = 'report_unmatched: ';

/** The reason of a duplicate that is a message we have, by which it is found when that message is deleted: an index of `raw_inbound` counts on these words. */
export const copyReason = (id: MessageId): string => `same message as ${id}`;

/** Reads that text again; anything of another shape is detail of `unreadable`. */
export function parseFailure(error: string | null): { readonly reason: Failure; readonly detail: string } {
  const [, word, detail = ''] = /^([a-z_]+): ([\s\S]*)$/.exec(error ?? '') ?? [];
  const reason = FAILURES.find((one) => one === word);
  return reason ? { reason, detail } : { reason: 'unreadable', detail: error ?? '' };
}

import { z } from 'zod';
import { reopened } from './change.ts';
import type { Conversation, ConversationPatch } from './types.ts';

/** So often may one sender open a conversation again within `WINDOW_MS`: a machine would go on for ever. */
const MAX_REOPENINGS = 5;
const WINDOW_MS = 10 * 60_000;

const REOPENINGS = z.object({ by: z.string(), since: z.iso.datetime(), count: z.int() });

/**
 * What a new message of a person changes in a conversation that is not open: it opens again, unless the same sender has just done that
 * five times; then it stays closed and says so. Empty for an open one.
 */
export function reopeningBy(
  before: Conversation,
  address: string,
  now: Date,
): { readonly patch: ConversationPatch; readonly reopens: boolean } {
  if (before.status === 'open') return { patch: {}, reopens: false };
  const recent = recentBy(before.reopenings, address, now);
  if (recent && recent.count >= MAX_REOPENINGS)
    return { patch: before.reopeningStoppedAt ? {} : { reopeningStoppedAt: now }, reopens: false };
  const reopenings = { by: address, since: recent?.since ?? now.toISOString(), count: (recent?.count ?? 0) + 1 };
  return { patch: { ...reopened(before), reopenings: JSON.stringify(reopenings), reopeningStoppedAt: null }, reopens: true };
}

function recentBy(stored: string | null, address: string, now: Date): z.infer<typeof REOPENINGS> | null {
  if (stored === null) return null;
  const { data } = REOPENINGS.safeParse(JSON.parse(stored));
  return data?.by === address && now.getTime() - Date.parse(data.since) <= WINDOW_MS ? data : null;
}

import { visibleTitles } from '../conversations/titles.ts';
import type { Scope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import { readGeneral } from '../settings/general.ts';
import { findQuiet } from './choices-store.ts';
import { isQuiet } from './quiet.ts';
import { loudSince } from './store.ts';
import type { ShownNotification } from './types.ts';

/** Older than that is no news: a page that is opened later does not ring for it. */
const FRESH_MS = 60_000;

/** What began in the last minute, is unread and is to be heard or shown by the operating system; nothing in his quiet hours. */
export async function freshSignals(scope: Scope, agentId: AgentId): Promise<readonly ShownNotification[]> {
  const found = await loudSince(scope, agentId, new Date(scope.now().getTime() - FRESH_MS));
  if (found.length === 0) return [];
  const { timeZone } = await readGeneral(scope);
  if (isQuiet(await findQuiet(scope, agentId), scope.now(), timeZone)) return [];
  const titles = await visibleTitles(
    scope,
    found.map(({ conversationId }) => conversationId),
  );
  return found.flatMap((one) => {
    const title = titles.get(one.conversationId);
    return title ? [{ ...one, ...title }] : [];
  });
}

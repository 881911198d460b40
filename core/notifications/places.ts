import type { Conversation } from '../conversations/types.ts';
import type { Scope } from '../db/scope.ts';
import { listEveryFolder } from '../folders/list.ts';
import { lineOf } from '../folders/tree.ts';
import type { AgentId } from '../lib/ids.ts';
import { findListening } from './places-store.ts';

type Placed = Pick<Conversation, 'inboxId' | 'folderId' | 'teamId'>;

/** Of these agents those who want to hear of what comes there and is nobody's. */
export async function listeningTo(scope: Scope, conversation: Placed, agentIds: readonly AgentId[]): Promise<ReadonlySet<AgentId>> {
  const { inboxId, folderId, teamId } = conversation;
  const inboxes = await findListening(scope, 'inboxIds');
  const teams = await findListening(scope, 'teamIds');
  const folders = await findListening(scope, 'folderIds');
  const line = new Set<number>(folders.size > 0 ? lineOf(await listEveryFolder(scope), folderId) : []);
  return new Set(
    agentIds.filter(
      (id) =>
        (inboxes.get(id)?.has(inboxId) ?? true) &&
        (teams.get(id)?.has(teamId ?? 0) ?? true) &&
        folders.get(id)?.isDisjointFrom(line) !== true,
    ),
  );
}

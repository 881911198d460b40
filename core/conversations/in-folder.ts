import type { Scope } from '../db/scope.ts';
import type { ConversationId, FolderId, TeamId } from '../lib/ids.ts';
import { idsInFolder, idsOfTeam } from './rights-store.ts';

/** Some of the conversations in a folder, whatever their status, those that lead to others among them; whoever asks. */
export const conversationsIn = (scope: Scope, id: FolderId, limit: number): Promise<readonly ConversationId[]> =>
  idsInFolder(scope, id, limit);

/** The same of those that were given to a team. */
export const conversationsOfTeam = (scope: Scope, id: TeamId, limit: number): Promise<readonly ConversationId[]> =>
  idsOfTeam(scope, id, limit);

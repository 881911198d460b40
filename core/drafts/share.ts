import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';
import { isBlank } from './fields.ts';
import { filesOf, readDraft, replaceDraft, saveDraft } from './save.ts';
import { draftsOfOthers } from './store.ts';
import type { DraftInput, SharedDraft } from './types.ts';

/** So many colleagues are named, and so much of each text is shown. */
const MOST = { drafts: 5, chars: 4_000 };

/** What colleagues are writing in a conversation that the agent may answer in. */
export const sharedDrafts = (scope: Scope, agentId: AgentId, id: ConversationId): Promise<readonly SharedDraft[]> =>
  draftsOfOthers(scope, agentId, id, MOST);

/**
 * Puts a copy of a colleague's draft, with its recipients and files, into the agent's own composer; his own draft stays as it is, and no template acts
 * because of it. What stood there is an earlier version, the letters of `composed` too; answers whether something did. Raises not_found.
 */
export async function copyDraft(
  scope: Scope | WriteScope,
  agentId: AgentId,
  id: ConversationId,
  from: AgentId,
  composed: DraftInput | null = null,
): Promise<boolean> {
  return transact(scope, async (tx) => {
    const theirs = from === agentId ? null : await readDraft(tx, from, id);
    if (!theirs || theirs.text.trim() === '') throw new NotFoundError('Draft');
    const files = await filesOf(tx, from, id, theirs);
    if (composed && !isBlank(composed)) await saveDraft(tx, agentId, id, composed);
    const { kind, html, text, fields } = theirs;
    return replaceDraft(tx, agentId, id, { kind, html, text, fields: { ...fields, dropped: [], macro: null } }, files);
  });
}

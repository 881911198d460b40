import { mayRead } from '../conversations/allow.ts';
import { leadsTo } from '../conversations/evidence.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { isBlank } from '../drafts/fields.ts';
import { replaceDraft, saveDraft } from '../drafts/save.ts';
import type { DraftInput } from '../drafts/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { AgentId, ConversationId, DraftVersionId } from '../lib/ids.ts';
import { keptSince } from './keep.ts';
import { findVersion } from './store.ts';

/** What stands in a composer at this moment, and in which conversation. */
export interface Composed {
  readonly conversationId: ConversationId;
  readonly draft: DraftInput;
}

/** Where the text is now, and whether another one stood there, which is an earlier version now. */
export interface Restored {
  readonly conversationId: ConversationId | null;
  readonly hasReplaced: boolean;
}

/**
 * Makes an earlier version of this agent's own the draft again, with its files, where its conversation leads to now. Raises not_found, also
 * when it is not his, is too old, or he may not see the conversation any more.
 */
export async function restoreVersion(
  scope: Scope | WriteScope,
  agentId: AgentId,
  id: DraftVersionId,
  composed: Composed | null = null,
): Promise<Restored> {
  return transact(scope, async (tx) => {
    const version = await findVersion(tx, agentId, id, keptSince(tx.now()));
    if (!version) throw new NotFoundError('Earlier draft');
    const { html, text, fields, files } = version;
    const place = version.conversationId === null ? null : await leadsTo(tx, version.conversationId);
    if (place !== null && !(await mayRead(tx, agentId, place))) throw new NotFoundError('Earlier draft');
    if (composed?.conversationId === place && !isBlank(composed.draft)) await saveDraft(tx, agentId, place, composed.draft);
    const kind = place === null ? 'new' : version.kind === 'new' ? 'reply' : version.kind;
    const hasReplaced = await replaceDraft(tx, agentId, place, { kind, html, text, fields }, files);
    return { conversationId: place, hasReplaced };
  });
}

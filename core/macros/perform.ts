import { z } from 'zod';
import { readMemory } from '../bulk-actions/memory.ts';
import { perform } from '../bulk-actions/perform.ts';
import { restore } from '../bulk-actions/restore.ts';
import type { BulkDeed } from '../bulk-actions/types.ts';
import type { MacroActions } from '../canned-responses/actions.ts';
import { usableCanned } from '../canned-responses/list.ts';
import { attempt, type WriteScope } from '../db/scope.ts';
import type { DraftMacro } from '../drafts/types.ts';
import { AppError } from '../lib/errors.ts';
import type { AgentId, ConversationId, FolderId, LabelId, MessageId, TeamId } from '../lib/ids.ts';
import { morningIn } from '../lib/local-time.ts';
import { readGeneral } from '../settings/general.ts';
import { findActs, insertActs } from './store.ts';

export const MACRO_DEEDS = ['label', 'assign', 'close', 'snooze', 'file'] as const;
export type MacroDeed = (typeof MACRO_DEEDS)[number];
type Deed = Extract<BulkDeed, { readonly kind: MacroDeed }>;

/** In this order: whoever moves a conversation may lose sight of it. */
const deedsOf = (
  { labelIds, assignee, teamId, close, snoozeDays, folderId }: MacroActions,
  agentId: AgentId,
  until: (days: number) => Date,
): readonly Deed[] => [
  ...labelIds.map((labelId): Deed => ({ kind: 'label', labelId })),
  ...(assignee === null ? [] : [{ kind: 'assign', assigneeId: assignee === 'me' ? agentId : assignee } as const]),
  ...(teamId === null ? [] : [{ kind: 'assign', assigneeId: null, teamId } as const]),
  ...(close ? [{ kind: 'close' } as const] : []),
  ...(snoozeDays === null ? [] : [{ kind: 'snooze', until: until(snoozeDays) } as const]),
  ...(folderId === null ? [] : [{ kind: 'file', folderId } as const]),
];

/** Does what a template says beside its text, as the agent could by himself; answers what was refused to him. A template that is gone does nothing. */
export async function performMacro(
  tx: WriteScope,
  agentId: AgentId,
  conversationId: ConversationId,
  messageId: MessageId,
  { id, says }: Pick<DraftMacro, 'id' | 'says'>,
): Promise<readonly MacroDeed[]> {
  const canned = await usableCanned(tx, agentId, id).catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  if (!canned?.actions) return [];
  const { timeZone } = await readGeneral(tx);
  const done: object[] = [];
  const refused = new Set<MacroDeed>();
  for (const deed of deedsOf(canned.actions, agentId, (days) => morningIn(tx.now(), timeZone, days))) {
    try {
      const memory = await attempt(tx, (inner) => perform(inner, deed, conversationId, { agentId, isQuiet: false }));
      if (memory) done.push({ deed, memory });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.add(deed.kind);
    }
  }
  await insertActs(tx, messageId, id, JSON.stringify({ says, done }));
  return [...refused];
}

const id = z.int();
const KEPT = z.object({
  says: z.string(),
  done: z.array(
    z.object({
      deed: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('label'), labelId: id.transform((one) => one as LabelId) }),
        z.object({
          kind: z.literal('assign'),
          assigneeId: id.transform((one) => one as AgentId).nullable(),
          teamId: id
            .transform((one) => one as TeamId)
            .nullable()
            .default(null),
        }),
        z.object({ kind: z.literal('close') }),
        z.object({ kind: z.literal('snooze'), until: z.iso.datetime().transform((at) => new Date(at)) }),
        z.object({ kind: z.literal('file'), folderId: id.transform((one) => one as FolderId) }),
      ]),
      memory: z.unknown().transform((memory) => readMemory(JSON.stringify(memory))),
    }),
  ),
});

/** Takes back what was done with a message that is taken back, the last first, each as far as nobody has changed it since. Answers what the draft that it becomes holds of it, or null. */
export async function revertMacro(
  tx: WriteScope,
  agentId: AgentId,
  conversationId: ConversationId,
  messageId: MessageId,
): Promise<DraftMacro | null> {
  const acts = await findActs(tx, messageId);
  if (!acts) return null;
  const { says, done } = KEPT.parse(JSON.parse(acts.done));
  for (const { deed, memory } of done.toReversed()) {
    try {
      await attempt(tx, (inner) => restore(inner, deed, conversationId, memory, { agentId }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return { id: acts.cannedResponseId, says, off: false };
}

import { z } from 'zod';
import { allow } from '../conversations/allow.ts';
import { holdersFor, type Person } from '../conversations/holders.ts';
import { lookingAt } from '../conversations/looking.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import { orSentOn } from '../conversations/sent-on.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import { ConflictError } from '../lib/errors.ts';
import type { ConversationId } from '../lib/ids.ts';
import { restoreConversation, trashConversation } from './trash.ts';

const SAID = z.object({ trashed: z.enum(['yes', 'no']).optional() });
/** For how long the toast offers to put it back. */
const UNDO_SECONDS = 30;

export interface TrashRouteDeps extends WorkspaceDeps {
  /** People a conversation can be given to. */
  readonly agents: (scope: PageContext['scope']) => Promise<readonly Person[]>;
}

/** Deleting one conversation, and putting it back. */
export function trashRoutes(deps: TrashRouteDeps): readonly Route[] {
  const redraw = async (ctx: PageContext, openId: ConversationId): Promise<void> => {
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${openId}`);
    const open = await talkScreen(ctx.scope, deps, lookingAt(ctx, openId));
    const holders = await holdersFor(ctx.scope, await deps.agents(ctx.scope), ctx.agent.id, openId);
    ctx.fragment('conversations/_refresh', { ...open, talk: { ...open.talk, ...holders }, withComposer: true });
  };

  const remove = async (ctx: PageContext, id: ConversationId): Promise<void> => {
    try {
      const { conversation, stopped } = await trashConversation(ctx.scope, id);
      const path = `/conversations/${id}/trashing?back=yes`;
      const text = stopped > 0 ? 'trash.toast.stopped' : 'trash.toast.trashed';
      ctx.toast(ctx.t(text, { n: stopped }), 'done', conversation ? { path, seconds: UNDO_SECONDS, of: 0 } : undefined);
      if (!conversation) return ctx.seeOther('/conversations');
    } catch (error) {
      if (!(error instanceof ConflictError) || error.code !== 'conversation_sending') throw error;
      ctx.toast(ctx.t('trash.sending'), 'problem');
    }
    await redraw(ctx, id);
  };

  const trashing = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:trash', id);
    const isBack = ctx.query['back'] === 'yes' || SAID.parse(ctx.form).trashed === 'no';
    if (!isBack) return remove(ctx, id);
    await restoreConversation(ctx.scope, id);
    ctx.toast(ctx.t('trash.toast.restored'));
    await redraw(ctx, id);
  };

  return [{ method: 'POST', path: '/conversations/:id/trashing', may: 'agent', handle: orSentOn(trashing) }];
}

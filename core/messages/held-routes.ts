import { allow } from '../conversations/allow.ts';
import { lookingAt } from '../conversations/looking.ts';
import { talkScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import { readComposer } from '../drafts/form.ts';
import { saveDraft } from '../drafts/save.ts';
import { readMoment } from '../drafts/schedule.ts';
import { forwardOf } from '../forwards/list.ts';
import type { PageContext, Route } from '../http/context.ts';
import { pathOfUrl } from '../http/own-path.ts';
import { idParam } from '../http/params.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import type { ConversationId, MessageId } from '../lib/ids.ts';
import { findMessage } from './list.ts';
import { rescheduleMessage } from './reschedule.ts';
import type { Message } from './types.ts';
import { withdrawMessage } from './withdraw.ts';

/** What its author may still do with a message that nobody has tried to send. */
export function heldRoutes(deps: WorkspaceDeps): readonly Route[] {
  const sendable = async (ctx: PageContext): Promise<Message> => {
    const message = await findMessage(ctx.scope, idParam(ctx, 'messages') as MessageId);
    await allow(ctx.scope, 'conversation:reply', message.conversationId);
    return message;
  };

  const withdraw = async (ctx: PageContext): Promise<void> => {
    const { id, conversationId } = await sendable(ctx);
    try {
      // What stands in the composer comes along, so that the text which comes back does not take its place.
      const { draft } = readComposer(ctx.form);
      const place = (await forwardOf(ctx.scope, id))?.conversationId ?? conversationId;
      if (draft.text.trim() !== '' && ctx.form['composing'] === String(place)) await saveDraft(ctx.scope, ctx.agent.id, place, draft);
      const restored = await withdrawMessage(ctx.scope, id, ctx.agent.id);
      ctx.toast(ctx.t('messages.held.withdrawn'));
      if (restored.conversationId === null) return ctx.seeOther('/conversations/new');
      await answer(ctx, restored.conversationId, id);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ctx.toast(ctx.t('messages.held.too_late'), 'problem');
      await answer(ctx, conversationId);
    }
  };

  const reschedule = async (ctx: PageContext): Promise<void> => {
    const { id, conversationId } = await sendable(ctx);
    try {
      const { manner } = readComposer(ctx.form);
      const at = ctx.form['now'] === 'yes' ? null : await readMoment(ctx.scope, manner);
      if (at === null && ctx.form['now'] !== 'yes') throw new InvalidError({ sendAt: 'composer.problem.moment' });
      await rescheduleMessage(ctx.scope, id, at);
      ctx.toast(ctx.t(at ? 'messages.held.moved' : 'messages.held.sending'));
    } catch (error) {
      if (error instanceof InvalidError)
        ctx.toast(
          Object.values(error.fields)
            .map((key) => ctx.t(key))
            .join(' '),
          'problem',
        );
      else if (error instanceof ConflictError) ctx.toast(ctx.t('messages.held.too_late'), 'problem');
      else throw error;
    }
    await answer(ctx, conversationId);
  };

  /** The conversation again; from a page that shows another one, a way to it. With what was taken back comes its composer, and no other button offers that any more. */
  const answer = async (ctx: PageContext, openId: ConversationId, withdrawn: MessageId | null = null): Promise<void> => {
    const path = `/conversations/${openId}`;
    const isOpen = new URL(pathOfUrl(ctx.get('HX-Current-URL')), 'http://own.invalid').pathname === path;
    if (!ctx.isFragment || !isOpen) return ctx.seeOther(path);
    const withComposer = withdrawn !== null;
    ctx.fragment('conversations/_refresh', {
      ...(await talkScreen(ctx.scope, deps, lookingAt(ctx, openId))),
      withComposer,
      composing: withComposer,
      withdrawn,
    });
  };

  return [
    { method: 'POST', path: '/messages/:id/withdrawal', may: 'agent', handle: withdraw, maxBodyBytes: 2_000_000 },
    { method: 'POST', path: '/messages/:id/schedule', may: 'agent', handle: reschedule },
  ];
}

import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { type AgentId, type ConversationId, parseId } from '../lib/ids.ts';
import { allow, readersOf } from './allow.ts';
import { findConversationRow } from './list.ts';
import { orSentOn } from './sent-on.ts';
import { listShares, shareConversation, unshareConversation } from './share.ts';

export interface ShareRouteDeps {
  /** People who can work. */
  readonly agents: (scope: PageContext['scope']) => Promise<readonly { readonly id: AgentId; readonly name: string }[]>;
}

const CHOSEN = z.object({ agentId: z.string().transform((text) => parseId<'agents'>(text)) });

/** Who sees a conversation beside those of its folder: a page that lists, invites and takes back. */
export function shareRoutes({ agents }: ShareRouteDeps): readonly Route[] {
  const allowed = async (ctx: PageContext): Promise<ConversationId> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:share', id);
    return id;
  };

  const draw = async (ctx: PageContext, id: ConversationId, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { subject } = await findConversationRow(ctx.scope, id);
    const readers = await readersOf(ctx.scope, id);
    const choices = (await agents(ctx.scope)).filter((one) => !readers.has(one.id)).map((one) => ({ value: one.id, text: one.name }));
    ctx.page('folders/shares', { id, subject, shares: await listShares(ctx.scope, id), choices, errors }, errors['agentId'] ? 422 : 200);
  };

  const show = async (ctx: PageContext): Promise<void> => draw(ctx, await allowed(ctx));

  const share = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx);
    await orRedraw(
      ctx,
      async () => {
        const { agentId } = CHOSEN.parse(ctx.form);
        if (agentId === null) throw new InvalidError({ agentId: 'forms.required' });
        await shareConversation(ctx.scope, id, agentId);
        ctx.toast(ctx.t('folders.toast.shared'));
        ctx.seeOther(`/conversations/${id}/shares`);
      },
      (errors) => draw(ctx, id, errors),
    );
  };

  const unshare = async (ctx: PageContext): Promise<void> => {
    const id = await allowed(ctx);
    const { agentId } = CHOSEN.parse(ctx.form);
    if (agentId !== null) await unshareConversation(ctx.scope, id, agentId);
    ctx.toast(ctx.t('folders.toast.unshared'));
    ctx.seeOther(`/conversations/${id}/shares`);
  };

  return [
    { method: 'GET', path: '/conversations/:id/shares', may: 'agent', handle: orSentOn(show) },
    { method: 'POST', path: '/conversations/:id/shares', may: 'agent', handle: orSentOn(share) },
    { method: 'POST', path: '/conversations/:id/shares/removal', may: 'agent', handle: orSentOn(unshare) },
  ];
}

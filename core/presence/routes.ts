import { z } from 'zod';
import { nameOf } from '../agents/types.ts';
import { allow } from '../conversations/allow.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import type { ConversationId } from '../lib/ids.ts';
import { PRESENCE_STATES, type Presence } from './presence.ts';
import { hereView } from './view.ts';

const SAID = z.object({ state: z.enum(PRESENCE_STATES) });

/** Who else has a conversation open: browsers say that theirs has, and ask for the others. */
export function presenceRoutes(presence: Presence): readonly Route[] {
  const readable = async (ctx: PageContext): Promise<ConversationId> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:read', id);
    return id;
  };
  const show = async (ctx: PageContext): Promise<void> => {
    const id = await readable(ctx);
    ctx.fragment('presence/_here', { talk: { here: hereView(presence.others(id, ctx.agent.id)) } });
  };
  const note = async (ctx: PageContext): Promise<void> => {
    const { state } = SAID.parse(ctx.form);
    presence.note(await readable(ctx), { id: ctx.agent.id, name: nameOf(ctx.agent) || ctx.agent.email }, state);
    ctx.status = 204;
  };
  return [
    { method: 'GET', path: '/conversations/:id/presence', may: 'agent', handle: show },
    { method: 'POST', path: '/conversations/:id/presence', may: 'agent', handle: note },
  ];
}

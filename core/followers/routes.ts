import { z } from 'zod';
import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import { allow } from '../conversations/allow.ts';
import { orSentOn } from '../conversations/sent-on.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import { setFollowing } from './follow.ts';

const SAID = z.object({ following: z.enum(['yes', 'no']) });

/** Following a conversation, and the people whom a note may name. */
export function followerRoutes(): readonly Route[] {
  const follow = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:read', id);
    const isFollowing = SAID.parse(ctx.form).following === 'yes';
    await setFollowing(ctx.scope, id, ctx.agent.id, isFollowing);
    ctx.toast(ctx.t(isFollowing ? 'followers.toast.follows' : 'followers.toast.stopped'));
    ctx.seeOther(`/conversations/${id}`);
  };
  const people = async (ctx: PageContext): Promise<void> => {
    const all = (await listAgents(ctx.scope)).filter(({ id, status }) => status === 'active' && id !== ctx.agent.id);
    ctx.fragment('followers/_people', { people: all.map((one) => nameOf(one) || one.email) });
  };
  return [
    { method: 'POST', path: '/conversations/:id/following', may: 'agent', handle: orSentOn(follow) },
    { method: 'GET', path: '/followers/people', may: 'agent', handle: people },
  ];
}

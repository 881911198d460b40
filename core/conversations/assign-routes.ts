import { z } from 'zod';
import { absenceOf } from '../agents/availability.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { formatDate } from '../lib/format-date.ts';
import { type AgentId, type ConversationId, parseId } from '../lib/ids.ts';
import { readGeneral } from '../settings/general.ts';
import { allow } from './allow.ts';
import { assignConversation, giveToTeam } from './assign.ts';
import { holdersFor, type Person } from './holders.ts';
import { findConversationRow } from './list.ts';
import { lookingAt } from './looking.ts';
import { talkScreen, type WorkspaceDeps } from './screens.ts';
import { orSentOn } from './sent-on.ts';

export interface AssignRouteDeps extends WorkspaceDeps {
  /** People a conversation can be given to. */
  readonly agents: (scope: PageContext['scope']) => Promise<readonly Person[]>;
}

/** A team, or a person; neither = nobody. */
const CHOSEN = z.object({ agentId: z.string().default(''), teamId: z.string().default('') });

/** Whose a conversation is: a dialog with JavaScript, a page without. */
export function assignRoutes(deps: AssignRouteDeps): readonly Route[] {
  /** Own teams first; people and teams that see it, no others. */
  const pickerOf = async (ctx: PageContext, id: ConversationId, problem = '') => {
    const { subject, assignee, teamId } = await findConversationRow(ctx.scope, id);
    const found = await holdersFor(ctx.scope, await deps.agents(ctx.scope), ctx.agent.id, id);
    const teams = found.teams.map((one) => ({ ...one, on: one.id === teamId }));
    const people = found.agents.map((one) => ({ ...one, on: one.id === assignee?.id }));
    return {
      picker: { id, subject, teams, people, isMine: assignee?.id === ctx.agent.id, isNobodys: !assignee && !teamId, problem },
    };
  };

  const redraw = async (ctx: PageContext, id: ConversationId, problem: string, status = 200): Promise<void> => {
    const data = await pickerOf(ctx, id, problem);
    if (ctx.isFragment) ctx.fragment('conversations/_assign-picker', data, status);
    else ctx.page('conversations/assign', data, status);
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:assign', id);
    await redraw(ctx, id, '');
  };

  const choose = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'conversations');
    await allow(ctx.scope, 'conversation:assign', id);
    const { agentId, teamId: chosen } = CHOSEN.parse(ctx.form);
    const teamId = parseId<'teams'>(chosen);
    try {
      await (teamId === null ? assignConversation(ctx.scope, id, parseId<'agents'>(agentId)) : giveToTeam(ctx.scope, id, teamId));
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      return redraw(
        ctx,
        id,
        Object.values(error.fields)
          .map((key) => ctx.t(key))
          .join(' '),
        422,
      );
    }
    const warning = await absence(ctx, teamId === null ? parseId<'agents'>(agentId) : null);
    ctx.toast(warning ?? ctx.t('conversations.toast.assigned'), warning === null ? 'done' : 'problem');
    if (!ctx.isFragment) return ctx.seeOther(`/conversations/${id}`);
    const open = await talkScreen(ctx.scope, deps, lookingAt(ctx, id));
    const holders = await holdersFor(ctx.scope, await deps.agents(ctx.scope), ctx.agent.id, id);
    ctx.fragment('conversations/_assigned', { ...open, talk: { ...open.talk, ...holders } });
  };

  /** That whoever got it is busy or away, in words; null = he is there, or it is the actor himself. */
  const absence = async (ctx: PageContext, agentId: AgentId | null): Promise<string | null> => {
    const absent = agentId === null || agentId === ctx.agent.id ? null : await absenceOf(ctx.scope, agentId);
    if (absent === null) return null;
    const when = absent.until === null ? '' : formatDate(absent.until, 'datetime', ctx.language, (await readGeneral(ctx.scope)).timeZone);
    const state = ctx.t(`profile.availability.${when ? 'until.' : ''}${absent.availability}`, { when });
    return ctx.t('conversations.assign.away', { name: absent.name, state });
  };

  return [
    { method: 'GET', path: '/conversations/:id/assignment', may: 'agent', handle: orSentOn(show) },
    { method: 'POST', path: '/conversations/:id/assignment', may: 'agent', handle: orSentOn(choose) },
  ];
}

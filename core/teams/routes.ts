import { z } from 'zod';
import { listAgents } from '../agents/list-agents.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typedText } from '../http/params.ts';
import { parseId } from '../lib/ids.ts';
import { addTeam, changeTeam, orderTeam } from './edit.ts';
import { findTeam, listTeams } from './list.ts';
import { removeTeam } from './remove.ts';
import { memberChoices, teamRows } from './view.ts';

const POSTED = z.object({
  name: z.string().max(500),
  memberIds: z
    .unknown()
    .optional()
    .transform((value) => [value ?? []].flat().flatMap((one) => parseId<'agents'>(one) ?? [])),
});
const MOVED = z.object({ position: z.coerce.number().int().min(1).max(10_000) });

/** Settings → Teams: who is in which. What a team may do in folders is in core/folders/. */
export function teamRoutes(): readonly Route[] {
  const ticked = (ctx: PageContext): ReadonlySet<number> => new Set([ctx.form['memberIds'] ?? []].flat().map(Number));

  const list = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const agents = await listAgents(ctx.scope);
    const typed = { name: typedText(ctx, 'name').slice(0, 200), members: memberChoices(agents, ticked(ctx)) };
    const data = { teams: teamRows(await listTeams(ctx.scope), agents), typed, errors };
    ctx.page('teams/list', data, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const team = await findTeam(ctx.scope, idParam(ctx, 'teams'));
    const isWrong = Object.keys(errors).length > 0;
    const members = memberChoices(await listAgents(ctx.scope), isWrong ? ticked(ctx) : new Set<number>(team.memberIds));
    const typed = { name: isWrong ? typedText(ctx, 'name').slice(0, 200) : team.name, members };
    ctx.page('teams/show', { team, typed, errors }, isWrong ? 422 : 200);
  };

  const done = (ctx: PageContext, key: string, name: string): void => {
    ctx.toast(ctx.t(`teams.toast.${key}`, { name }));
    ctx.seeOther('/teams');
  };

  const add = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name, memberIds } = readForm(POSTED, ctx.form);
        done(ctx, 'added', (await addTeam(ctx.scope, name, memberIds)).name);
      },
      (errors) => list(ctx, errors),
    );

  const change = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => done(ctx, 'changed', (await changeTeam(ctx.scope, idParam(ctx, 'teams'), readForm(POSTED, ctx.form))).name),
      (errors) => show(ctx, errors),
    );

  const order = async (ctx: PageContext): Promise<void> => {
    await orderTeam(ctx.scope, idParam(ctx, 'teams'), MOVED.parse(ctx.form).position);
    ctx.seeOther('/teams');
  };

  const remove = async (ctx: PageContext): Promise<void> => done(ctx, 'removed', await removeTeam(ctx.scope, idParam(ctx, 'teams')));

  return [
    { method: 'GET', path: '/teams', may: 'administrator', handle: (ctx) => list(ctx) },
    { method: 'POST', path: '/teams', may: 'administrator', handle: add },
    { method: 'GET', path: '/teams/:id', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/teams/:id', may: 'administrator', handle: change },
    { method: 'POST', path: '/teams/:id/position', may: 'administrator', handle: order },
    { method: 'POST', path: '/teams/:id/removal', may: 'administrator', handle: remove },
  ];
}

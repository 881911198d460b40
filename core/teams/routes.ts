import { z } from 'zod';
import { listAgents } from '../agents/list-agents.ts';
import { readCounters } from '../conversations/counters.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typedText } from '../http/params.ts';
import { parseId } from '../lib/ids.ts';
import { rulesNaming } from '../rules/naming.ts';
import { addTeam, changeTeam, orderTeam } from './edit.ts';
import { findTeam, listTeams } from './list.ts';
import { removeTeam } from './remove.ts';
import { memberChoices, namesOf, teamRows } from './view.ts';

const POSTED = z.object({
  name: z.string().max(500),
  memberIds: z
    .unknown()
    .optional()
    .transform((value) => [value ?? []].flat().flatMap((one) => parseId<'agents'>(one) ?? [])),
});
const REMOVED = z.object({
  into: z
    .string()
    .default('')
    .transform((text) => parseId<'teams'>(text)),
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
    const members = memberChoices(
      await listAgents(ctx.scope),
      errors['name'] || errors['memberIds'] ? ticked(ctx) : new Set<number>(team.memberIds),
    );
    const typed = { name: errors['name'] ? typedText(ctx, 'name').slice(0, 200) : team.name, members };
    const others = (await listTeams(ctx.scope)).filter(({ id }) => id !== team.id).map(({ id, name }) => ({ value: id, text: name }));
    const open = (await readCounters(ctx.scope)).openByTeam.get(team.id) ?? 0;
    ctx.page(
      'teams/show',
      { team, typed, others, open, rules: await rulesNaming(ctx.scope, { teamId: team.id }), errors },
      isWrong ? 422 : 200,
    );
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

  const remove = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { into } = REMOVED.parse(ctx.form);
        const id = idParam(ctx, 'teams');
        const rules = into === null ? await rulesNaming(ctx.scope, { teamId: id }) : [];
        const name = await removeTeam(ctx.scope, id, into);
        if (rules.length === 0) return done(ctx, 'removed', name);
        ctx.toast(ctx.t('teams.toast.removed_rules', { name, rules: namesOf(rules) }), 'problem');
        ctx.seeOther('/rules');
      },
      (errors) => show(ctx, errors),
    );

  return [
    { method: 'GET', path: '/teams', may: 'administrator', handle: (ctx) => list(ctx) },
    { method: 'POST', path: '/teams', may: 'administrator', handle: add },
    { method: 'GET', path: '/teams/:id', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/teams/:id', may: 'administrator', handle: change },
    { method: 'POST', path: '/teams/:id/position', may: 'administrator', handle: order },
    { method: 'POST', path: '/teams/:id/removal', may: 'administrator', handle: remove },
  ];
}

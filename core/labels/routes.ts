import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typedText } from '../http/params.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { rulesNaming } from '../rules/naming.ts';
import { addLabel, changeLabel, moveLabel } from './edit.ts';
import { findLabel, listLabels } from './list.ts';
import { agentsMayCreate, letAgentsCreate } from './may-create.ts';
import { mergeLabels, removeLabel, restoreLabel } from './remove.ts';
import { COLOURS } from './types.ts';

const POSTED = z.object({ name: z.string().max(500), colour: z.enum(COLOURS, 'labels.problem.colour') });
const MERGED = z.object({ into: z.string().transform((text) => parseId<'labels'>(text)) });
const MOVED = z.object({ position: z.coerce.number().int().min(1).max(10_000) });
const SWITCHED = z.object({ agents: z.enum(['on', 'off']) });

/** Settings → Company → Labels: their names, colours and order, merging and deleting. Who labels a conversation is in picker-routes.ts. */
export function labelRoutes(): readonly Route[] {
  const colours = (ctx: PageContext) => COLOURS.map((value) => ({ value, text: ctx.t(`labels.colour.${value}`) }));

  const list = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const labels = await listLabels(ctx.scope);
    const typed = {
      name: typedText(ctx, 'name').slice(0, 200),
      colour: typedText(ctx, 'colour') || COLOURS[labels.length % COLOURS.length],
    };
    const data = { labels, typed, colours: colours(ctx), agents: await agentsMayCreate(ctx.scope), errors };
    ctx.page('labels/list', data, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const label = await findLabel(ctx.scope, idParam(ctx, 'labels'));
    const typed = errors['name'] ? { name: typedText(ctx, 'name').slice(0, 200), colour: typedText(ctx, 'colour') } : label;
    const others = (await listLabels(ctx.scope)).filter(({ id }) => id !== label.id).map(({ id, name }) => ({ value: id, text: name }));
    const rules = await rulesNaming(ctx.scope, { labelId: label.id });
    ctx.page('labels/show', { label, typed, others, rules, colours: colours(ctx), errors }, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const done = (ctx: PageContext, key: string, name: string): void => {
    ctx.toast(ctx.t(`labels.toast.${key}`, { name }));
    ctx.seeOther('/labels');
  };

  const add = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name, colour } = readForm(POSTED, ctx.form);
        done(ctx, 'added', (await addLabel(ctx.scope, name, colour)).name);
      },
      (errors) => list(ctx, errors),
    );

  const change = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => done(ctx, 'changed', (await changeLabel(ctx.scope, idParam(ctx, 'labels'), readForm(POSTED, ctx.form))).name),
      (errors) => show(ctx, errors),
    );

  const move = async (ctx: PageContext): Promise<void> => {
    await moveLabel(ctx.scope, idParam(ctx, 'labels'), MOVED.parse(ctx.form).position);
    ctx.seeOther('/labels');
  };

  const merge = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { into } = readForm(MERGED, ctx.form);
        if (into === null) throw new InvalidError({ into: 'forms.required' });
        const { name } = await findLabel(ctx.scope, into);
        await mergeLabels(ctx.scope, idParam(ctx, 'labels'), into);
        done(ctx, 'merged', name);
      },
      (errors) => show(ctx, errors),
    );

  const remove = async (ctx: PageContext): Promise<void> => {
    const id = idParam(ctx, 'labels');
    try {
      const name = await removeLabel(ctx.scope, id);
      ctx.toast(ctx.t('labels.toast.removed', { name }), 'done', { path: `/labels/${id}/restoration`, seconds: 0, of: 0 });
      ctx.seeOther('/labels');
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ctx.toast(ctx.t('labels.problem.keeps'), 'problem');
      ctx.seeOther(`/labels/${id}`);
    }
  };

  const restore = async (ctx: PageContext): Promise<void> => {
    try {
      done(ctx, 'restored', await restoreLabel(ctx.scope, idParam(ctx, 'labels')));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ctx.toast(ctx.t('labels.problem.taken'), 'problem');
      ctx.seeOther('/labels');
    }
  };

  const creation = async (ctx: PageContext): Promise<void> => {
    await letAgentsCreate(ctx.scope, SWITCHED.parse({ agents: [ctx.form['agents']].flat().at(-1) }).agents === 'on');
    ctx.toast(ctx.t('labels.toast.saved'));
    ctx.seeOther('/labels');
  };

  return [
    { method: 'GET', path: '/labels', may: 'labels', handle: (ctx) => list(ctx) },
    { method: 'POST', path: '/labels', may: 'labels', handle: add },
    { method: 'POST', path: '/labels/creation', may: 'labels', handle: creation },
    { method: 'GET', path: '/labels/:id', may: 'labels', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/labels/:id', may: 'labels', handle: change },
    { method: 'POST', path: '/labels/:id/position', may: 'labels', handle: move },
    { method: 'POST', path: '/labels/:id/merger', may: 'labels', handle: merge },
    { method: 'POST', path: '/labels/:id/removal', may: 'labels', handle: remove },
    { method: 'POST', path: '/labels/:id/restoration', may: 'labels', handle: restore },
  ];
}

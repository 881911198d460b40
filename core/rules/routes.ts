import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, queryText } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { failuresOfRules, listActs } from './acts.ts';
import type { ReadHeaders } from './complete.ts';
import { EMPTY_FORM, formOf, readRule, retyped } from './form.ts';
import { readNames } from './names.ts';
import { addRule, changeRule, checked, findRule, listRules, orderRule, removeRule, switchRule } from './save.ts';
import { tryRule } from './trial.ts';
import { type Rule, TEXT_FIELDS } from './types.ts';
import { actRow, keeperName, offered, ruleRow, trialRow } from './view.ts';

const PAGE = 50;
const MOVED = z.object({ position: z.coerce.number().int().min(1).max(10_000) });
const SWITCHED = z.object({ enabled: z.enum(['on', 'off']) });
/** What stands open at once; the rest is behind "more conditions". */
const FIRST_FIELDS = TEXT_FIELDS.slice(0, 3);
const MORE_FIELDS = TEXT_FIELDS.slice(3);

export interface RuleRouteDeps {
  readonly readHeaders: ReadHeaders;
}

/** Settings → Mail → Rules: what happens by itself to mail that fits, tried before it is saved, and what each rule did. */
export function ruleRoutes({ readHeaders }: RuleRouteDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const names = await readNames(ctx.scope);
    const failures = await failuresOfRules(ctx.scope);
    ctx.page('rules/list', { rules: (await listRules(ctx.scope)).map((rule) => ruleRow(rule, names, failures.get(rule.id))) });
  };

  const form = async (ctx: PageContext, rule: Rule | null, errors: Readonly<Record<string, string>> = {}, trial = {}): Promise<void> => {
    const isTyped = ctx.method === 'POST';
    const values = isTyped ? retyped(ctx.form) : rule ? formOf(rule) : EMPTY_FORM;
    const names = await readNames(ctx.scope);
    const keeper = rule ? keeperName(rule, names) : '';
    const shown = {
      id: rule?.id ?? null,
      keeper,
      name: rule?.name ?? '',
      values,
      errors,
      fields: { first: FIRST_FIELDS, more: MORE_FIELDS },
    };
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    ctx.page('rules/edit', { ...shown, ...trial, offered: offered(ctx.t, names) }, status);
  };

  const create = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const input = readRule(ctx.form);
        await addRule(ctx.scope, input);
        done(ctx, 'added', input.name);
      },
      (errors) => form(ctx, null, errors),
    );

  const save = async (ctx: PageContext): Promise<void> => {
    const rule = await findRule(ctx.scope, idParam(ctx, 'rules'));
    await orRedraw(
      ctx,
      async () => {
        const input = readRule(ctx.form);
        await changeRule(ctx.scope, rule.id, input);
        done(ctx, 'changed', input.name);
      },
      (errors) => form(ctx, rule, errors),
    );
  };

  /** Of a form as it stands, saved or not: its name does not matter yet. */
  const trial = (ctx: PageContext): Promise<void> => {
    const show = async (data: object, errors = {}): Promise<void> =>
      ctx.isFragment ? ctx.fragment('rules/_trial', { ...data, errors }) : form(ctx, null, errors, data);
    return orRedraw(
      ctx,
      async () => {
        const input = checked({ ...readRule(ctx.form), name: '-', stops: true });
        const { looked, fits } = await tryRule(ctx.scope, readHeaders, input);
        await show({ trial: { looked, rows: fits.map(trialRow(input, await readNames(ctx.scope))) } });
      },
      (errors) => show({ trial: null }, errors),
    );
  };

  const move = async (ctx: PageContext): Promise<void> => {
    await orderRule(ctx.scope, idParam(ctx, 'rules'), MOVED.parse(ctx.form).position);
    ctx.seeOther('/rules');
  };

  const change = async (ctx: PageContext): Promise<void> => {
    const isOn = SWITCHED.parse(ctx.form).enabled === 'on';
    try {
      const { name } = await switchRule(ctx.scope, idParam(ctx, 'rules'), isOn);
      done(ctx, isOn ? 'on' : 'off', name);
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      ctx.toast(ctx.t('rules.toast.broken'), 'problem');
      ctx.seeOther('/rules');
    }
  };

  const acts = async (ctx: PageContext): Promise<void> => {
    const rule = await findRule(ctx.scope, idParam(ctx, 'rules'));
    const cursor = queryText(ctx, 'after', 500) || null;
    const { items, next } = await listActs(ctx.scope, rule.id, { cursor, limit: PAGE });
    const more = next === null ? null : `/rules/${rule.id}/acts?${new URLSearchParams({ after: next })}`;
    const shown = { rule: { id: rule.id, name: rule.name }, acts: items.map(actRow), more };
    if (ctx.isFragment && cursor) ctx.fragment('rules/_acts', shown);
    else ctx.page('rules/acts', shown);
  };

  return [
    { method: 'GET', path: '/rules', may: 'rules', handle: list },
    { method: 'POST', path: '/rules', may: 'rules', handle: create },
    { method: 'GET', path: '/rules/new', may: 'rules', handle: (ctx) => form(ctx, null) },
    { method: 'POST', path: '/rules/trial', may: 'rules', handle: trial },
    {
      method: 'GET',
      path: '/rules/:id',
      may: 'rules',
      handle: async (ctx) => form(ctx, await findRule(ctx.scope, idParam(ctx, 'rules'))),
    },
    { method: 'POST', path: '/rules/:id', may: 'rules', handle: save },
    { method: 'POST', path: '/rules/:id/position', may: 'rules', handle: move },
    { method: 'POST', path: '/rules/:id/switch', may: 'rules', handle: change },
    { method: 'GET', path: '/rules/:id/acts', may: 'rules', handle: acts },
    {
      method: 'POST',
      path: '/rules/:id/removal',
      may: 'rules',
      handle: async (ctx) => done(ctx, 'removed', await removeRule(ctx.scope, idParam(ctx, 'rules'))),
    },
  ];
}

function done(ctx: PageContext, key: string, name: string): void {
  ctx.toast(ctx.t(`rules.toast.${key}`, { name }));
  ctx.seeOther('/rules');
}

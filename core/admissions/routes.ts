import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, queryText } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import { addRule, pageOfRules, removeRule } from './change.ts';
import { SUBJECTS, VERDICTS } from './types.ts';

const POSTED = z.object({
  verdict: z.enum(VERDICTS),
  subject: z.enum(SUBJECTS),
  value: z.string().max(320),
  reason: z.string().max(500).default(''),
});

/** Settings → Mail → Refused and trusted: whose mail is never taken, whose always. `reload` makes a change work at once. */
export function admissionRoutes({ reload }: { readonly reload: () => Promise<void> }): readonly Route[] {
  const form = (ctx: PageContext, values: Readonly<Record<string, unknown>>, errors: Readonly<Record<string, string>>) => ({
    values: { verdict: 'deny', subject: 'network', value: '', reason: '', ...values },
    errors: Object.fromEntries(Object.entries(errors).map(([field, key]) => [field, ctx.t(key)])),
    verdicts: VERDICTS.map((value) => ({ value, text: ctx.t(`admissions.verdict.${value}`) })),
    subjects: SUBJECTS.map((value) => ({ value, text: ctx.t(`admissions.subject.${value}`) })),
  });
  const rules = async (ctx: PageContext) => {
    const { items, next } = await pageOfRules(ctx.scope, parseId<'admissions'>(queryText(ctx, 'before')));
    return { rules: items, more: next === null ? null : `/admissions?before=${next}` };
  };

  const list = async (ctx: PageContext): Promise<void> => {
    if (ctx.isFragment) ctx.fragment('admissions/_rows', await rules(ctx));
    else ctx.page('admissions/list', { ...(await rules(ctx)), form: form(ctx, {}, {}) });
  };

  const add = async (ctx: PageContext): Promise<void> => {
    const input = POSTED.parse(ctx.form);
    try {
      await addRule(ctx.scope, input);
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      return ctx.page('admissions/list', { ...(await rules(ctx)), form: form(ctx, input, error.fields) }, 422);
    }
    await reload();
    ctx.toast(ctx.t('admissions.added'));
    ctx.seeOther('/admissions');
  };

  const remove = async (ctx: PageContext): Promise<void> => {
    await removeRule(ctx.scope, idParam(ctx, 'admissions'));
    await reload();
    ctx.toast(ctx.t('admissions.removed'));
    ctx.seeOther('/admissions');
  };

  return [
    { method: 'GET', path: '/admissions', may: 'blocking', handle: list },
    { method: 'POST', path: '/admissions', may: 'blocking', handle: add },
    { method: 'POST', path: '/admissions/:id/removal', may: 'blocking', handle: remove },
  ];
}

import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import type { PageContext } from './context.ts';
import { orRedraw, readForm, typedText } from './params.ts';

const DAYS = z.object({
  days: z
    .string()
    .trim()
    .regex(/^\d{1,5}$/, 'spam.purge.wrong')
    .transform(Number),
});

/** Stores the posted days and goes back to `path`, or draws the page again with what was typed. */
export const saveDays = (
  ctx: PageContext,
  path: string,
  change: (scope: Scope, days: number) => Promise<void>,
  redraw: (typed: string, errors: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> =>
  orRedraw(
    ctx,
    async () => {
      await change(ctx.scope, readForm(DAYS, ctx.form).days);
      ctx.toast(ctx.t('common.saved'));
      ctx.seeOther(path);
    },
    (errors) => redraw(typedText(ctx, 'days').slice(0, 20), errors),
  );

import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw, readForm, typed } from '../http/params.ts';
import { isWorkingTime } from './calendar.ts';
import { readHolidays } from './holidays.ts';
import { readWorkingHours, saveWorkingHours } from './save.ts';
import { MAX_HOLIDAYS, WEEKDAYS, type WorkingDay } from './types.ts';
import { typedHours, weekdayRows } from './view.ts';

const MIDNIGHT_MINUTES = 1440;
const time = z
  .string()
  .default('')
  .transform((text) => text.trim())
  .pipe(z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d)?$/, 'forms.wrong'));
const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** A day's two fields; both empty = nobody works, an end of 00:00 = midnight. */
const FORM = z
  .object({
    ...Object.fromEntries(WEEKDAYS.flatMap((day) => [`${day}From`, `${day}Until`]).map((name) => [name, time])),
    holidays: z.string().max(10_000, 'forms.too_long').default(''),
  })
  .transform((form: Record<string, string>, check) => {
    const wrong = (name: string, message: string): void => check.addIssue({ code: 'custom', path: [name], message });
    const days = WEEKDAYS.map((day): WorkingDay | null => {
      const [from = '', until = ''] = [form[`${day}From`], form[`${day}Until`]];
      if (from === '' && until === '') return null;
      if (from === '' || until === '') wrong(from === '' ? `${day}From` : `${day}Until`, 'working-hours.both');
      const shift = { from: minutes(from), until: minutes(until) || MIDNIGHT_MINUTES };
      if (shift.from >= shift.until) wrong(`${day}Until`, 'working-hours.order');
      return shift;
    });
    const { days: holidays, wrong: notOne } = readHolidays(form['holidays'] ?? '');
    if (notOne !== null) wrong('holidays', 'working-hours.holidayWrong');
    else if (holidays.length > MAX_HOLIDAYS) wrong('holidays', 'working-hours.holidaysMany');
    return { days, holidays };
  });
const TYPED = [...WEEKDAYS.flatMap((day) => [`${day}From`, `${day}Until`]), 'holidays'];

/** Settings → Working hours. */
export function workingHoursRoutes(): readonly Route[] {
  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const hours = await readWorkingHours(ctx.scope);
    const isTyped = Object.keys(errors).length > 0;
    const values = isTyped ? typed(ctx, ...TYPED) : typedHours(hours);
    const isOpen = isWorkingTime(hours, ctx.scope.now());
    const data = { rows: weekdayRows(values, errors), values, errors, isOpen, timeZone: hours.timeZone };
    ctx.page('working-hours/show', data, isTyped ? 422 : 200);
  };
  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await saveWorkingHours(ctx.scope, readForm(FORM, ctx.form));
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/working-hours');
      },
      (errors) => show(ctx, errors),
    );
  return [
    { method: 'GET', path: '/working-hours', may: 'hours', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/working-hours', may: 'hours', handle: save },
  ];
}

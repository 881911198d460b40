import { Readable } from 'node:stream';
import { z } from 'zod';
import { noteExport } from '../audit/note.ts';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile } from '../http/files.ts';
import { orRedraw, queryText, readForm, typed } from '../http/params.ts';
import { BYTE_ORDER_MARK, csvRow } from '../lib/csv.ts';
import { parseId } from '../lib/ids.ts';
import { readWorkingHours } from '../working-hours/save.ts';
import { clockOf } from './clock.ts';
import { exportLines } from './export.ts';
import { countAnew, isCounting } from './fold.ts';
import { type NameDeps, type Names, namesFor } from './names.ts';
import { readOptions, saveOptions, TARGET_HOURS } from './options.ts';
import { readPeriod } from './period.ts';
import { readReport, type Wanted } from './report.ts';
import { COUNTS, READING_MODES } from './types.ts';
import { statisticsView } from './view.ts';

const OPTIONS = z.object({
  targetHours: z
    .string()
    .transform((text) => Number(text.trim().replace(',', '.') || Number.NaN))
    .pipe(
      z
        .number('statistics.options.targetWrong')
        .min(TARGET_HOURS.least, 'statistics.options.targetWrong')
        .max(TARGET_HOURS.most, 'statistics.options.targetWrong'),
    ),
  reading: z.enum(READING_MODES),
});

/** Statistics: for administrators all, for an agent his own and those of folders that he manages (with the permission, that he sees); what is counted, for administrators. */
export function statisticsRoutes(deps: NameDeps): readonly Route[] {
  const show = async (ctx: PageContext): Promise<void> => {
    const { wanted, today } = await asked(ctx);
    const names = await namesFor(ctx.scope, deps, ctx.t);
    const { targetMinutes, reading } = await readOptions(ctx.scope);
    const view = statisticsView(ctx.t, { report: await readReport(ctx.scope, wanted), wanted, names, targetMinutes, today });
    ctx.page('statistics/show', { ...view, reading, isCounting: await isCounting(ctx.scope) });
  };

  const download = async (ctx: PageContext): Promise<void> => {
    const { wanted } = await asked(ctx);
    const names = await namesFor(ctx.scope, deps, ctx.t);
    const filename = `${ctx.t('statistics.csv.file')}-${wanted.from}-${wanted.until}.csv`;
    await noteExport(ctx.scope, 'statistics');
    sendFile(ctx, Readable.from(csvOf(ctx, wanted, names)), { filename, contentType: 'text/csv' });
  };

  const options = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { targetMinutes, reading } = await readOptions(ctx.scope);
    const isTyped = Object.keys(errors).length > 0;
    const values = isTyped ? typed(ctx, 'targetHours', 'reading') : { targetHours: String(targetMinutes / 60), reading };
    ctx.page('statistics/options', { values, errors, modes: READING_MODES, isCounting: await isCounting(ctx.scope) }, isTyped ? 422 : 200);
  };
  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { targetHours, reading } = readForm(OPTIONS, ctx.form);
        await saveOptions(ctx.scope, { targetMinutes: Math.round(targetHours * 60), reading });
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/statistics/options');
      },
      (errors) => options(ctx, errors),
    );
  const recount = async (ctx: PageContext): Promise<void> => {
    await countAnew(ctx.scope);
    ctx.toast(ctx.t('statistics.options.recounting'));
    ctx.seeOther('/statistics/options');
  };

  return [
    { method: 'GET', path: '/statistics', may: 'agent', handle: show },
    { method: 'GET', path: '/statistics/export', may: 'agent', handle: download },
    { method: 'GET', path: '/statistics/options', may: 'administrator', handle: (ctx) => options(ctx) },
    { method: 'POST', path: '/statistics/options', may: 'administrator', handle: save },
    { method: 'POST', path: '/statistics/recount', may: 'administrator', handle: recount },
  ];
}

/** What the address asks for; what makes no sense there is as if it were not said. */
async function asked(ctx: PageContext): Promise<{ readonly wanted: Wanted; readonly today: string }> {
  const { timeZone } = await readWorkingHours(ctx.scope);
  const today = clockOf(timeZone)(ctx.scope.now()).day;
  const id = (name: string): number | null => parseId(queryText(ctx, name, 20));
  const period = readPeriod(queryText(ctx, 'from', 20), queryText(ctx, 'until', 20), today);
  return { wanted: { ...period, inboxId: id('inbox'), folderId: id('folder'), labelId: id('label'), agentId: id('agent') }, today };
}

async function* csvOf(ctx: PageContext, wanted: Wanted, names: Names): AsyncGenerator<string> {
  const { language, t } = ctx;
  const name = (by: 'agent' | 'inbox' | 'folder', id: number): string =>
    id === 0 ? '' : (names[by].find((one) => one.id === id)?.name ?? `#${id}`);
  const headings = ['day', 'agent', 'inbox', 'folder'].map((key) => t(`statistics.by.${key}`));
  const times = ['first', 'answer', 'resolution'] as const;
  const counted = [...COUNTS.map((key) => t(`statistics.csv.${key}`)), ...times.map((key) => t(`statistics.csv.${key}`))];
  yield BYTE_ORDER_MARK + csvRow([...headings, ...counted], language);
  for await (const line of exportLines(ctx.scope, wanted)) {
    const minutes = times.map((key) => (line[key].median === null ? null : Math.round(line[key].median / 6) / 10));
    const places = [name('agent', line.agentId), name('inbox', line.inboxId), name('folder', line.folderId)];
    yield csvRow([line.day, ...places, ...COUNTS.map((key) => line[key]), ...minutes], language);
  }
}

import type { Scope } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { orRedraw } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { InvalidError } from '../lib/errors.ts';
import { type InboxId, parseId } from '../lib/ids.ts';
import { within } from '../lib/within.ts';
import type { DiskState } from '../spool/disk-space.ts';
import { changeLimits } from './change-limits.ts';
import type { DiskMeter } from './disk-use.ts';
import type { QuotaGuard } from './guard.ts';
import { GB, MAX_LIMIT_GB } from './types.ts';
import { readQuotas, readYears } from './usage.ts';
import { diskView, fieldOf, quotaRows } from './view.ts';

export interface QuotaDeps {
  readonly directory: Pick<InboxDirectory, 'all'>;
  readonly guard: Pick<QuotaGuard, 'forget'>;
  readonly disk: () => Promise<DiskState>;
  /** What the database takes up, words for the search and all. Bytes. */
  readonly database: (scope: Scope) => Promise<number>;
  readonly meter: DiskMeter;
}

/** Whoever asks to measure waits so long; then it goes on by itself. */
const PATIENCE_MS = 5000;

/** Settings → Storage: what each inbox takes up, and limits. */
export function quotaRoutes({ directory, guard, disk, database, meter }: QuotaDeps): readonly Route[] {
  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const rows = quotaRows(await readQuotas(ctx.scope), directory.all(), ctx.language);
    const isTyped = Object.keys(errors).length > 0;
    const filled = isTyped ? rows.map((row) => ({ ...row, typed: String(ctx.form[row.field] ?? '') })) : rows;
    const chosen = parseId<'inboxes'>(ctx.query['inbox']);
    const years = await readYears(ctx.scope, chosen);
    const of = rows.find(({ inboxId }) => inboxId !== null && inboxId === chosen)?.name ?? null;
    const shown = {
      rows: filled,
      errors,
      years,
      of,
      disk: await disk(),
      database: await database(ctx.scope),
      use: diskView(await meter.last()),
    };
    ctx.page('quota/show', shown, isTyped ? 422 : 200);
  };
  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await changeLimits(ctx.scope, readLimits(ctx.form, [null, ...directory.all().map(({ id }) => id)]));
        guard.forget();
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/storage');
      },
      (errors) => show(ctx, errors),
    );
  const measure = async (ctx: PageContext): Promise<void> => {
    const measured = meter.measure();
    // Told to whoever waits; whoever does not finds the older figures.
    measured.catch(() => {});
    const use = await within<Awaited<typeof measured> | null>(PATIENCE_MS, measured, () => null);
    ctx.toast(ctx.t(use ? 'quota.use.done' : 'quota.use.under_way'));
    ctx.seeOther('/storage#disk');
  };
  return [
    { method: 'GET', path: '/storage', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/storage', may: 'administrator', handle: save },
    { method: 'POST', path: '/storage/measurement', may: 'administrator', handle: measure },
  ];
}

/** Gigabytes with a comma or a dot, empty = no limit; fields that were not sent change nothing. Raises InvalidError for the fields that are wrong. */
function readLimits(form: Readonly<Record<string, unknown>>, ids: readonly (InboxId | null)[]): ReadonlyMap<InboxId | null, number | null> {
  const limits = new Map<InboxId | null, number | null>();
  const wrong: Record<string, string> = {};
  for (const id of ids) {
    const text = form[fieldOf(id)];
    if (typeof text !== 'string') continue;
    const typed = text.trim().replace(',', '.');
    const gigabytes = Number(typed);
    if (typed === '') limits.set(id, null);
    else if (!/^\d{1,6}(\.\d{1,3})?$/.test(typed) || gigabytes <= 0 || gigabytes > MAX_LIMIT_GB) wrong[fieldOf(id)] = 'quota.wrong';
    else limits.set(id, Math.round(gigabytes * GB));
  }
  if (Object.keys(wrong).length > 0) throw new InvalidError(wrong);
  return limits;
}

import { Readable } from 'node:stream';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile } from '../http/files.ts';
import { orRedraw, queryText } from '../http/params.ts';
import { type InboxRecord, isOpenTo } from '../inboxes/types.ts';
import { listLabels } from '../labels/list.ts';
import { readChainHead } from '../ledger/proof.ts';
import { BYTE_ORDER_MARK, csvRow } from '../lib/csv.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { type InboxId, parseId } from '../lib/ids.ts';
import { trashDays } from '../trash/retention.ts';
import { purgedIn } from './report.ts';
import { COUNTED, previewRules } from './retire.ts';
import { readRules, saveRules } from './rules.ts';
import { MAX_MONTHS, type RetentionRules } from './types.ts';

export interface RetentionRouteDeps {
  readonly inboxes: () => readonly InboxRecord[];
}

const fieldOf = (id: InboxId | null): string => `months_${id ?? 'others'}`;

/** Settings → Retention: how long closed conversations stay, what would go by that, and the proof of what went. */
export function retentionRoutes({ inboxes }: RetentionRouteDeps): readonly Route[] {
  const ofCompany = (): readonly InboxRecord[] => inboxes().filter((one) => isOpenTo(one, null));

  const draw = async (ctx: PageContext, rules: RetentionRules, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const isWrong = Object.keys(errors).length > 0;
    const { counts, first } = await previewRules(ctx.scope, rules, inboxes());
    const nameOf = (id: InboxId): string => inboxes().find((one) => one.id === id)?.name ?? `#${id}`;
    const typed = (field: string, months: number | undefined) => (isWrong ? String(ctx.form[field] ?? '') : (months ?? ''));
    const rows = [
      { field: fieldOf(null), name: null, typed: typed(fieldOf(null), rules.months.get(null)), count: null },
      ...ofCompany().map(({ id, name }) => ({
        ...{ field: fieldOf(id), name, typed: typed(fieldOf(id), rules.months.get(id)) },
        count: counts.find(({ inboxId }) => inboxId === id)?.count ?? null,
      })),
    ];
    const labels = (await listLabels(ctx.scope)).map(({ id, name }) => ({ value: id, text: name }));
    const shown = { rows, errors, labels, exceptLabelId: rules.exceptLabelId, most: COUNTED, trashDays: await trashDays(ctx.scope) };
    const going = {
      first: first.map((one) => ({ ...one, inbox: nameOf(one.inboxId) })),
      all: counts.reduce((sum, { count }) => sum + count, 0),
      isMore: counts.some(({ count }) => count >= COUNTED),
    };
    const year = ctx.scope.now().getUTCFullYear();
    ctx.page(
      'retention/show',
      { ...shown, ...going, isTried: ctx.form['act'] === 'preview', years: [year, year - 1, year - 2] },
      isWrong ? 422 : 200,
    );
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const rules = readTyped(ctx.form, [null, ...ofCompany().map(({ id }) => id)]);
        if (ctx.form['act'] === 'preview') return draw(ctx, rules);
        await saveRules(ctx.scope, rules);
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/retention');
      },
      async (errors) => draw(ctx, await readRules(ctx.scope), errors),
    );

  const report = (ctx: PageContext): void => {
    const year = queryText(ctx, 'year', 4);
    if (!/^20\d\d$/.test(year)) throw new NotFoundError('Report');
    const filename = `${ctx.t('retention.report.file')}-${year}.csv`;
    sendFile(ctx, Readable.from(csvOf(ctx, Number(year), inboxes())), { filename, contentType: 'text/csv' });
  };

  return [
    { method: 'GET', path: '/retention', may: 'administrator', handle: async (ctx) => draw(ctx, await readRules(ctx.scope)) },
    { method: 'POST', path: '/retention', may: 'administrator', handle: save },
    { method: 'GET', path: '/retention/report', may: 'administrator', handle: report },
  ];
}

/** Whole months, empty = for ever. Raises InvalidError for the fields that are wrong. */
function readTyped(form: Readonly<Record<string, unknown>>, ids: readonly (InboxId | null)[]): RetentionRules {
  const months = new Map<InboxId | null, number>();
  const wrong: Record<string, string> = {};
  for (const id of ids) {
    const text = String(form[fieldOf(id)] ?? '').trim();
    if (text === '') continue;
    const number = Number(text);
    if (/^\d{1,3}$/.test(text) && number >= 1 && number <= MAX_MONTHS) months.set(id, number);
    else wrong[fieldOf(id)] = 'retention.wrong';
  }
  if (Object.keys(wrong).length > 0) throw new InvalidError(wrong);
  return { months, exceptLabelId: parseId<'labels'>(String(form['exceptLabelId'] ?? '')) };
}

const COLUMNS = ['purgedAt', 'inbox', 'receivedAt', 'bytes', 'sha256', 'seq', 'hash'] as const;

/** Every original that was deleted, and the end of the ledger's chain that proves it. */
async function* csvOf({ scope, t, language }: PageContext, year: number, inboxes: readonly InboxRecord[]): AsyncGenerator<string> {
  const row = (cells: readonly (string | number | null)[]): string => csvRow(cells, language);
  yield BYTE_ORDER_MARK + row(COLUMNS.map((one) => t(`retention.report.${one}`)));
  for await (const one of purgedIn(scope, year)) {
    const inbox = inboxes.find(({ id }) => id === one.inboxId)?.name ?? `#${one.inboxId}`;
    yield row([one.purgedAt, inbox, one.receivedAt, one.bytes, one.sha256, one.seq, one.hash]);
  }
  const head = await readChainHead(scope);
  yield row([scope.now().toISOString(), t('retention.report.head'), null, null, null, head.seq, head.hash]);
}

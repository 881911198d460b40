import type { Translate } from '../http/context.ts';
import { dayChart, heatOf } from './chart.ts';
import type { Names } from './names.ts';
import { namedPeriod, PERIODS, type Period } from './period.ts';
import { DIMENSIONS, type Dimension, type Figures, type Line, type Report, type Wanted } from './report.ts';

/** What a table says of each agent, and of everything else; agents receive nothing of their own. */
export const COLUMNS = {
  agent: ['reads', 'sent', 'answers', 'onTime', 'first', 'answer', 'answer90', 'closed'],
  other: ['received', 'opened', 'reads', 'sent', 'answers', 'onTime', 'answer', 'answer90', 'resolution', 'closed'],
} as const;
export type Column = (typeof COLUMNS)['agent' | 'other'][number];

/** "1 h 20 min" of working time; a dash for none. */
export function durationText(t: Translate, seconds: number | null): string {
  if (seconds === null) return '–';
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t('statistics.duration.less');
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (h === 0) return t('statistics.duration.minutes', { m });
  return h >= 10 || m === 0 ? t('statistics.duration.hours', { h: Math.round(minutes / 60) }) : t('statistics.duration.both', { h, m });
}

/** Share in whole percent; null = of nothing. */
export const percent = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 100));

export function columnText(t: Translate, column: Column, figures: Figures): string | number {
  switch (column) {
    case 'onTime': {
      const share = percent(figures.onTime, figures.answers);
      return share === null ? '–' : `${share}%`;
    }
    case 'answer90':
      return durationText(t, figures.answer.p90);
    case 'first':
    case 'answer':
    case 'resolution':
      return durationText(t, figures[column].median);
    default:
      return figures[column];
  }
}

function tableOf(t: Translate, by: Dimension | 'day', lines: readonly Line[], nameOf: (of: string) => string | null, isOwn: boolean) {
  const mail: readonly Column[] = ['received', 'opened', 'resolution'];
  const columns = COLUMNS[by === 'agent' ? 'agent' : 'other'].filter((one) => !isOwn || !mail.includes(one));
  return {
    by,
    columns,
    rows: lines.flatMap((line) => {
      const name = nameOf(line.of);
      return name === null ? [] : [{ name, cells: columns.map((column) => columnText(t, column, line)) }];
    }),
  };
}

export interface Shown {
  readonly report: Report;
  readonly wanted: Wanted;
  readonly names: Names;
  readonly targetMinutes: number;
  readonly today: string;
}

/** The page. `isOwn` = only what agents did is shown, since received mail is nobody's in particular. */
export function statisticsView(t: Translate, { report, wanted, names, targetMinutes, today }: Shown) {
  const isOwn = !names.isManager || wanted.agentId !== null;
  const nameIn = (by: Dimension) => (of: string) => names[by].find(({ id }) => String(id) === of)?.name ?? null;
  const byMost = (lines: readonly Line[]) => lines.toSorted((a, b) => b.sent + b.received + b.reads - (a.sent + a.received + a.reads));
  const most = Math.max(0, ...report.hours.flat());
  return {
    isOwn,
    isManager: names.isManager,
    isEmpty: report.day.every(({ received, sent, reads, closed }) => received + sent + reads + closed === 0),
    wanted,
    target: durationText(t, targetMinutes * 60),
    tiles: tilesOf(t, report.totals, isOwn),
    chart: dayChart(report.day),
    days: tableOf(t, 'day', report.day.toReversed(), (of) => of, isOwn),
    tables: DIMENSIONS.map((by) => tableOf(t, by, byMost(report[by]), nameIn(by), isOwn)).filter(({ rows }) => rows.length > 0),
    hours: report.hours.map((row) => row.map((n) => ({ n, heat: heatOf(n, most) }))),
    hasHours: most > 0 && !isOwn,
    periods: PERIODS.map((name) => {
      const period = namedPeriod(name, today);
      return {
        name,
        href: hrefOf('/statistics', { ...wanted, ...period }),
        isCurrent: period.from === wanted.from && period.until === wanted.until,
      };
    }),
    exportHref: hrefOf('/statistics/export', wanted),
    choices: Object.fromEntries(DIMENSIONS.map((by) => [by, names[by].map(({ id, name }) => ({ value: id, text: name }))])),
  };
}

function tilesOf(t: Translate, totals: Figures, isOwn: boolean) {
  const spread = (time: 'first' | 'answer' | 'resolution') => ({
    name: time,
    value: durationText(t, totals[time].median),
    note: t('statistics.tile.p90', { time: durationText(t, totals[time].p90) }),
  });
  const counted = (name: 'received' | 'opened' | 'sent' | 'reads' | 'closed') => ({ name, value: totals[name], note: '' });
  const share = percent(totals.onTime, totals.answers);
  const onTime = { name: 'onTime', value: share === null ? '–' : `${share}%`, note: t('statistics.tile.ofAnswers', { n: totals.answers }) };
  return isOwn
    ? [counted('reads'), counted('sent'), onTime, spread('first'), spread('answer'), counted('closed')]
    : [
        counted('received'),
        counted('opened'),
        counted('sent'),
        counted('closed'),
        onTime,
        spread('first'),
        spread('answer'),
        spread('resolution'),
      ];
}

/** The same figures at another address. */
function hrefOf(path: string, { from, until, inboxId, folderId, labelId, agentId }: Wanted & Period): string {
  const query = new URLSearchParams({ from, until });
  for (const [name, id] of Object.entries({ inbox: inboxId, folder: folderId, label: labelId, agent: agentId }))
    if (id !== null) query.set(name, String(id));
  return `${path}?${query}`;
}

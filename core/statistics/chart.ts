import type { Line } from './report.ts';

/** Of the drawing, in its own units. */
const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 36;
const BOTTOM = 24;
const TOP = 8;
/** Dates below it, at most. */
const DATES = 8;

/** What an SVG needs to show received mail as bars, answers and closed conversations as lines. */
export function dayChart(days: readonly Line[]) {
  const most = niceMost(Math.max(1, ...days.flatMap(({ received, sent, closed }) => [received, sent, closed])));
  const step = (WIDTH - LEFT) / Math.max(1, days.length);
  const y = (n: number): number => round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - n / most));
  const middle = (index: number): number => round(LEFT + step * (index + 0.5));
  const line = (of: 'sent' | 'closed'): string => days.map((day, index) => `${middle(index)},${y(day[of])}`).join(' ');
  const every = Math.ceil(days.length / DATES);
  return {
    width: WIDTH,
    height: HEIGHT,
    left: LEFT,
    bars: days.map((day, index) => ({
      x: round(LEFT + step * (index + 0.15)),
      y: y(day.received),
      width: round(step * 0.7),
      height: round(y(0) - y(day.received)),
    })),
    lines: { sent: line('sent'), closed: line('closed') },
    marks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ y: y(most * share), n: most * share })),
    dates: days.flatMap(({ of }, index) => (index % every === 0 ? [{ x: middle(index), day: of }] : [])),
    base: HEIGHT - 6,
  };
}

/** The next of 4, 8, 20, 40, 80, 200 …, so that every mark on the axis is a whole number. */
function niceMost(n: number): number {
  for (let unit = 1; ; unit *= 10) for (const step of [4, 8, 20]) if (step * unit >= n) return step * unit;
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** How dark a cell of the table of hours is: 0 (nothing) to 5 (the most). */
export const heatOf = (n: number, most: number): number => (n === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((n / most) * 5)));

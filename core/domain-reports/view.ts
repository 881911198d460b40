import { REPORTED_DAYS } from './read.ts';
import type { ReportedDay, ReportedSource } from './types.ts';

/** Of the drawing, in its own units; a bar takes 10 by 60. */
const BAR = { step: 10, width: 8, height: 60 };
const NAMES = 3;

/** A whole per cent that is 100 only when nothing is missing, and 0 only when there is nothing. */
export function percent(part: number, whole: number): number {
  if (whole === 0 || part === 0) return 0;
  return part === whole ? 100 : Math.min(99, Math.max(1, Math.round((part / whole) * 100)));
}

/** The last thirty days as bars, and in words; null when nobody reported anything. */
export function daysView(days: readonly ReportedDay[], now: Date) {
  const messages = days.reduce((sum, day) => sum + day.messages, 0);
  if (messages === 0) return null;
  const passed = days.reduce((sum, day) => sum + day.passed, 0);
  const known = new Map(days.map((day) => [day.day, day]));
  const most = Math.max(...days.map((day) => day.messages));
  const dayAt = (index: number): string => new Date(now.getTime() - (REPORTED_DAYS - 1 - index) * 86_400_000).toISOString().slice(0, 10);
  const bars = Array.from({ length: REPORTED_DAYS }, (_, index) => {
    const day = dayAt(index);
    const { messages: all = 0, passed: good = 0 } = known.get(day) ?? {};
    const scaled = (n: number): number => (n === 0 ? 0 : Math.max(1, Math.round((n / most) * BAR.height)));
    const height = scaled(all);
    const goodHeight = Math.min(height, scaled(good));
    return { x: index * BAR.step, width: BAR.width, height, y: BAR.height - height, goodHeight, goodY: BAR.height - goodHeight };
  });
  return {
    messages,
    failed: messages - passed,
    percent: percent(passed, messages),
    from: dayAt(0),
    to: dayAt(REPORTED_DAYS - 1),
    bars,
    box: `0 0 ${REPORTED_DAYS * BAR.step} ${BAR.height}`,
    rows: days.toReversed().map((day) => ({ ...day, percent: percent(day.passed, day.messages) })),
  };
}

/** A machine in the table. */
export function sourceView(source: ReportedSource) {
  const { messages, organisations, vouchedBy } = source;
  const look = source.passed === messages ? 'ok' : source.passed === 0 ? 'bad' : 'wait';
  return {
    sourceIp: source.sourceIp,
    messages,
    look,
    spf: percent(source.spfPassed, messages),
    dkim: percent(source.dkimPassed, messages),
    quarantined: source.quarantined,
    rejected: source.rejected,
    vouchedBy: vouchedBy.slice(0, NAMES).join(', '),
    organisations: organisations.slice(0, NAMES).join(', '),
    more: Math.max(0, organisations.length - NAMES),
  };
}

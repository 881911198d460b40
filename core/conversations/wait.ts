/** After this long without an answer a waiting time is shown as late. */
const LATE_AFTER_MINUTES = 120;

/** How long somebody has waited: locale key `conversations.wait.<unit>` and its values. */
export interface Wait {
  readonly unit: 'now' | 'minutes' | 'hours' | 'whole_hours' | 'days' | 'whole_days';
  readonly values: { readonly m: number; readonly h: number; readonly d: number };
  readonly late: boolean;
}

export function waitOf(since: Date, now: Date): Wait {
  const total = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 60_000));
  const d = Math.floor(total / 1440);
  const h = Math.floor((total % 1440) / 60);
  const m = total % 60;
  return { unit: unitOf(d, h, m), values: { m, h, d }, late: total >= LATE_AFTER_MINUTES };
}

/** "2 h", not "2 h 0 min". */
function unitOf(d: number, h: number, m: number): Wait['unit'] {
  if (d > 0) return h > 0 ? 'days' : 'whole_days';
  if (h > 0) return m > 0 ? 'hours' : 'whole_hours';
  return m > 0 ? 'minutes' : 'now';
}

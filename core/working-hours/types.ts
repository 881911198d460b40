/** Minutes after midnight; `until` is later than `from`, at most 1440. */
export interface WorkingDay {
  readonly from: number;
  readonly until: number;
}

/** When the company works. One value, read once and passed on. */
export interface WorkingHours {
  /** IANA name. */
  readonly timeZone: string;
  /** Monday first; null = nobody works. */
  readonly days: readonly (WorkingDay | null)[];
  /** Days off: "2026-12-24", or "12-25" for every year. */
  readonly holidays: readonly string[];
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const MAX_HOLIDAYS = 200;

const EIGHT_TO_FIVE: WorkingDay = { from: 8 * 60, until: 17 * 60 };
export const USUAL_DAYS: WorkingHours['days'] = WEEKDAYS.map((_, index) => (index < 5 ? EIGHT_TO_FIVE : null));

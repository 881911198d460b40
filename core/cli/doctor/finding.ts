/** One line of the doctor: what was looked at, what was seen, and what to do when it is not well. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'broken';
  readonly what: string;
  readonly seen: string;
  /** Null when there is nothing to do. */
  readonly advice: string | null;
}

export const well = (what: string, seen: string): Finding => ({ state: 'ok', what, seen, advice: null });
export const worthKnowing = (what: string, seen: string, advice: string | null = null): Finding => ({ state: 'note', what, seen, advice });
export const broken = (what: string, seen: string, advice: string): Finding => ({ state: 'broken', what, seen, advice });

const MARKS = { ok: 'ok    ', note: 'note  ', broken: 'BROKEN' } as const;

export function lineOf({ state, what, seen, advice }: Finding): string {
  return `${MARKS[state]}  ${what}: ${seen}${advice === null ? '' : `\n        → ${advice}`}`;
}

export const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
};

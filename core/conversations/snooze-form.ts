import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { readLocalTime } from '../lib/local-time.ts';
import { readGeneral } from '../settings/general.ts';

const HOURS = 3;
const SNOOZING = z.object({ until: z.string().max(40), untilLocal: z.string().max(40).optional().default('') });

/**
 * Until when, as the menu asks: `answer` (null), `hours`, an instant that a button stands for, or `typed` with a time in the company's zone.
 * Raises invalid.
 */
export async function readSnooze(scope: Scope, form: unknown): Promise<Date | null> {
  const { until, untilLocal } = SNOOZING.parse(form);
  if (until === 'answer') return null;
  if (until === 'hours') return new Date(scope.now().getTime() + HOURS * 3_600_000);
  const at = until === 'typed' ? readLocalTime(untilLocal, (await readGeneral(scope)).timeZone) : new Date(until);
  if (at === null || Number.isNaN(at.getTime())) throw new InvalidError({ snoozedUntil: 'conversations.snooze.moment' });
  return at;
}

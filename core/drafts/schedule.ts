import type { Scope } from '../db/scope.ts';
import { InvalidError } from '../lib/errors.ts';
import { readLocalTime } from '../lib/local-time.ts';
import type { Schedule } from '../messages/held.ts';
import { checkMoment } from '../messages/reschedule.ts';
import { readGeneral } from '../settings/general.ts';

/** What a form said about the moment of sending. */
export interface TypedMoment {
  /** An instant that a button stands for, or empty. */
  readonly sendAt: string;
  /** What was typed in the date-time field, in the company's time zone. */
  readonly sendAtLocal: string;
}

/** The moment, or null when the form names none. A typed time counts whichever button was pressed. Raises invalid: no time, past, or over a year away. */
export async function readMoment(scope: Scope, { sendAt, sendAtLocal }: TypedMoment): Promise<Date | null> {
  if (sendAt === '' && sendAtLocal === '') return null;
  const { timeZone } = await readGeneral(scope);
  const at = sendAt !== '' && sendAt !== 'typed' ? new Date(sendAt) : readLocalTime(sendAtLocal, timeZone);
  if (at === null || Number.isNaN(at.getTime())) throw new InvalidError({ sendAt: 'composer.problem.moment' });
  checkMoment(at, scope.now());
  return at;
}

/** The same with what is to happen when the contact writes first. */
export async function readSchedule(scope: Scope, typed: TypedMoment & { readonly stopsOnAnswer: boolean }): Promise<Schedule | null> {
  const at = await readMoment(scope, typed);
  return at && { at, stopsOnAnswer: typed.stopsOnAnswer };
}

import { z } from 'zod';
import { type Scope, transact } from '../db/scope.ts';
import { readGeneral } from '../settings/general.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { USUAL_DAYS, WEEKDAYS, type WorkingHours } from './types.ts';

const KEY = 'working_hours';
const minute = z.int().min(0).max(1440);
const STORED = z
  .object({
    days: z.array(z.object({ from: minute, until: minute }).nullable()).length(WEEKDAYS.length),
    holidays: z.array(z.string().max(10)),
  })
  .catch({ days: [...USUAL_DAYS], holidays: [] });

/** When the company works: what was set, else Monday to Friday from 8 to 17. */
export async function readWorkingHours(scope: Scope): Promise<WorkingHours> {
  const { timeZone } = await readGeneral(scope);
  const stored = STORED.parse(JSON.parse((await readSetting(scope, KEY)) ?? 'null'));
  return { timeZone, ...stored };
}

/** Sets days and days off; the time zone is that of the company. */
export async function saveWorkingHours(scope: Scope, { days, holidays }: Omit<WorkingHours, 'timeZone'>): Promise<void> {
  await transact(scope, (tx) => writeSetting(tx, KEY, JSON.stringify({ days, holidays })));
}

import type { Scope } from '../db/scope.ts';
import { dayOf } from '../lib/day.ts';
import { readTimeZone } from './general.ts';

/** The calendar day of an instant where the company is: "2026-11-26". */
export type CompanyDay = (at: Date) => string;

/** By the time zone that is set at this moment. */
export async function companyDay(scope: Scope): Promise<CompanyDay> {
  const zone = await readTimeZone(scope);
  return (at) => dayOf(at, zone);
}

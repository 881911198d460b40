import { type Scope, transact } from '../db/scope.ts';
import { deleteReportsBefore } from './store.ts';

const KEPT_DAYS = 365;

/** Forgets reports that came more than a year ago; answers how many. */
export const forgetOldReports = (scope: Scope): Promise<number> =>
  transact(scope, (tx) => deleteReportsBefore(tx, new Date(scope.now().getTime() - KEPT_DAYS * 86_400_000)));

import { type Scope, transact } from '../db/scope.ts';
import { deleteSomeBefore } from './items-store.ts';
import { deleteBefore } from './store.ts';

const KEPT_DAYS = 7;
const ITEMS = 1_000;

/** Forgets bulk actions of more than a week ago, some of their conversations at a time. Answers how many. */
export async function forgetOldBulk(scope: Scope): Promise<number> {
  const before = new Date(scope.now().getTime() - KEPT_DAYS * 24 * 3_600_000);
  while ((await transact(scope, (tx) => deleteSomeBefore(tx, before, ITEMS))) > 0);
  return transact(scope, (tx) => deleteBefore(tx, before));
}

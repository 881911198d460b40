import test from 'ava';
import { CLAIMANTS } from '../../core/db/claimants.ts';
import { isPostgres } from '../../core/db/dialect.ts';
import { transact } from '../../core/db/scope.ts';
import { claimDue } from '../../core/deliveries/due-store.ts';
import { deliveriesOf } from '../../core/deliveries/list.ts';
import { recoverInterrupted } from '../../core/deliveries/recover.ts';
import { withAnswer } from '../support/sending.ts';

test('what a living process is sending is left to it; once it is dead, one of two others calls it unknown', async (t) => {
  const { house, messageId } = await withAnswer(t, ['jan@customer.test']);
  const { scope } = house;
  if (!isPostgres(scope.db)) return t.pass();
  const living = await scope.db.transaction();
  await living.raw('select pg_advisory_xact_lock(?, ?)', [CLAIMANTS, 77]);
  const leaseUntil = new Date(scope.now().getTime() + 900_000);
  t.is((await transact({ ...scope, claimant: 77 }, (tx) => claimDue(tx, leaseUntil))).length, 1);
  t.is(await recoverInterrupted(scope), 0);
  t.is((await deliveriesOf(scope, [messageId]))[0]?.status, 'sending');
  await living.rollback();
  const found = await Promise.all([recoverInterrupted(scope), recoverInterrupted(scope)]);
  t.deepEqual(found.sort(), [0, 1]);
  t.like((await deliveriesOf(scope, [messageId]))[0], { status: 'unknown', reason: 'the process stopped while sending' });
});

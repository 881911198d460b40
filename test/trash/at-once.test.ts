import test from 'ava';
import { isPostgres } from '../../core/db/dialect.ts';
import { transact } from '../../core/db/scope.ts';
import { retryDelivery } from '../../core/deliveries/retry.ts';
import type { DeliveryId } from '../../core/lib/ids.ts';
import { trashConversation } from '../../core/trash/trash.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';
import { until } from '../support/until.ts';

test('an answer that is tried again while its conversation goes into the trash stays there', async (t) => {
  const house = await houseFor(t);
  const { scope, agentScope } = house;
  const { conversationId } = await house.mail({});
  await answer(house, conversationId, ['jan@customer.test']);
  await scope.db('deliveries').update({ status: 'failed', attempts: 1, reason: '550 no', next_attempt_at: null });
  const { id }: { id: DeliveryId } = await scope.db('deliveries').first('id');
  const [going, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const trashing = transact(agentScope, async (tx) => {
    await trashConversation(tx, conversationId);
    going.resolve();
    await gone.promise;
  });
  await going.promise;
  const retrying = t.throwsAsync(retryDelivery(agentScope, id), { code: 'conversation_in_trash' });
  if (isPostgres(scope.db)) {
    const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await until('the second one waits for the first', async () => (await scope.db.raw(waiting)).rows.length > 0);
  }
  gone.resolve();
  await Promise.all([trashing, retrying]);
  t.is((await scope.db('deliveries').first('status')).status, 'failed');
});

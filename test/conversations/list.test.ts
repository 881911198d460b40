import test from 'ava';
import { listConversations } from '../../core/conversations/list.ts';
import { STATUSES } from '../../core/conversations/types.ts';
import { listDeliveries } from '../../core/deliveries/list.ts';
import type { AgentId, ContactId, InboxId } from '../../core/lib/ids.ts';
import { listMessages } from '../../core/messages/list.ts';
import { scopeFor } from '../support/db.ts';

test('an empty house has empty lists under every filter', async (t) => {
  const scope = await scopeFor(t);
  for (const status of [undefined, ...STATUSES])
    for (const sort of ['newest', 'waiting'] as const)
      for (const assigneeId of [undefined, 'unassigned' as const, 1 as AgentId])
        for (const inboxId of [undefined, 1 as InboxId])
          for (const q of [undefined, 'dzień dobry'])
            t.deepEqual(await listConversations(scope, { status, sort, assigneeId, inboxId, q, contactId: 1 as ContactId }), {
              items: [],
              next: null,
            });
  t.deepEqual(await listDeliveries(scope), { items: [], next: null });
  t.deepEqual(await listMessages(scope, 1 as never), { items: [], earlier: null });
});

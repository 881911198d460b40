import test from 'ava';
import { listMessages } from '../../core/messages/list.ts';
import { messageView } from '../../core/messages/view.ts';
import { houseFor } from '../support/house.ts';

test('the head of a mail shows every address; one for machines only is left out where a channel has none for people', async (t) => {
  const { mail, scope } = await houseFor(t);
  const { conversationId } = await mail({
    from: { address: 'window-1', name: 'Jan' },
    to: [
      { address: 'www', name: null },
      { address: '+48600100200', name: null },
    ],
  });
  const { items } = await listMessages(scope, conversationId);
  const [message] = items;
  if (!message) return t.fail();
  const headOf = (hidesAddresses: boolean) => messageView(message, { firstUnread: false, now: new Date(), hidesAddresses });
  t.like(headOf(false), { name: 'Jan', from: 'window-1', to: 'www, +48600100200' });
  t.like(headOf(true), { name: 'Jan', from: '', to: '+48600100200' });
});

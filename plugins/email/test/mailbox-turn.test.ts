import test from 'ava';
import type { OutboundMessage } from '../../../core/plugins/contract.ts';
import { memoryHost } from '../../../test/support/channel-host.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { ACCOUNT_ID, accountAt } from './account.ts';

test('of several processes one reads an account; another that sends from it leaves the copy to be filed', async (t) => {
  let turn = (_: boolean): void => {};
  const host = memoryHost({
    onTurn: (listener) => {
      turn = listener;
      listener(false);
    },
  });
  const { start } = accountAt(t, { port: await freePort(), login: 'biuro@firma.test', password: 'x' }, { host });
  const { accounts, health } = await start();
  t.is(health() ?? null, null);
  const sent = { messageId: 7, externalId: 'a@firma.test', inReplyTo: null, replyToken: 'x' } as unknown as OutboundMessage;
  const results = [{ deliveryId: 1, outcome: { state: 'accepted', reply: '250' } }] as unknown as Parameters<typeof accounts.sent>[2];
  await accounts.sent(ACCOUNT_ID, sent, results);
  t.regex((await host.state.get(`imap filing ${ACCOUNT_ID}`)) ?? '', /"messageId":7/);
  turn(true);
  t.truthy(health());
  turn(false);
  t.is(health() ?? null, null);
});

import test, { type ExecutionContext } from 'ava';
import { closeConversation } from '../../core/conversations/close.ts';
import { listConversations } from '../../core/conversations/list.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import type { Verdict } from '../../core/ingest/verdict.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

const FORGED: Verdict = {
  authentication: {
    origin: 'outside',
    ip: '192.0.2.1',
    helo: null,
    fromDomain: 'customer.test',
    spf: null,
    dkim: [],
    dmarc: { result: 'fail', policy: 'none', domain: 'customer.test' },
    arc: null,
    pretences: ['dmarc'],
  },
  spam: null,
};

/** A conversation whose first mail was honest; further ones answer it. */
async function talk(t: ExecutionContext) {
  const house = await houseFor(t);
  const { conversationId } = await house.mail({ externalId: 'first@customer.test' });
  const next = (verdict: Verdict | undefined, more: Partial<InterpretedMessage> = {}) =>
    house.mail({ references: ['first@customer.test'], ...more }, verdict ? { verdict } : {});
  const isMarked = async () => (await listConversations(house.scope, {})).items[0]?.pretends;
  return { house, conversationId, next, isMarked };
}

test('the mark of a pretended sender comes with his message and stays until it was answered and an honest one came', async (t) => {
  const { house, conversationId, next, isMarked } = await talk(t);
  t.false(await isMarked());
  await next(FORGED);
  t.true(await isMarked());
  await next(undefined);
  t.true(await isMarked(), 'nobody has looked at the forged one yet');
  await answer(house, conversationId, ['jan@customer.test']);
  t.true(await isMarked(), 'an answer proves nothing');
  await next(undefined, { automated: true });
  t.true(await isMarked(), 'nor does a machine');
  await next(undefined);
  t.false(await isMarked());
  await next(FORGED);
  t.true(await isMarked());
});

test('closing a conversation counts as having looked at a pretended sender, and a first message that pretends is marked', async (t) => {
  const { house, conversationId, next, isMarked } = await talk(t);
  await next(FORGED);
  await closeConversation(house.agentScope, conversationId);
  await next(undefined);
  t.false(await isMarked());
  const { conversationId: other } = await house.mail({ from: { address: 'szef@customer.test', name: null } }, { verdict: FORGED });
  t.true((await listConversations(house.scope, {})).items.find(({ id }) => id === other)?.pretends);
});

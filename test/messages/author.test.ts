import test from 'ava';
import { blockSender } from '../../core/blocked-senders/block.ts';
import { findConversation } from '../../core/conversations/list.ts';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import { UNJUDGED } from '../../core/ingest/verdict.ts';
import { listMessages } from '../../core/messages/list.ts';
import { blockedJudge } from '../../core/spam/blocked-judge.ts';
import { splitConversation } from '../../core/transfers/split.ts';
import { houseFor, mailFrom } from '../support/house.ts';

const named = (address: string, name: string | null = null) => ({ address, name });
const form = (name: string, ...answerTo: readonly string[]): Partial<InterpretedMessage> => ({
  from: named('wordpress@company.test', name),
  replyTo: answerTo.map((one) => named(one)),
  subject: 'Formularz',
});

test('who wrote by a form of our website is its contact, not the program that sent it', async (t) => {
  const { scope, mail } = await houseFor(t);
  const talk = async (message: Partial<InterpretedMessage>) => {
    const { conversationId } = await mail(message);
    const conversation = await findConversation(scope, conversationId);
    const contact = await scope
      .db('contacts')
      .where({ id: conversation?.contactId ?? 0 })
      .first('name');
    const [message_] = (await listMessages(scope, conversationId)).items;
    return { contact: conversation?.contactAddress, name: contact?.name, from: message_?.from.address };
  };
  t.deepEqual(await talk(form('Anna Nowak', 'anna@klient.test')), {
    contact: 'anna@klient.test',
    name: '',
    from: 'wordpress@company.test',
  });
  t.deepEqual(await talk(form('Robert Lis', 'robert@lis.test')), { contact: 'robert@lis.test', name: '', from: 'wordpress@company.test' });
  // A group of ours that rewrites whom a mail is from, because his domain asks for it (DMARC).
  const group = {
    from: named('help@company.test', '„Ewa Kot” via Help'),
    replyTo: [named('ewa@kot.test', 'Ewa Kot'), named('help@company.test')],
  };
  t.deepEqual(await talk(group), { contact: 'ewa@kot.test', name: 'Ewa Kot', from: 'help@company.test' });
});

test('a Reply-To makes nobody else of a person, of several, of a newsletter or of a stranger’s program', async (t) => {
  const { scope, mail } = await houseFor(t);
  const contact = async (message: Partial<InterpretedMessage>) =>
    (await findConversation(scope, (await mail(message)).conversationId))?.contactAddress;
  t.is(await contact({ from: named('jan@klient.test'), replyTo: [named('inny@klient.test')] }), 'jan@klient.test');
  t.is(await contact({ from: named('kolega@company.test'), replyTo: [named('klient@klient.test')] }), 'kolega@company.test');
  t.is(await contact({ from: named('wordpress@sklep.test'), replyTo: [named('klient@klient.test')] }), 'wordpress@sklep.test');
  t.is(await contact(form('Anna', 'a@klient.test', 'b@klient.test')), 'wordpress@company.test');
  t.is(await contact(form('Anna')), 'wordpress@company.test');
  t.is(await contact(form('Anna', 'help@company.test')), 'wordpress@company.test');
  t.is(await contact({ ...form('Anna', 'a@klient.test'), automated: true, machine: 'bulk' }), 'wordpress@company.test');
});

test('a part of such a conversation is with the same person, and who is blocked is blocked by the form too', async (t) => {
  const { scope, agentScope, endpoints, mail, keep } = await houseFor(t);
  const { conversationId } = await mail({ ...form('Anna Nowak', 'anna@klient.test'), externalId: 'a@form' });
  t.is((await mail({ from: named('anna@klient.test'), references: ['a@form'] })).conversationId, conversationId);
  const [first] = (await listMessages(scope, conversationId)).items;
  const { conversationId: apart } = await splitConversation(agentScope, endpoints, first?.id as never, 'one');
  t.is((await findConversation(scope, apart))?.contactAddress, 'anna@klient.test');

  await blockSender(agentScope, 'anna@klient.test');
  const judge = blockedJudge(scope);
  const judged = async (message: Partial<InterpretedMessage>) => {
    const subject = { record: await keep(), items: [mailFrom('wordpress@company.test', message)] };
    return (await judge.judge(subject, UNJUDGED, new AbortController().signal)).spam?.symbols[0]?.name;
  };
  t.is(await judged(form('Anna Nowak', 'anna@klient.test')), 'BLOCKED_SENDER');
  t.is(await judged(form('Robert Lis', 'robert@lis.test')), undefined);
});

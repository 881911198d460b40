import test from 'ava';
import { acknowledgingHouse } from '../../support/acknowledging.ts';

test('ten thousand forged requests make us send a hundred mails at most, and none of them carries the forger’s words', async (t) => {
  const { scope, inboxId, answer, sent, pass, arrive } = await acknowledgingHouse(t);
  const template = await arrive('first@x.test', { subject: 'BUY NOW http://evil.test', text: 'Cheap pills' });
  const row = await scope.db('conversations').where({ id: template.conversationId }).first();
  const message = await scope.db('messages').where({ conversation_id: template.conversationId }).orderBy('id').first();
  const victims = Array.from({ length: 10_000 }, (_, n) => n);
  for (let from = 0; from < victims.length; from += 100) {
    const batch = victims.slice(from, from + 100);
    const made = await scope
      .db('conversations')
      .insert(
        batch.map((n) => ({ ...row, id: undefined, status: 'open', inbox_id: inboxId, last_message_id: null, reply_token: `token${n}` })),
      )
      .returning('id');
    await scope.db('messages').insert(
      made.map(({ id }, n) => ({
        ...{ ...message, id: undefined, conversation_id: id, raw_inbound_id: null, external_id: null, external_id_hash: null },
        from_address: `victim${from + n}@x.test`,
        from_name: 'WIN 1000 EUR at evil.test',
      })),
    );
  }
  const ids: number[] = await scope.db('conversations').whereNot({ id: template.conversationId }).orderBy('id').pluck('id');
  t.is(ids.length, 10_000);
  for (const [n, id] of ids.entries()) {
    if (n % 6 === 0) pass(1);
    await answer(id as typeof template.conversationId);
  }
  const mails = await sent();
  t.true(mails.length >= 90 && mails.length <= 100, String(mails.length));
  for (const { subject, text } of mails) t.notRegex(subject + text, /evil|pills|BUY|WIN/);
});

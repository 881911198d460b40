import test from 'ava';
import type { InterpretedMessage } from '../../core/ingest/types.ts';
import { acknowledgingHouse } from '../support/acknowledging.ts';

type Answer = (round: number, ours: { readonly id: string; readonly subject: string }) => Partial<InterpretedMessage>;

/** Other machines that answer each of our mails at once, as they are known to (reliability D6). */
const PEERS: Readonly<Record<string, { readonly address: string; readonly answer: Answer }>> = {
  'that says what it is': {
    address: 'desk@peer.test',
    answer: (_, { id, subject }) => ({ references: [id], subject: `Re: ${subject}`, automated: true, machine: 'auto-reply' }),
  },
  'that hides what it is': { address: 'desk@peer.test', answer: (_, { id, subject }) => ({ references: [id], subject: `Re: ${subject}` }) },
  'that starts anew each time': { address: 'desk@peer.test', answer: (round) => ({ subject: `[Ticket ${round}] Thank you` }) },
  'with an address of ours': { address: 'sales@company.test', answer: (round) => ({ subject: `Ticket ${round}` }) },
};

for (const [kind, { address, answer }] of Object.entries(PEERS))
  test(`a loop with a machine ${kind} ends after one confirmation at most`, async (t) => {
    const { arrive, addInbox, switchOn, sent, pass } = await acknowledgingHouse(t);
    await switchOn(await addInbox('sales@company.test'));
    let answered = 0;
    let mails = 0;
    await arrive(address, { subject: 'Hello' });
    for (let round = 1; round <= 30; round += 1) {
      const ours = await sent();
      if (ours.length === answered) break;
      answered = ours.length;
      const last = ours.at(-1);
      mails += 2;
      pass(1);
      await arrive(address, answer(round, { id: last.external_id, subject: last.subject }));
    }
    t.true((await sent()).length <= 1);
    t.true(mails <= 5, String(mails));
  });

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

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

import { text } from 'node:stream/consumers';
import type { Interpret } from '../../core/plugins/contract.ts';

/** First line = sender, second = subject, the rest = text. "crash" as text throws. */
const interpret: Interpret = async (input) => {
  const [from = '', subject = '', ...lines] = (await text(input.open())).split('\n');
  if (lines[0] === 'crash') throw new Error('this one cannot be read');
  return [
    {
      kind: 'message',
      externalId: null,
      from: { address: from, name: null },
      to: [{ address: input.inbox.address, name: null }],
      cc: [],
      replyTo: [],
      subject,
      text: lines.join('\n'),
      html: null,
      attachments: [],
      references: [],
      replyTokens: [],
      sentAt: null,
      automated: false,
    },
  ];
};

export default interpret;

import type { Interpret } from '../../../core/plugins/contract.ts';
import { LINE } from './line.ts';

/** Throws for what is not a line: core then shows it among the unreadable things, with its original. */
const interpret: Interpret = async (input) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.open()) chunks.push(chunk);
  const line = LINE.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  return [
    {
      kind: 'message',
      externalId: line.id,
      from: { address: line.from, name: line.name },
      to: [{ address: input.inbox.address, name: null }],
      cc: [],
      replyTo: [],
      subject: null,
      text: line.text,
      html: null,
      attachments: [],
      // The lines before it in his window say where it goes on.
      references: line.before,
      replyTokens: [],
      sentAt: null,
      automated: false,
    },
  ];
};

export default interpret;

import { z } from 'zod';
import { storable } from '../../../core/lib/text.ts';
import type { Interpret } from '../../../core/plugins/contract.ts';

const text = (max: number) => z.string().max(max).transform(storable);

/** What a file of `in/` holds: {"id":"7","from":"anna","name":"Anna","text":"Hello"}. */
const MESSAGE = z.object({
  id: text(200),
  from: text(200),
  name: text(200).nullable().default(null),
  text: text(100_000),
  answers: text(200).optional(),
});

/** Throws for what is not such a file: core then shows it among the unreadable things, with its original. */
const interpret: Interpret = async (input) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.open()) chunks.push(chunk);
  const message = MESSAGE.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  return [
    {
      kind: 'message',
      externalId: message.id,
      from: { address: message.from, name: message.name },
      to: [{ address: input.inbox.address, name: null }],
      cc: [],
      replyTo: [],
      subject: null,
      text: message.text,
      html: null,
      attachments: [],
      references: message.answers === undefined ? [] : [message.answers],
      replyTokens: [],
      sentAt: null,
      automated: false,
    },
  ];
};

export default interpret;

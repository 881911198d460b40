import type { WriteScope } from '../db/scope.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { MessageId } from '../lib/ids.ts';
import { insertWords } from './store.ts';
import { wordsOf } from './words.ts';

/** Makes a new message findable, in the transaction that writes it. Call once for each message. */
export async function indexMessage(
  tx: WriteScope,
  message: { readonly id: MessageId; readonly subject: string | null; readonly from: NamedAddress; readonly text: string },
): Promise<void> {
  const words = wordsOf([message.subject ?? '', message.from.name ?? '', message.from.address, message.text].join('\n'));
  if (words.length > 0) await insertWords(tx, message.id, words);
}

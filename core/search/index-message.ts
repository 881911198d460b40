import type { WriteScope } from '../db/scope.ts';
import { indexedOf } from '../file-texts/fold.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { MessageId } from '../lib/ids.ts';
import { insertWords } from './store.ts';
import { ATTACHED, markedWords } from './terms.ts';
import { wordsOf } from './words.ts';

/** What of a message can be found. */
export interface Findable {
  readonly subject: string | null;
  readonly from: NamedAddress;
  /** Everybody it was written to. */
  readonly to: readonly NamedAddress[];
  readonly text: string;
  /** Its words, when they are known: one space between. */
  readonly words?: string | undefined;
  /** A file is attached, not only a picture shown in the text. */
  readonly hasAttachment: boolean;
  /** Folded words of its files, as far as they were read. */
  readonly files: readonly string[];
}

/** Makes a new message findable, in the transaction that writes it. Call once for each message. */
export async function indexMessage(tx: WriteScope, message: Findable & { readonly id: MessageId }): Promise<void> {
  const words = indexedWords(message);
  if (words.length > 0) await insertWords(tx, message.id, words);
}

/** The words of a message as they stand in the index: plain ones, and those of its fields marked. */
export function indexedWords({ subject, from, to, text, words, hasAttachment, files }: Findable): readonly string[] {
  const [title, sender] = [subject ?? '', named(from)];
  const all = [
    ...new Set([
      ...wordsOf(`${title}\n${sender}`),
      ...(words === undefined ? wordsOf(text) : words.split(' ').filter((word) => word !== '')),
    ]),
    ...markedWords('from', sender),
    ...markedWords('to', to.map(named).join('\n')),
    ...markedWords('subject', title),
  ];
  if (hasAttachment) all.push(ATTACHED);
  return files.length === 0 ? all : [...new Set([...all, ...indexedOf(files)])];
}

const named = ({ name, address }: NamedAddress): string => `${name ?? ''} ${address}`;

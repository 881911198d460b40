import type { NamedAddress } from '../lib/email-address.ts';
import { ATTACHED, markedWords } from './terms.ts';
import { wordsOf } from './words.ts';

/** What of a message can be found, its files excepted. */
export interface Findable {
  readonly subject: string | null;
  readonly from: NamedAddress;
  /** Everybody it was written to. */
  readonly to: readonly NamedAddress[];
  readonly text: string;
  /** A file is attached, not only a picture shown in the text. */
  readonly hasAttachment: boolean;
}

/** The words of a message as they stand in the index, one space between: those of its fields marked, and plain ones; what matters most first, since the end may not fit. */
export function indexedWords({ subject, from, to, text, hasAttachment }: Findable): string {
  const [title, sender] = [subject ?? '', named(from)];
  const plain = new Set([...wordsOf(`${title}\n${sender}`), ...wordsOf(text)]);
  const marked = [...markedWords('from', sender), ...markedWords('subject', title), ...(hasAttachment ? [ATTACHED] : [])];
  return [...marked, ...plain, ...markedWords('to', to.map(named).join('\n'))].join(' ');
}

const named = ({ name, address }: NamedAddress): string => `${name ?? ''} ${address}`;

import type { StoredAttachment } from '../ingest/types.ts';
import { InvalidError } from '../lib/errors.ts';
import { htmlToText } from '../lib/html-to-text.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { sanitiseFragment } from '../lib/sanitise-html.ts';
import { storable } from '../lib/text.ts';
import { textToHtml } from '../lib/text-to-html.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import type { MessageLimits } from './size.ts';

/** What a person wrote. With HTML the text is made from it; without, the HTML from the text. */
export interface Written {
  readonly text: string;
  /** As the editor or the caller gave it; sanitised here. */
  readonly html: string | null;
  /** The caller wrote a text of his own beside the HTML: it stays, unless it is empty. */
  readonly keepsText?: boolean | undefined;
  readonly attachments: readonly StoredAttachment[];
  /** What of other messages goes along below. */
  readonly carried?: Carried | undefined;
  /** What a message may hold; absent = what its channel takes. */
  readonly limits?: MessageLimits | undefined;
}

export interface Carried {
  readonly texts: readonly (string | null)[];
  readonly files: readonly StoredAttachment[];
}

export interface Body {
  readonly text: string;
  readonly html: SafeHtml | null;
}

/** Both forms of a body, saying the same; no HTML where the channel carries none. Raises invalid when there is nothing in it, or too much. */
export function bodyOf(written: Written, traits: Pick<ChannelTraits, 'body' | 'maxBodyChars' | 'maxAttachmentBytes'>): Body {
  const html = written.html === null ? null : sanitiseFragment(storable(written.html));
  const given = storable(written.text);
  const isKept = html === null || (written.keepsText === true && given.trim() !== '');
  const text = (isKept ? given : htmlToText(html)).replaceAll('\r\n', '\n').trim();
  const isEmpty = text === '' && !(html !== null && /<img\b/i.test(html));
  const files = [...written.attachments, ...(written.carried?.files ?? [])];
  if (isEmpty && files.length === 0 && !written.carried) throw new InvalidError({ text: 'messages.problems.empty' });
  if (traits.maxBodyChars !== null && text.length > traits.maxBodyChars) throw new InvalidError({ text: 'messages.problems.long' });
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > 0 && (traits.maxAttachmentBytes === null || bytes > traits.maxAttachmentBytes))
    throw new InvalidError({ attachments: 'messages.problems.attachments' });
  if (traits.body === 'text') return { text, html: null };
  return { text, html: html ?? textToHtml(text) };
}

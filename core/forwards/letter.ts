import { containedHtml } from '../lib/contained-html.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { escapeHtml, textToHtml } from '../lib/text-to-html.ts';
import type { Attachment, Message } from '../messages/types.ts';
import { type HeadOf, headOf, markOf, type Written } from './head.ts';

/** What of a message is seen by who it is forwarded to. */
export type Forwarded = HeadOf & Pick<Message, 'text' | 'html' | 'attachments'>;

/** Our text with the forwarded messages below, each as it was written. */
export const forwardText = (text: string, messages: readonly Forwarded[], written: Written): string =>
  [text, ...messages.map((one) => `${markOf(written)}\n${headOf(one, written).join('\n')}\n\n${one.text.trimEnd()}`)]
    .filter((part) => part !== '')
    .join('\n\n');

/** The same for HTML; none of the messages reaches what stands beside it. A picture that stands in a message is shown when `files`, which go along, hold it; else it is left out. */
export function forwardHtml(html: SafeHtml, messages: readonly Forwarded[], files: readonly Attachment[], written: Written): SafeHtml {
  const parts = messages.map((one, at) => {
    const head = headOf(one, written).map(escapeHtml).join('<br>');
    return `<hr>\n<p>${head}</p>\n<div>${one.html === null ? textToHtml(one.text) : containedHtml(withPictures(one, files), `${at + 1}`)}</div>`;
  });
  return [html, ...parts].filter((part) => part !== '').join('\n') as SafeHtml;
}

/** A channel finds a picture by the name of its file. */
function withPictures({ html, attachments }: Forwarded, files: readonly Attachment[]): SafeHtml {
  return (html ?? '').replace(/<img\b[^>]*? src="cid:([^"]*)"[^>]*>/gi, (whole, id: string) => {
    const named = [id, safeDecode(id)];
    const picture = attachments.find(({ contentId }) => contentId !== null && named.includes(contentId));
    const file = picture && files.find(({ sha256 }) => sha256 === picture.sha256);
    return file ? whole.replace(`cid:${id}`, () => `cid:${encodeURIComponent(file.filename.toWellFormed())}`) : '';
  }) as SafeHtml;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

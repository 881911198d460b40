import { dateOf, named, type Written } from '../forwards/head.ts';
import { containedHtml } from '../lib/contained-html.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { escapeHtml, textToHtml } from '../lib/text-to-html.ts';
import type { Message } from '../messages/types.ts';

type Quoted = Pick<Message, 'from' | 'createdAt' | 'text' | 'html'>;

const MAX_CHARS = 100_000;

/** Who wrote the quoted message and when, as common mail programs say it: readers, our own too, know by it what to fold. */
function attribution({ from, createdAt }: Quoted, written: Written): string {
  const [date, who] = [dateOf(createdAt, written), named(from)];
  return written.defaultLanguage === 'pl' ? `W dniu ${date}, ${who} pisze:` : `On ${date}, ${who} wrote:`;
}

/** The text with the quoted message below, each of its lines behind "> " (RFC 3676 §4.5 leaves no space before a deeper mark). */
export function quoteText(text: string, quoted: Quoted, written: Written): string {
  const lines = quoted.text.slice(0, MAX_CHARS).trimEnd().split('\n');
  return `${text}\n\n${attribution(quoted, written)}\n${lines.map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd())).join('\n')}`;
}

/** Pictures of the quoted message itself do not go along: left out they break no frame, and name no file of ours. */
const withoutOwnPictures = (html: SafeHtml): SafeHtml => html.replace(/<img\b[^>]*? src="cid:[^"]*"[^>]*>/gi, '') as SafeHtml;

/** The same for HTML: the quoted message, sanitised when it was stored, in a blockquote that it does not get out of. */
export function quoteHtml(html: SafeHtml, quoted: Quoted, written: Written): SafeHtml {
  const inner =
    quoted.html !== null && quoted.html.length <= MAX_CHARS * 4
      ? containedHtml(withoutOwnPictures(quoted.html), '0')
      : textToHtml(quoted.text.slice(0, MAX_CHARS));
  return `${html}\n<p>${escapeHtml(attribution(quoted, written))}</p>\n<blockquote type="cite">${inner}</blockquote>` as SafeHtml;
}

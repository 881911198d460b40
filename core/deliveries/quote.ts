import type { SafeHtml } from '../lib/safe-html.ts';
import { escapeHtml, textToHtml } from '../lib/text-to-html.ts';
import type { Message } from '../messages/types.ts';

type Quoted = Pick<Message, 'from' | 'createdAt' | 'text' | 'html'>;

const MAX_CHARS = 100_000;

/** Who wrote the quoted message and when, in no language: "Jan <jan@x.test>, 2026-11-24:". */
function attribution({ from, createdAt }: Quoted): string {
  const date = createdAt.toISOString().slice(0, 10);
  return from.name ? `${from.name} <${from.address}>, ${date}:` : `${from.address}, ${date}:`;
}

/** The text with the quoted message below, each of its lines behind "> " (RFC 3676 §4.5 leaves no space before a deeper mark). */
export function quoteText(text: string, quoted: Quoted): string {
  const lines = quoted.text.slice(0, MAX_CHARS).trimEnd().split('\n');
  return `${text}\n\n${attribution(quoted)}\n${lines.map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd())).join('\n')}`;
}

/** The same for HTML: the quoted message, sanitised when it was stored, in a blockquote. */
export function quoteHtml(html: SafeHtml, quoted: Quoted): SafeHtml {
  const inner = quoted.html !== null && quoted.html.length <= MAX_CHARS * 4 ? quoted.html : textToHtml(quoted.text.slice(0, MAX_CHARS));
  return `${html}\n<p>${escapeHtml(attribution(quoted))}</p>\n<blockquote type="cite">${inner}</blockquote>` as SafeHtml;
}

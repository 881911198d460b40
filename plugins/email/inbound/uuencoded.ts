import { typeByContent } from '../../../core/lib/file-type.ts';
import type { InboundAttachment } from '../../../core/plugins/contract.ts';
import type { Body } from './body.ts';
import { decodeTransfer } from './transfer.ts';

const MAX_FILES = 100;
const MAX_LINE_CHARS = 90;
const BEGIN = /^begin [0-7]{3,4} (\S.*)$/gm;
const LETTERS = /^[ -`]*$/;

/**
 * The body without the files that stand uuencoded in its plain text, as Outlook and devices write them; they follow its attachments. What is not whole
 * from `begin` to `end` stays text, and so does everything of a message that has HTML.
 */
export function withoutUuencoded(body: Body): Body {
  const { text, html, attachments } = body;
  if (text === null || html !== null || !text.includes('\nend')) return body;
  const files: InboundAttachment[] = [];
  let words = '';
  let position = 0;
  for (const match of text.matchAll(BEGIN)) {
    const end = files.length < MAX_FILES ? endOf(text, match.index + match[0].length + 1) : -1;
    if (end === -1) continue;
    files.push(fileOf(match[1] ?? '', text.slice(match.index, end)));
    words = joined(words, text.slice(position, match.index));
    position = end;
  }
  return files.length === 0 ? body : { text: joined(words, text.slice(position)), html, attachments: [...attachments, ...files] };
}

/** Where the line `end` ends that closes the data which begin at `start`; -1 when anything else stands between, or no data. */
function endOf(text: string, start: number): number {
  for (let at = start; at < text.length; ) {
    const lf = text.indexOf('\n', at);
    const end = lf === -1 ? text.length : lf;
    if (end - at > MAX_LINE_CHARS) return -1;
    const line = text.slice(at, end).trimEnd();
    if (line === 'end') return at === start ? -1 : end;
    if (!isData(line)) return -1;
    at = end + 1;
  }
  return -1;
}

/** Its first letter says how many bytes it holds, three in four letters; some programs leave the last ones out, others add one to check it by. */
function isData(line: string): boolean {
  const bytes = line === '' ? 0 : (line.charCodeAt(0) - 0x20) & 63;
  const spare = line.length - 1 - Math.ceil(bytes / 3) * 4;
  return LETTERS.test(line) && (bytes === 0 || (spare >= -2 && spare <= 2));
}

function fileOf(name: string, block: string): InboundAttachment {
  const content = decodeTransfer(Buffer.from(block, 'latin1'), 'uuencode');
  return {
    filename: name.trim().slice(0, 255).toWellFormed(),
    contentType: typeByContent(content, ''),
    contentId: null,
    inline: false,
    content,
  };
}

/** What stood around a file, with one empty line in its place. */
function joined(before: string, after: string): string {
  const next = after.replace(/^\n+/, '');
  if (before === '' || next.trim() === '') return before === '' ? next : before;
  return `${before.trimEnd()}\n\n${next}`;
}

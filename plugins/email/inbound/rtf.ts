import { storable } from '../../../core/lib/text.ts';
import { decodeText } from './charset.ts';

/** The words of an RTF body: HTML when it was made from HTML ([MS-OXRTFEX]), else plain text. */
export interface RtfBody {
  readonly text: string | null;
  readonly html: string | null;
}

const MAX_DEPTH = 500;
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|[^\\{}\r\n]+|\\/gi;
/** Groups whose words are not the reader's. */
const UNSEEN =
  /^(?:fonttbl|colortbl|stylesheet|info|pict|object|header|footer|themedata|colorschememapping|datastore|listtable|listoverridetable|generator|mhtmltag|rsidtbl|fldinst)$/;
const BREAKS: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  row: '\n',
  tab: '\t',
  cell: '\t',
  emdash: '—',
  endash: '–',
  bullet: '•',
};
const QUOTES: Readonly<Record<string, string>> = { lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”' };

interface Group {
  readonly isUnseen: boolean;
  readonly isHtmlTag: boolean;
  /** Between `\htmlrtf` and `\htmlrtf0`: what is only for readers of RTF. */
  readonly isRtfOnly: boolean;
  /** Characters that follow a `\u` for readers that do not know it. */
  readonly skip: number;
}

/** Reads RTF in one pass; never throws. */
export function readRtf(bytes: Buffer): RtfBody {
  const source = bytes.toString('latin1');
  const isHtml = /\\fromhtml1\b/.test(source.slice(0, 2000));
  const codePage = `windows-${/\\ansicpg(\d{3,5})/.exec(source.slice(0, 2000))?.[1] ?? '1250'}`;
  const out: string[] = [];
  const groups: Group[] = [];
  let group: Group = { isUnseen: false, isHtmlTag: false, isRtfOnly: false, skip: 1 };
  let pending: number[] = [];
  let toSkip = 0;
  const flush = (): void => {
    if (pending.length > 0) out.push(decodeText(Buffer.from(pending), codePage));
    pending = [];
  };
  const isSeen = (): boolean => !group.isUnseen && !(isHtml && group.isRtfOnly);
  const write = (text: string): void => {
    flush();
    if (isSeen()) out.push(text);
  };
  for (const [token, word, digits, hex, symbol, brace] of source.matchAll(TOKEN)) {
    if (brace === '{') {
      if (groups.length < MAX_DEPTH) groups.push(group);
    } else if (brace === '}') {
      flush();
      group = groups.pop() ?? group;
    } else if (hex !== undefined) {
      if (toSkip > 0) toSkip -= 1;
      else if (isSeen()) pending.push(Number.parseInt(hex, 16));
    } else if (symbol !== undefined) {
      if (symbol === '*') group = { ...group, isUnseen: true };
      else if (symbol === '~') write('\u00a0');
      else if (/[\\{}]/.test(symbol)) write(symbol);
    } else if (word !== undefined) {
      const value = digits === undefined ? null : Number(digits);
      if (word === 'u' && value !== null) {
        write(String.fromCharCode(value < 0 ? value + 65_536 : value));
        toSkip = group.skip;
      } else if (word === 'uc') group = { ...group, skip: Math.min(Math.max(value ?? 1, 0), 10) };
      else if (word === 'htmltag') group = { ...group, isUnseen: false, isHtmlTag: true };
      else if (word === 'htmlrtf') group = { ...group, isRtfOnly: value !== 0 };
      else if (UNSEEN.test(word)) group = { ...group, isUnseen: true };
      else write(isHtml && !group.isHtmlTag && word === 'par' ? '\n' : (BREAKS[word] ?? QUOTES[word] ?? ''));
    } else if (/^[^\r\n\\]/.test(token)) {
      const text = token.slice(Math.min(toSkip, token.length));
      toSkip = Math.max(0, toSkip - token.length);
      if (isSeen()) for (const char of text) pending.push(char.charCodeAt(0) & 255);
    }
  }
  flush();
  const words = storable(out.join('')).trim();
  if (words === '') return { text: null, html: null };
  return isHtml ? { text: null, html: words } : { text: words.replace(/\n{3,}/g, '\n\n'), html: null };
}

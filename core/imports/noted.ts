import type { Reason } from './types.ts';

/** What a mail program noted of a message before it was exported. */
export interface Noted {
  readonly leftOut?: Reason;
  readonly isSent?: true;
}

const HEAD_BYTES = 16 * 1024;
/** `Expunged` of Thunderbird's flags: deleted from its folder, which has not been made smaller since. */
const EXPUNGED = 8;

/** In the head of a message of an mbox, before the fields of its sender: Thunderbird's flags, or the labels that Google Takeout writes below its own number. */
export function notedIn(body: Buffer, isOfThunderbird: boolean): Noted {
  const head = body.toString('latin1', 0, HEAD_BYTES).replace(/\r?\n\r?\n[\s\S]*/, '\n');
  if (isOfThunderbird) {
    const flags = /^X-Mozilla-Status: ([0-9a-f]{4})/im.exec(head)?.[1] ?? '0';
    return Number.parseInt(flags, 16) & EXPUNGED ? { leftOut: 'deleted' } : {};
  }
  const labels = /^X-GM-THRID: \d+\r?\nX-Gmail-Labels: (.*(?:\r?\n[ \t].*)*)/i.exec(head)?.[1];
  return labels === undefined ? {} : labelled(readLabels(labels));
}

/** In the language of the account. */
const LABELS: readonly (readonly [Noted, readonly string[]])[] = [
  [{ leftOut: 'deleted' }, ['Trash', 'Bin', 'Kosz']],
  [{ leftOut: 'spam' }, ['Spam']],
  [{ leftOut: 'draft' }, ['Drafts', 'Draft', 'Wersje robocze', 'Wersja robocza']],
  [{ isSent: true }, ['Sent', 'Wysłane']],
];

const labelled = (labels: readonly string[]): Noted => LABELS.find(([, names]) => names.some((name) => labels.includes(name)))?.[0] ?? {};

/** A line of CSV, as encoded words (RFC 2047) where it has letters beyond ASCII. */
function readLabels(field: string): readonly string[] {
  const line = field
    .replace(/\r?\n[ \t]+/g, ' ')
    .replace(/\?= =\?UTF-8\?Q\?/gi, '')
    .replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (word: string, text: string) => decodeWord(text) ?? word);
  return line.split(',').map((label) => label.trim().replace(/^"(.*)"$/, '$1'));
}

function decodeWord(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('%', '%25').replaceAll('=', '%').replaceAll('_', ' '));
  } catch {
    return null;
  }
}

const folder = (names: string): RegExp => new RegExp(`(?:^|[./])(?:${names})(?:\\.mbox|\\.sbd)?$`, 'iu');

/** As mail programs call them, also in the coding of Maildir and IMAP (RFC 3501 §5.1.3). */
const FOLDERS: readonly (readonly [Noted, RegExp])[] = [
  [{ isSent: true }, folder('sent(?:[ _-]?(?:items|mail|messages))?|(?:elementy )?wys(?:ł|&AUI-)ane|gesendet\\w*')],
  [{ leftOut: 'deleted' }, folder('trash|deleted(?:[ _-]?(?:items|messages))?|kosz|(?:elementy )?usuni(?:ę|&ARk-)te|papierkorb')],
  [{ leftOut: 'spam' }, folder('junk(?:[ _-]?e?-?mail)?|spam|bulk mail|wiadomo(?:ś|&AVs-)ci-(?:ś|&AVs-)mieci|niechciane')],
  [{ leftOut: 'draft' }, folder('drafts?|templates|unsent messages|szkice|(?:wersje|kopie) robocze|entw(?:ü|&APw-)rfe')],
];

/** By the name of the folder it lies in. */
export const notedByFolder = (name: string): Noted => FOLDERS.find(([, names]) => names.test(name))?.[0] ?? {};

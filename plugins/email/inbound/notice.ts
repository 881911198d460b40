import { decodeText } from './charset.ts';
import type { MimePart } from './mime.ts';

const READ_BYTES = 65_536;
/** Two blanks in front of an address, four in front of what is said of it. */
const PARAGRAPH = /^ {2}(\S.*)\n((?: {4}.*(?:\n|$))+)/gm;
const GENERATED = /^\(generated from (\S+)\)\s*/;

/** What the words for people say of one address. */
export interface Paragraph {
  readonly address: string;
  /** Whom the mail was for, where it went on from there to the address. */
  readonly generatedFrom: string | null;
  readonly words: string;
}

/** Exim gives the reason of what it decided itself (no such user, a quota, too many failures of the domain) in no field, but in these words alone. */
export function paragraphsIn(root: MimePart): readonly Paragraph[] {
  const notice = root.children.find(({ contentType }) => contentType === 'text/plain');
  if (!notice) return [];
  const text = decodeText(notice.content().subarray(0, READ_BYTES), notice.params.get('charset') ?? null).replace(/\r\n?/g, '\n');
  return Array.from(text.matchAll(PARAGRAPH), ([, address = '', said = '']) => {
    const line = said.replace(/\s+/g, ' ').trim();
    const words = fromOctal(line.replace(GENERATED, '').replace(/^Delay reason: /, ''));
    return { address: address.trim(), generatedFrom: GENERATED.exec(line)?.[1] ?? null, words };
  });
}

/** `\305\274` is how Exim prints a letter beyond ASCII. */
const fromOctal = (text: string): string =>
  text.replace(/(?:\\[23][0-7]{2})+/g, (escapes) =>
    decodeText(
      Buffer.from(
        escapes
          .slice(1)
          .split('\\')
          .map((digits) => Number.parseInt(digits, 8)),
      ),
      null,
    ),
  );

import { isIP } from 'node:net';

/** A mechanism of an SPF record (RFC 7208 §5): `target` may hold macros. */
export interface SpfTerm {
  readonly sign: string;
  readonly mechanism: string;
  readonly target: string | undefined;
  readonly bits4: number | undefined;
  readonly bits6: number | undefined;
}

export interface SpfTerms {
  readonly mechanisms: readonly SpfTerm[];
  readonly redirect: string | undefined;
}

const TERM = /^([+\-~?])?(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^\s/]+))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/i;
const MODIFIER = /^([a-z][a-z0-9._-]*)=(\S*)$/i;
const MACRO = /%\{([slodiphcrtv])(\d{0,3})(r?)([.\-+,/_=]*)\}|%%|%_|%-/gi;
/** Ends in a label as the root has them, or in a macro: nobody's name is `localhost` or `mail` (§7.1). */
const NAME_END = /(?:\.(?=[^.]*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?|\})$/i;

/** Reads a record as a receiver does: a mistake anywhere in it makes all of it void (§4.6), told by null. */
export function readTerms(record: string): SpfTerms | null {
  const mechanisms: SpfTerm[] = [];
  const modifiers = new Map<string, string>();
  for (const text of record.trim().split(/\s+/).slice(1)) {
    const [, name = '', value = ''] = MODIFIER.exec(text) ?? [];
    const key = name.toLowerCase();
    if (key === '') {
      const term = readMechanism(text);
      if (term === null) return null;
      mechanisms.push(term);
    } else if (key === 'redirect' || key === 'exp') {
      if (modifiers.has(key) || !isName(value)) return null;
      modifiers.set(key, value);
    }
  }
  return { mechanisms, redirect: modifiers.get('redirect') };
}

function readMechanism(text: string): SpfTerm | null {
  const match = TERM.exec(text);
  if (!match) return null;
  const [, sign = '+', name = '', target, bits4, bits6] = match;
  const term = { sign, mechanism: name.toLowerCase(), target, bits4: numberOf(bits4), bits6: numberOf(bits6) };
  return isRight(term) ? term : null;
}

const numberOf = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits));

function isRight({ mechanism, target, bits4, bits6 }: SpfTerm): boolean {
  const isPlain = bits4 === undefined && bits6 === undefined;
  switch (mechanism) {
    case 'all':
      return target === undefined && isPlain;
    case 'include':
    case 'exists':
      return isName(target ?? '') && isPlain;
    case 'ptr':
      return (target === undefined || isName(target)) && isPlain;
    case 'ip4':
      return isIP(target ?? '') === 4 && (bits4 ?? 0) <= 32 && bits6 === undefined;
    case 'ip6':
      return isIP(target ?? '') === 6 && (bits4 ?? 0) <= 128 && bits6 === undefined;
    default:
      return (target === undefined || isName(target)) && (bits4 ?? 0) <= 32 && (bits6 ?? 0) <= 128;
  }
}

/** Whether it can stand behind `a:` or `include:`. */
export const isName = (text: string): boolean => NAME_END.test(text) && !text.replace(MACRO, '').includes('%');

/** What macros stand for (§7.2). */
export interface MacroValues {
  readonly address: string;
  /** The domain that the mail is from. */
  readonly sender: string;
  /** The one whose record is read. */
  readonly domain: string;
  readonly helo: string;
}

/** A name with its macros replaced (§7.3). */
export const expand = (text: string, values: MacroValues): string =>
  text.replace(MACRO, (whole, letter: string | undefined, digits: string, reversed: string, delimiters: string) => {
    if (letter === undefined) return whole === '%%' ? '%' : whole === '%_' ? ' ' : '%20';
    const parts = macro(letter.toLowerCase(), values).split(delimiters === '' ? '.' : new RegExp(`[${RegExp.escape(delimiters)}]`));
    if (reversed !== '') parts.reverse();
    return (Number(digits) > 0 ? parts.slice(-Number(digits)) : parts).join('.');
  });

function macro(letter: string, { address, sender, domain, helo }: MacroValues): string {
  switch (letter) {
    case 's':
      return `postmaster@${sender}`;
    case 'l':
      return 'postmaster';
    case 'o':
      return sender;
    case 'd':
      return domain;
    case 'i':
    case 'c':
      return isIP(address) === 6 ? nibbles(address) : address;
    case 'v':
      return isIP(address) === 6 ? 'ip6' : 'in-addr';
    case 'h':
      return helo;
    default:
      return 'unknown';
  }
}

/** An IPv6 address as `2.0.0.1.0.d.b.8…`. */
function nibbles(address: string): string {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => text.split(':').filter(Boolean);
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...[...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join('')].join('.');
}

import { readTerms } from './spf-terms.ts';

const ALL = /^([+\-~?]?)all$/i;
const REDIRECT = /^redirect=/i;
/** Mildest first. A door that is open to everybody is shut. */
const ENDS = ['?', '~', '-'] as const;

/**
 * One record in place of several (RFC 7208 §4.5), whatever their order: it lets in whoever one of them lets in, and ends as the mildest of them
 * does. Null where joining changes what they say: one holds a mistake, turns somebody away before its end, or explains itself.
 */
export function mergedSpf(records: readonly string[]): string | null {
  // A name server tells them in another order each time.
  const parts = records.toSorted().map(readPart);
  if (parts.includes(null)) return null;
  const terms = parts.flatMap((part) => part?.terms ?? []);
  const once = terms.filter((term, at) => terms.findIndex((other) => other.toLowerCase() === term.toLowerCase()) === at);
  const end = ENDS.find((sign) => parts.some((part) => part?.end === sign)) ?? '~';
  return ['v=spf1', ...once, `${end}all`].join(' ');
}

/** What one of them lets in, and how it ends. What stands behind its `all` nobody reads. */
function readPart(record: string): { readonly terms: readonly string[]; readonly end: string } | null {
  if (readTerms(record) === null) return null;
  const [, ...written] = record.trim().split(/\s+/);
  const at = written.findIndex((term) => ALL.test(term));
  const redirect = at === -1 ? written.filter((term) => REDIRECT.test(term)) : [];
  const terms = (at === -1 ? written : written.slice(0, at)).filter((term) => !REDIRECT.test(term)).map((term) => term.replace(/^\+/, ''));
  if (written.some((term) => /^[a-z][a-z0-9._-]*=/i.test(term) && !REDIRECT.test(term)) || terms.some((term) => /^[-~?]/.test(term)))
    return null;
  const sign = ALL.exec(written[at] ?? '')?.[1] ?? '~';
  return {
    terms: [...terms, ...redirect.map((term) => term.replace(REDIRECT, 'include:'))],
    end: sign === '' || sign === '+' ? '~' : sign,
  };
}

import { type NamedAddress, parseEmailAddress } from '../lib/email-address.ts';

/** Addresses that a person typed, and what of it is no address. */
export interface TypedRecipients {
  readonly addresses: readonly NamedAddress[];
  readonly wrong: readonly string[];
}

/** Reads "Anna <a@b.pl>, c@d.pl; e@f.pl": commas, semicolons and new lines separate, doubles count once. */
export function readRecipients(text: string): TypedRecipients {
  const addresses = new Map<string, NamedAddress>();
  const wrong: string[] = [];
  for (const part of splitOutsideQuotes(text)) {
    const [, quoted, angled] = /^(.*?)<([^<>]*)>$/s.exec(part) ?? [];
    const address = parseEmailAddress(angled ?? part);
    const name =
      quoted
        ?.trim()
        .replace(/^"(.*)"$/s, '$1')
        .trim() || null;
    if (address === null) wrong.push(part.slice(0, 80));
    else if (!addresses.has(address)) addresses.set(address, { address, name });
  }
  return { addresses: [...addresses.values()], wrong };
}

const splitOutsideQuotes = (text: string): readonly string[] =>
  (text.match(/(?:"[^"]*"|[^",;\n])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Ends of paragraphs, cells and lines part words; other tags may stand inside one: `<w:t>Fak</w:t></w:r><w:r><w:t>tura</w:t>`. */
const PARTING =
  /<(?:\/(?:w:p|a:p|si|c|text:p|text:h|row|p|div|td|th|li|tr|h[1-6]|title)|(?:w:tab|w:br|br|text:tab|text:s|text:line-break|hr)\b[^<>]*)>/gi;

/** What stands between the tags of XML or HTML. Nothing is resolved but the entities that both have. */
export function textOfMarkup(markup: string): string {
  return markup
    .replace(/<(script|style)\b[^<>]*>[^<]*(?:<(?!\/\1)[^<]*)*<\/\1\s*>/gi, ' ')
    .replace(PARTING, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
      if (name) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : ' ';
    });
}

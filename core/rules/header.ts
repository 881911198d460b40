/** So much of the beginning of a mail is looked at for its header. */
export const HEADER_BYTES = 65_536;
const MAX_VALUE = 2_000;

/** The fields of a mail's header as they stand there, unfolded (RFC 5322 §2.2.3), in lower case; encoded words stay encoded. */
export function readHeaders(bytes: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const text = Buffer.from(bytes.subarray(0, HEADER_BYTES)).toString('latin1').replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const lines = (end < 0 ? text : text.slice(0, end)).replace(/\n[ \t]+/g, ' ').split('\n');
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    const values = found.get(name) ?? [];
    values.push(
      Buffer.from(line.slice(colon + 1).trim(), 'latin1')
        .toString('utf8')
        .slice(0, MAX_VALUE)
        .toLowerCase(),
    );
    found.set(name, values);
  }
  return found;
}

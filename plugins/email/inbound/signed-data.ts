/** A piece of BER (X.690 §8): its tag and what it holds, and where the next one begins. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly next: number;
}

const MAX_DEPTH = 12;
const SEQUENCE = 0x30;
const OCTETS = 0x04;
const OCTETS_IN_PIECES = 0x24;
const LONG_TAG = 0x1f;
const UNTIL_ZEROS = 0x80;
/** 1.2.840.113549.1.7.2 (RFC 5652 §5.1). */
const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex');

/** What a CMS signature holds that has its content within, as a mail's part in smime.p7m (RFC 8551 §3.5.2); null when it is none or damaged. Nobody looks at the signature. */
export function signedContent(bytes: Buffer): Buffer | null {
  const [type, wrapped] = childrenOf(elementAt(bytes, 0, 0));
  if (!type?.content.equals(SIGNED_DATA)) return null;
  const [signedData] = childrenOf(wrapped);
  const encapsulated = childrenOf(signedData).find(({ tag }) => tag === SEQUENCE);
  const [, explicit] = childrenOf(encapsulated);
  const [octets] = childrenOf(explicit);
  return octets ? octetsOf(octets, 0) : null;
}

/** One string, or one in pieces as programs write that do not know the length beforehand. */
function octetsOf({ tag, content }: Element, depth: number): Buffer | null {
  if (tag === OCTETS) return content;
  if (tag !== OCTETS_IN_PIECES || depth > MAX_DEPTH) return null;
  const pieces = childrenIn(content).map((piece) => octetsOf(piece, depth + 1));
  return pieces.every((piece) => piece !== null) ? Buffer.concat(pieces) : null;
}

const childrenOf = (element: Element | null | undefined): readonly Element[] => (element ? childrenIn(element.content) : []);

function childrenIn(content: Buffer): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at < content.length; ) {
    const element = elementAt(content, at, 0);
    if (!element) break;
    found.push(element);
    at = element.next;
  }
  return found;
}

function elementAt(bytes: Buffer, at: number, depth: number): Element | null {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & LONG_TAG) === LONG_TAG || depth > MAX_DEPTH) return null;
  if (first === UNTIL_ZEROS) return untilZeros(bytes, tag, at + 2, depth);
  const size = first < UNTIL_ZEROS ? 0 : first - UNTIL_ZEROS;
  const start = at + 2 + size;
  if (size > 4 || start > bytes.length) return null;
  const end = start + (size === 0 ? first : bytes.readUIntBE(at + 2, size));
  return end > bytes.length ? null : { tag, content: bytes.subarray(start, end), next: end };
}

function untilZeros(bytes: Buffer, tag: number, start: number, depth: number): Element | null {
  let end = start;
  while (bytes[end] !== 0 || bytes[end + 1] !== 0) {
    const inner = elementAt(bytes, end, depth + 1);
    if (!inner) return null;
    end = inner.next;
  }
  return { tag, content: bytes.subarray(start, end), next: end + 2 };
}

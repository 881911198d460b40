import { Constructed, fromBER, ObjectIdentifier, OctetString, Sequence } from 'asn1js';

/** RFC 5652 §5.1. */
const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** The content may be in pieces as small as a line; deeper than a signature is damage. */
const LIMITS = { maxDepth: 16, maxNodes: 200_000, parseEmbedded: false, copyInput: false };

/** What a CMS signature holds that has its content within, as a mail's part in smime.p7m (RFC 8551 §3.5.2); null when it is none or damaged. Nobody looks at the signature. */
export function signedContent(bytes: Buffer): Buffer | null {
  const { offset, result } = fromBER(bytes, { ...LIMITS, maxContentLength: bytes.length });
  const [type, wrapped] = offset === -1 ? [] : within(result);
  if (!(type instanceof ObjectIdentifier) || type.getValue() !== SIGNED_DATA) return null;
  const [signedData] = within(wrapped);
  const [, explicit] = within(within(signedData).find((one) => one instanceof Sequence));
  const [content] = within(explicit);
  return content instanceof OctetString ? Buffer.from(content.getValue()) : null;
}

const within = (one: unknown): readonly unknown[] => (one instanceof Constructed ? one.valueBlock.value : []);

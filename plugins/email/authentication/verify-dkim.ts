import { createPublicKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { domainToASCII } from 'node:url';
import type { DKIMVerifyOptions, DKIMVerifyResult, DNSResolver } from 'mailauth';
import { keepNewest } from '../../../core/lib/keep-newest.ts';

type Options = Pick<DKIMVerifyOptions, 'sender'> & { readonly resolver: DNSResolver };

/** What `getPublicKey` of the library answers; the key as text, or one that need not be read again. */
interface PublicKey {
  readonly publicKey: string | KeyObject;
}
/** Where a verifier of the library takes keys from: `createKeyCache` in its lib/tools.js. */
interface Keys {
  readonly resolver: DNSResolver;
  get(type: string, name: string, minBitLength?: number, options?: { strict?: boolean; hashAlgo?: string }): Promise<PublicKey>;
}
type PublicKeyOf = (type: string, name: string, minBitLength?: number, resolver?: DNSResolver, options?: object) => Promise<PublicKey>;
export type Verified = Required<Pick<DKIMVerifyResult, 'results' | 'headerFrom' | 'fromFields' | 'arc'>>;
interface Verifier extends Verified {
  readonly arc: Verified['arc'] & { keyCache?: Keys };
  keyCache: Keys;
  emitHeaders(header: Buffer): Promise<void>;
  nextChunk(body: Buffer): Promise<void>;
  finish(): Promise<void>;
}

const load = createRequire(import.meta.url);
const { DkimVerifier }: { DkimVerifier: new (options: Options & { rejectRsaSha1: true }) => Verifier } =
  load('mailauth/lib/dkim/dkim-verifier');
const { getPublicKey }: { getPublicKey: PublicKeyOf } = load('mailauth/lib/tools');

const MAX_KEYS = 500;
/** Nobody publishes a longer record but to fill the memory of others. */
const MAX_RECORD_CHARS = 8192;
const known = new Map<string, Promise<PublicKey>>();

/** With CRLF line ends; the header with the empty line behind it. */
export interface Message {
  readonly header: Buffer;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * The library's `dkimVerify` without its stream, which looks at each byte for the end of the header and for bare line ends that are not
 * there, and with keys remembered: it reads that of a domain anew for each mail. A key is known by its record; the DNS is asked as before.
 */
export async function verifyDkim({ header, body }: Message, options: Options): Promise<Verified> {
  const verifier = new DkimVerifier({ ...options, rejectRsaSha1: true });
  verifier.keyCache = keysBy(options.resolver);
  verifier.arc.keyCache = verifier.keyCache;
  await verifier.emitHeaders(header);
  for await (const piece of body) await verifier.nextChunk(piece);
  await verifier.finish();
  return verifier;
}

const keysBy = (resolver: DNSResolver): Keys => ({
  resolver,
  get: (type, name, minBitLength, options) => {
    const asked = resolver(domainToASCII(name) || name, 'TXT').then((records) => {
      const question = JSON.stringify([type, minBitLength, options, records]);
      const key = known.get(question) ?? read(getPublicKey(type, name, minBitLength, async () => records, options));
      if (question.length <= MAX_RECORD_CHARS) keepNewest(known, question, key, MAX_KEYS);
      return key;
    });
    // The library asks for some before it needs them.
    asked.catch(() => {});
    return asked;
  },
});

async function read(asked: Promise<PublicKey>): Promise<PublicKey> {
  const found = await asked;
  return { ...found, publicKey: createPublicKey(found.publicKey) };
}

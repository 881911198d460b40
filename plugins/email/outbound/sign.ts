import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '../../../core/lib/errors.ts';
import type { SigningKey } from '../../../core/plugins/contract.ts';

/** The same bytes each time it is called. */
export type OpenMail = () => AsyncIterable<Uint8Array>;

/**
 * The mail with a DKIM signature (RFC 6376, relaxed/relaxed) for each key in front. It is made twice, once to be hashed and once to be
 * sent, so that nothing is held in memory; if it came out differently the second time it breaks off before its end.
 */
export async function* signed(open: OpenMail, domain: string, keys: readonly SigningKey[], signTime: Date): AsyncGenerator<Uint8Array> {
  const first = createHash('sha256');
  const { dkimSign } = await import('mailauth/lib/dkim/sign.js');
  const signatureData = keys.map(({ selector, privateKey }) => ({ signingDomain: domain, selector, privateKey }));
  const [one] = signatureData;
  if (!one) return yield* open();
  const { signatures, errors } = await dkimSign(Readable.from(hashed(open(), first), { objectMode: false }), {
    ...one,
    canonicalization: 'relaxed/relaxed',
    signTime,
    signatureData,
  });
  const [wrong] = errors ?? [];
  if (wrong) throw new AppError('settings', 500, `The DKIM key ${wrong.selector} of ${domain} cannot sign`, { cause: wrong.err });
  yield Buffer.from(signatures);
  const second = createHash('sha256');
  for await (const chunk of withoutLast(hashed(open(), second), () => {
    if (!first.digest().equals(second.digest())) throw new Error('The mail differed from what was signed');
  }))
    yield chunk;
}

async function* hashed(source: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Holds the last chunk back until `check` has passed, so that a mail that fails it is never whole. */
async function* withoutLast(source: AsyncIterable<Uint8Array>, check: () => void): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | null = null;
  for await (const chunk of source) {
    if (held) yield held;
    held = chunk;
  }
  check();
  if (held) yield held;
}

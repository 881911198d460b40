import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { type Scope, transact } from '../db/scope.ts';
import { ConflictError } from '../lib/errors.ts';
import type { Keyring } from '../lib/secrets.ts';
import { allSigningKeys, insertSigningKey, selectorsOf, sendingDomainId, type UsedSelectors } from './store.ts';
import type { SigningKeyId } from './types.ts';

/** What binds a private key's ciphertext to its place. */
export const KEY_PURPOSE = 'signing-key';
/** RFC 8301 §3.2 asks for at least 2048; a longer one does not fit into many DNS panels. */
const MODULUS_BITS = 2048;

const makePair = promisify(generateKeyPair);

/** Makes a key whose private half never leaves this installation. Raises key_waiting while an earlier one has not begun to sign. */
export async function makeSigningKey(scope: Scope, keyring: Keyring, domain: string): Promise<SigningKeyId> {
  await refuseSecond(scope, domain);
  const pair = await makePair('rsa', {
    modulusLength: MODULUS_BITS,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return transact(scope, async (tx) => {
    await refuseSecond(tx, domain);
    const domainId = await sendingDomainId(tx, domain);
    const id = await insertSigningKey(tx, domainId, {
      selector: freeSelector(await selectorsOf(tx, domainId), tx.now()),
      publicKey: pair.publicKey.toString('base64'),
      privateKey: keyring.encrypt(KEY_PURPOSE, pair.privateKey),
    });
    tx.emit({ type: 'sending_domain.changed', data: { sendingDomainId: domainId, name: domain } });
    return id;
  });
}

async function refuseSecond(scope: Scope, domain: string): Promise<void> {
  const waits = (await allSigningKeys(scope)).some((key) => key.domain === domain && (key.state === 'making' || key.state === 'published'));
  if (waits) throw new ConflictError('key_waiting', 'There is already a new key for this domain', 'Use that key or remove it first.');
}

/** `c20261126`, with a number behind it for another key of the same day: a name is never used for two keys, also when the first was removed. */
function freeSelector({ last, taken }: UsedSelectors, now: Date): string {
  const base = `c${now.toISOString().slice(0, 10).replaceAll('-', '')}`;
  const [day, count = '1'] = last?.split('-') ?? [];
  for (let number = day === base ? Number(count) + 1 : 1; ; number += 1) {
    const selector = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(selector)) return selector;
  }
}

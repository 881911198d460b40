import type { Client } from 'acme-client';
import { writeFileWhole } from '../lib/write-whole.ts';
import type { Challenges } from './challenges.ts';

export interface Wanted {
  /** Of the provider's directory (RFC 8555 §7.1.1). */
  readonly directoryUrl: string;
  /** The DNS name that the certificate is for. */
  readonly name: string;
  /** Whom the provider tells of trouble; null = nobody. */
  readonly email: string | null;
  /** PEM of the account's key. */
  readonly accountKey: string;
  /** Where key and chain go, one PEM file that is put in place whole. */
  readonly file: string;
}

/** A new private key of an account, PEM. */
export async function newAccountKey(): Promise<string> {
  const { crypto } = await import('acme-client');
  return (await crypto.createPrivateEcdsaKey()).toString();
}

/** Gets a certificate for the name, which has to answer on its port 80 with what is in `challenges`. Throws what the provider said. */
export async function obtain(
  { directoryUrl, name, email, accountKey, file }: Wanted,
  challenges: Pick<Challenges, 'show' | 'hide'>,
): Promise<void> {
  // Loaded only here: it brings megabytes that a normal start does not need.
  const acme = await import('acme-client');
  const { crypto } = acme;
  const client = new acme.Client({ directoryUrl, accountKey });
  await logIn(client, email);
  // RSA, because some old mail servers know nothing else and would fall back to no TLS at all.
  const [key, csr] = await crypto.createCsr({ altNames: [name] }, await crypto.createPrivateRsaKey(2048));
  const chain = await client.auto({
    csr,
    challengePriority: ['http-01'],
    // From inside, the public name may lead nowhere; the provider looks from outside.
    skipChallengeVerification: true,
    challengeCreateFn: async (_authorization, { token }, answer) => challenges.show(token, answer),
    challengeRemoveFn: async (_authorization, { token }, answer) => challenges.hide(token, answer),
  });
  await writeFileWhole(file, `${chain.trim()}\n${key.toString().trim()}\n`);
}

/** Makes the account, or finds that of the key; of one that is there the library then asks a change of nothing, which some providers refuse. */
async function logIn(client: Client, email: string | null): Promise<void> {
  try {
    await client.createAccount({ termsOfServiceAgreed: true, ...(email === null ? {} : { contact: [`mailto:${email}`] }) });
  } catch (error) {
    if (!isKnown(client)) throw error;
  }
}

function isKnown(client: Client): boolean {
  try {
    return client.getAccountUrl() !== '';
  } catch {
    return false;
  }
}

import type { Scope } from '../db/scope.ts';
import { transact } from '../db/scope.ts';
import { obtainedFile, readPair } from '../lib/certificate.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { storedChallenges } from './challenges.ts';
import { newAccountKey, obtain } from './obtain.ts';

const ACCOUNT = 'acme.account';
const PURPOSE = 'acme-account';
const DAY_MS = 86_400_000;
const RENEW_BEFORE_DAYS = 30;
/** Providers count failures: a name that was refused is asked about again only later. */
const AGAIN_MS = 6 * 3_600_000;

export interface Renewing {
  readonly scope: Scope;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly directoryUrl: string;
  readonly email: string | null;
  readonly name: string;
  readonly folder: string;
}

export interface Renewal {
  /** What to answer a provider that asks for this token; null = nothing of ours. */
  readonly answer: (token: string) => Promise<string | null>;
  /** Gets or renews the certificate where that is due. True when there is a new one. */
  readonly look: () => Promise<boolean>;
  /** Why the last attempt failed, or null. */
  readonly problem: () => string | null;
}

/** Keeps a certificate of a provider: obtained once, renewed thirty days before its end, tried again six hours after a failure. */
export function createRenewal({ scope, keyring, log, directoryUrl, email, name, folder }: Renewing): Renewal {
  const challenges = storedChallenges(scope);
  const file = obtainedFile(folder);
  let problem: string | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;

  const isDue = async (): Promise<boolean> => {
    const now = scope.now().getTime();
    if (now - failedAt < AGAIN_MS) return false;
    const known = await readPair(file, false);
    return known === null || known.expiresAt.getTime() - now < RENEW_BEFORE_DAYS * DAY_MS || !known.names.includes(name);
  };

  const attempt = async (): Promise<boolean> => {
    if (!(await isDue())) return false;
    try {
      await obtain({ directoryUrl, name, email, accountKey: await accountKey(scope, keyring), file }, challenges);
      problem = null;
      failedAt = Number.NEGATIVE_INFINITY;
      log.info('acme_obtained', { name });
      return true;
    } catch (error) {
      failedAt = scope.now().getTime();
      problem = errorFacts(error).error;
      log.error('acme_failed', { name, ...errorFacts(error) });
      return false;
    }
  };
  // The start and the clock look both, and an order may take minutes.
  let under: Promise<boolean> | null = null;
  const look = (): Promise<boolean> => {
    under ??= attempt().finally(() => {
      under = null;
    });
    return under;
  };
  return { answer: challenges.answer, look, problem: () => problem };
}

/** The key of our account at the provider, sealed where it is kept. */
async function accountKey(scope: Scope, keyring: Keyring): Promise<string> {
  const known = await readSetting(scope, ACCOUNT);
  if (known) return keyring.decrypt(PURPOSE, known);
  const made = await newAccountKey();
  await transact(scope, (tx) => writeSetting(tx, ACCOUNT, keyring.encrypt(PURPOSE, made)));
  return made;
}

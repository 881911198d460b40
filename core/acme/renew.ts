import type { Scope } from '../db/scope.ts';
import { transact } from '../db/scope.ts';
import { obtainedFile, readPair } from '../lib/certificate.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { storedChallenges } from './challenges.ts';
import { isTooSoon, noteFailure, readFailures } from './failures.ts';
import { newAccountKey, obtain } from './obtain.ts';

const ACCOUNT = 'acme.account';
const PURPOSE = 'acme-account';
const DAY_MS = 86_400_000;
const RENEW_BEFORE_DAYS = 30;

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
  /** Gets or renews the certificate where that is due. True when there is a new one. `isStart`: somebody may just have mended why it failed. */
  readonly look: (isStart?: boolean) => Promise<boolean>;
  /** Why the last attempt failed, here or in the process that had the clock before, or null. */
  readonly problem: () => string | null;
}

/** Keeps a certificate of a provider: obtained once, renewed thirty days before its end, tried again six hours after a failure. */
export function createRenewal({ scope, keyring, log, directoryUrl, email, name, folder }: Renewing): Renewal {
  const challenges = storedChallenges(scope);
  const file = obtainedFile(folder);
  let problem: string | null = null;

  const isDue = async (): Promise<boolean> => {
    const known = await readPair(file, false);
    return known === null || known.expiresAt.getTime() - scope.now().getTime() < RENEW_BEFORE_DAYS * DAY_MS || !known.names.includes(name);
  };

  const attempt = async (isStart: boolean): Promise<boolean> => {
    if (!(await isDue())) return false;
    const failures = await readFailures(scope, name);
    problem = failures?.problem ?? null;
    if (failures !== null && isTooSoon(failures, scope.now(), isStart)) return false;
    try {
      await obtain({ directoryUrl, name, email, accountKey: await accountKey(scope, keyring), file }, challenges);
      problem = null;
      await noteFailure(scope, name, null);
      log.info('acme_obtained', { name });
      return true;
    } catch (error) {
      problem = errorFacts(error).error;
      log.error('acme_failed', { name, ...errorFacts(error) });
      await noteFailure(scope, name, problem);
      return false;
    }
  };
  // The start and the clock look both, and an order may take minutes.
  let under: Promise<boolean> | null = null;
  const look = (isStart = false): Promise<boolean> => {
    under ??= attempt(isStart).finally(() => {
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

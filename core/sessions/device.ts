import type { PageContext } from '../http/context.ts';
import { equalSecrets, type Keyring, randomToken } from '../lib/secrets.ts';

const COOKIE = 'device';
const LIFE_SECONDS = 365 * 86_400;

interface Jar {
  get(ctx: PageContext, name: string): string | null;
  set(ctx: PageContext, name: string, value: string, maxAgeSeconds: number | null): void;
}

/** Remembers in which browsers the owner of an account logged in, so that a stranger's guessing does not slow him down there (OWASP "device cookies"). */
export interface Devices {
  /** A name of this browser when the account was entered from it before, or null. */
  known(ctx: PageContext, account: string): string | null;
  remember(ctx: PageContext, account: string): void;
}

export function createDevices(keyring: Keyring, jar: Jar): Devices {
  const sign = (account: string, nonce: string): string => keyring.sign('device', `${nonce} ${account}`);
  return {
    known: (ctx, account) => {
      const [nonce, signature] = (jar.get(ctx, COOKIE) ?? '').split('.');
      return nonce && signature && equalSecrets(signature, sign(account, nonce)) ? nonce : null;
    },
    remember: (ctx, account) => {
      const nonce = randomToken();
      jar.set(ctx, COOKIE, `${nonce}.${sign(account, nonce)}`, LIFE_SECONDS);
    },
  };
}

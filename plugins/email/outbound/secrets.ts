import type { Relay } from './relay.ts';

/** A server may repeat what it was told. */
export function withoutSecrets(text: string, { user, password }: Relay): string {
  let clean = text;
  for (const secret of [password, user]) {
    if (!secret) continue;
    for (const form of [secret, encodeURIComponent(secret), base64(secret), base64(`\0${user}\0${password}`)])
      clean = clean.replaceAll(form, '…');
  }
  return clean;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

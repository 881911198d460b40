import type { SmtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import type { App } from './app.ts';
import { ADMIN } from './app.ts';
import { DOVECOT_PASSWORD, type Dovecot } from './dovecot.ts';
import { type HttpClient, loggedInClient } from './http-client.ts';
import { until } from './until.ts';

/** The administrator, logged in. */
export const administratorOf = ({ base }: Pick<App, 'base'>): Promise<HttpClient> => loggedInClient(base, ADMIN);

/** What a person types of an account at these servers. */
export const accountForm = (
  { dovecot, peer }: { readonly dovecot: Pick<Dovecot, 'tlsPort'>; readonly peer: Pick<SmtpPeer, 'port'> },
  address: string,
  change: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  ...{ address, login: address, password: DOVECOT_PASSWORD, isWhole: 'yes' },
  ...{ imapHost: '127.0.0.1', imapPort: String(dovecot.tlsPort), imapSecurity: 'tls' },
  ...{ smtpHost: '127.0.0.1', smtpPort: String(peer.port), smtpSecurity: 'starttls', smtpAuth: 'on' },
  ...change,
});

/** Step 2: answers where the account is tried. */
export async function tryMailbox(person: HttpClient, form: Record<string, string>, base = '/mailboxes'): Promise<string> {
  await person.get(`${base}/new/email/other`);
  const { location, text } = await person.post(`${base}/new/email/other`, form);
  if (location === null) throw new Error(text);
  return location;
}

/** The page of a trial as somebody without JavaScript sees it when it is over. */
export async function whenTried(admin: HttpClient, path: string): Promise<string> {
  let text = '';
  await until('the trial is over', async () => {
    ({ text } = await admin.get(path));
    return !text.includes('hx-trigger="every 1s"');
  });
  return text;
}

/** Step 4: answers where the inbox is. */
export async function choosePlaces(
  admin: HttpClient,
  path: string,
  places: readonly string[],
  more: Record<string, string>,
): Promise<string> {
  const form = [['_csrf', admin.csrf()], ...places.map((place) => ['places', place]), ...Object.entries(more)] as [string, string][];
  const { location, text } = await admin.send('POST', `${path}/places`, new URLSearchParams(form));
  if (location === null) throw new Error(text);
  return location;
}

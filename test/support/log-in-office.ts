import type { ExecutionContext } from 'ava';
import { installationSecret } from '../../core/boot/data-dir.ts';
import { tellOfEndings } from '../../core/boot/oauth.ts';
import { createDirectory } from '../../core/inboxes/directory.ts';
import { type Log, silentLog } from '../../core/lib/log.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import plugin from '../../plugins/email/plugin.ts';
import { type SmtpPeer, startPeer } from '../../plugins/email/test/smtp-peer.ts';
import { type App, startApp } from './app.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { type HttpClient, watching } from './http-client.ts';
import { accountForm, administratorOf } from './mailboxes.ts';
import { type OAuthServer, startOAuthServer } from './oauth-server.ts';
import { strictRenderer } from './render.ts';

/** The product beside a provider whose mailboxes are logged in to by OAuth 2.0: its log-in server, IMAP and SMTP. */
export interface LogInOffice {
  readonly app: App;
  readonly dovecot: Dovecot;
  readonly peer: SmtpPeer;
  readonly oauth: OAuthServer;
  readonly admin: HttpClient;
  /** Every page and every line of the log so far. */
  readonly seen: string[];
  readonly end: () => Promise<void>;
}

export async function logInOffice(t: Pick<ExecutionContext<unknown>, 'log'>, addresses: readonly string[]): Promise<LogInOffice> {
  const undo: (() => unknown)[] = [];
  const seen: string[] = [];
  const keeper = { teardown: (work: () => unknown) => void undo.push(work), log: t.log } as unknown as ExecutionContext;
  const oauth = await startOAuthServer();
  const dovecot = await startDovecot(addresses, {}, `http://127.0.0.1:${oauth.port}/introspect`);
  const peer = await startPeer();
  const note = (event: string, facts: object = {}): void => void seen.push(`${event} ${JSON.stringify(facts)}`);
  const log: Log = { info: note, warn: note, error: note };
  const app = await startApp(keeper, { services: oauth.services, log });
  await changeGeneral(app.scope, { undoSeconds: 0 });
  undo.unshift(dovecot.stop, peer.stop, oauth.stop);
  const end = async (): Promise<void> => {
    for (const work of undo.toReversed()) await work();
  };
  return { app, dovecot, peer, oauth, admin: watching(await administratorOf(app), seen), seen, end };
}

/** Only who shows a token of the server may send. */
export function onlyByToken({ peer, oauth }: LogInOffice): void {
  const isGood = (said: string): boolean => {
    const [method = '', payload = ''] = said.split(' ');
    const [, token = ''] = /auth=Bearer ([\w-]+)/.exec(Buffer.from(payload, 'base64').toString()) ?? [];
    return method === 'XOAUTH2' && oauth.secrets.has(token);
  };
  peer.play({
    EHLO: () => '250-relay.test\r\n250 AUTH PLAIN XOAUTH2',
    AUTH: (said) => (isGood(said) ? '235 2.7.0 welcome' : '535 5.7.8 no'),
  });
}

/** What a person types of such an account. */
export function logInForm(office: LogInOffice, address: string): Record<string, string> {
  const { password: _password, ...rest } = accountForm(office, address, { smtpSecurity: 'none' });
  return rest;
}

/** Begins to log in; answers where that goes on. */
export async function beginLogIn(office: LogInOffice, provider: string, address: string): Promise<string> {
  const { admin } = office;
  await admin.get(`/mailboxes/new/email/${provider}`);
  const { location, text } = await admin.post(`/mailboxes/new/email/${provider}/login`, logInForm(office, address));
  if (location === null) throw new Error(text);
  return location;
}

/** The address of the provider on a page. */
export const leadsTo = (text: string): string =>
  (/href="(http:\/\/127[^"]+authorize[^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&');

/** Where the browser goes from here, and comes back to. */
export async function agreeTo({ admin, oauth }: LogInOffice, login: string): Promise<string> {
  const { text } = await admin.get(login);
  const back = new URL(await oauth.visit(leadsTo(text)));
  return `${back.pathname}${back.search}`;
}

/** What the product does once an hour about log-ins and secrets that end. */
export async function hourlyWarning({ scope, dataDir, base }: App): Promise<() => Promise<void>> {
  const keyring = createKeyring(installationSecret(dataDir, null));
  const channel = (name: string) => (name === 'email' ? plugin : null);
  const directory = createDirectory({ scope, keyring, channel, log: silentLog });
  await directory.reload();
  const channels = { plugins: { channel }, directory };
  const telling = { scope, keyring, publicUrl: base, channels, renderer: strictRenderer(), companyName: async () => 'Firma' };
  return () => tellOfEndings(telling);
}

import type { ExecutionContext } from 'ava';
import { type MemoryHost, type MemoryHostOptions, memoryHost } from '../../../test/support/channel-host.ts';
import { type SmtpSession, smtpSession } from '../../../test/support/smtp-client.ts';
import { type Listener, startListener } from '../inbound/listener.ts';
import { type ListenerSettings, readListenerSettings } from '../listener-settings.ts';

export const MAIL = 'From: Anna <anna@klient.test>\r\nSubject: Pytanie\r\n\r\nDzien dobry\r\n';

/** Ends of a message that are none (CVE-2023-51764 to 51766), each with a bare newline. */
export const FALSE_ENDS = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\n.\r',
  '\r\n.\r',
  '\r\r\n.\r\r\n',
  '\n\r.\n\r',
  '\r\n.\n\r\n',
  '\r\n.\r\r\n',
];

/** A listener that ends with the test. `settings` as an administrator types them; loopback is a stranger unless they say otherwise. */
export async function listenerFor(
  t: ExecutionContext,
  options: Omit<MemoryHostOptions, 'settings'> & { readonly settings?: Readonly<Record<string, unknown>> } = {},
): Promise<{ host: MemoryHost<ListenerSettings>; listener: Listener }> {
  const settings = readListenerSettings({ ownNetworks: '', ...options.settings });
  const host = memoryHost<ListenerSettings>({ inboxes: { 1: 'biuro@firma.test', 2: 'serwis@firma.test' }, ...options, settings });
  const listener = await startListener(host, settings);
  t.teardown(() => listener.stop());
  return { host, listener };
}

/** A session behind greeting and EHLO. */
export async function greeted(t: ExecutionContext, listener: Listener): Promise<SmtpSession> {
  const smtp = await smtpSession(t, listener.port);
  await smtp.greeting();
  await smtp.ehlo();
  return smtp;
}

/** …and behind DATA. */
export async function inData(t: ExecutionContext, listener: Listener): Promise<SmtpSession> {
  const smtp = await greeted(t, listener);
  await smtp.mailFrom('anna@klient.test');
  await smtp.rcptTo('biuro@firma.test');
  await smtp.say('DATA', '354 ');
  return smtp;
}

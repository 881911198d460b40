import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { changeGeneral } from '../../core/settings/general.ts';
import { type SmtpPeer, smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { ADMIN, type App, type AppOptions, startApp } from './app.ts';
import { openBrowser, openWindow, type Window } from './browser.ts';
import { loggedInClient } from './http-client.ts';
import { deliver } from './smtp-client.ts';
import { until } from './until.ts';

export const BIURO = 'biuro@firma.test';

export interface OfficeOptions extends AppOptions {
  readonly undoSeconds?: number;
}

export interface Office extends App {
  /** Where the answers go; it takes all of them until it is told otherwise. */
  readonly relay: SmtpPeer;
  /** Hands a mail for the inbox to the listener and waits until it has been dealt with. */
  mail(letter: { from: string; subject: string; text?: string; html?: string; name?: string }): Promise<void>;
}

/** The whole product with one inbox, `biuro@firma.test`, whose relay remembers what it is given. Answers leave at once unless `undoSeconds` says otherwise. */
export async function officeFor(t: ExecutionContext<unknown>, { undoSeconds = 0, ...options }: OfficeOptions = {}): Promise<Office> {
  const relay = await smtpPeer(t);
  const app = await startApp(t, options);
  await changeGeneral(app.scope, { undoSeconds });
  const inbox = { channel: 'email', name: 'Biuro', address: BIURO, relay: `smtp://127.0.0.1:${relay.port}` };
  const made = await app.api('POST', '/inboxes', inbox);
  if (made.status !== 201) throw new Error(`the inbox was not made: ${JSON.stringify(made.json)}`);
  const mail: Office['mail'] = async ({ from, subject, text = 'Dzień dobry', html, name }) => {
    const message = [
      `From: ${name ? `=?utf-8?B?${Buffer.from(name).toString('base64')}?= ` : ''}<${from}>`,
      `To: ${BIURO}`,
      `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
      'MIME-Version: 1.0',
      `Content-Type: text/${html === undefined ? 'plain' : 'html'}; charset=utf-8`,
      'Content-Transfer-Encoding: base64',
      '',
      ...(Buffer.from(html ?? text)
        .toString('base64')
        .match(/.{1,76}/g) ?? []),
      '',
    ].join('\r\n');
    const answer = await deliver(t, app.smtpPort, { from, to: [BIURO], message });
    const spoolId = /kept as (\w+)/.exec(answer)?.[1] ?? '';
    await until(`mail ${answer} is dealt with`, () =>
      app.scope.db('raw_inbound').where({ spool_id: spoolId }).whereNotNull('settled_at').first('id'),
    );
  };
  return { ...app, relay, mail };
}

/** A window in which the administrator is logged in. */
export async function loggedIn(t: ExecutionContext<unknown>, app: App): Promise<Window> {
  const window = await openWindow(await openBrowser(t));
  await logIn(window.page, app.base);
  return window;
}

/** Logs in as a person does who has only a keyboard. */
export async function typeLogIn(
  page: Page,
  base: string,
  who: { readonly email: string; readonly password: string } = ADMIN,
): Promise<void> {
  await page.goto(`${base}/login`);
  await page.locator('input[name=email]:focus').waitFor();
  await page.keyboard.type(who.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(who.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/conversations');
}

/** Posts the log-in form and gives the window its cookies, which is quicker. */
export async function logIn(page: Page, base: string, who: { readonly email: string; readonly password: string } = ADMIN): Promise<void> {
  const { cookies } = await loggedInClient(base, who);
  await page.context().addCookies([...cookies].map(([name, value]) => ({ name, value, url: base })));
  await page.goto(`${base}/conversations`);
}

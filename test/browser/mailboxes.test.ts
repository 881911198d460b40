import { resolve } from 'node:path';
import test from 'ava';
import { loadTranslations, translator } from '../../core/http/i18n.ts';
import { LANGUAGES } from '../../core/lib/language.ts';
import { smtpPeer } from '../../plugins/email/test/smtp-peer.ts';
import { startApp } from '../support/app.ts';
import { seriousFindings } from '../support/axe.ts';
import { DOVECOT_PASSWORD, startDovecot } from '../support/dovecot.ts';
import { freePort } from '../support/free-port.ts';
import { loggedIn } from '../support/office.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const TEXTS = loadTranslations([{ dir: `${ROOT}/views/locales` }, { dir: `${ROOT}/plugins/email/locales`, prefix: 'plugin.email' }]);
const ADDRESS = 'biuro@firma.test';

for (const language of LANGUAGES)
  test(`a mailbox is connected in the browser after all that was wrong with it was put right, and disconnected (${language})`, async (t) => {
    const [dovecot, peer, app, closed] = [await startDovecot([ADDRESS]), await smtpPeer(t), await startApp(t), await freePort()];
    t.teardown(dovecot.stop);
    const say = translator(TEXTS, language, { strict: true });
    await app.scope.db('agents').update({ language });
    const { page, complaints } = await loggedIn(t, app);
    const found: string[] = [];
    const look = async (what: string): Promise<void> => void found.push(...(await seriousFindings(page, what)));
    const button = (key: string) => page.getByRole('button', { name: say(key), exact: true });
    const fill = async (fields: Readonly<Record<string, string | number>>): Promise<void> => {
      for (const [name, value] of Object.entries(fields)) await page.fill(`#f-${name}`, String(value));
      await button('mailboxes.next').click();
    };
    const failsAt = async (stage: string, problem: string): Promise<void> => {
      await page.getByText(say('mailboxes.trial.failed', { stage: say(`plugin.email.stages.${stage}`) })).waitFor();
      t.true((await page.locator('#trial').innerText()).includes(say(`plugin.email.problems.${problem}`)), problem);
      await page.getByRole('link', { name: say('mailboxes.trial.correct') }).click();
      t.is(await page.inputValue('#f-password'), '');
    };

    await page.goto(`${app.base}/mailboxes`);
    await page.getByRole('link', { name: say('mailboxes.addFirst') }).click();
    await page.getByRole('link', { name: say('plugin.email.providers.other.title') }).click();
    await page.fill('#f-address', ADDRESS);
    await button('mailboxes.account.showServers').click();
    await page.selectOption('#f-smtpSecurity', 'starttls');
    await look('mailbox-account');
    const right = { imapHost: '127.0.0.1', imapPort: dovecot.tlsPort, smtpHost: '127.0.0.1', smtpPort: peer.port };
    await fill({ ...right, password: 'nie to', imapPort: closed });
    await failsAt('tcp', 'account_refused');
    // By this name certificates are looked at.
    await fill({ ...right, imapHost: '::ffff:127.0.0.1', password: 'nie to' });
    await failsAt('tls', 'account_certificate_unknown');
    await fill({ ...right, password: 'nie to' });
    await failsAt('login', 'account_login');
    await fill({ password: DOVECOT_PASSWORD });

    await page.getByRole('heading', { name: say('mailboxes.places.folders'), exact: true }).waitFor();
    await look('mailbox-places');
    await page.uncheck('input[value=Sent]');
    await button('mailboxes.finish').click();
    await page.getByText(say('mailboxes.places.anyway')).waitFor();
    t.false(await page.isChecked('input[value=Sent]'), 'what was chosen stays');
    await page.check('input[value=Sent]');
    await button('mailboxes.finish').click();
    await page.getByText(say('mailboxes.done.title')).waitFor();
    await look('mailbox');

    await page.getByRole('link', { name: say('mailboxes.disconnect') }).click();
    await look('mailbox-removal');
    await button('mailboxes.removal.yes').click();
    await page.getByText(say('mailboxes.disconnected', { name: ADDRESS })).waitFor();
    await page.getByText(say('mailboxes.state.off')).first().waitFor();
    t.deepEqual(found, []);
    t.deepEqual(
      complaints.filter((text) => !text.includes('422')),
      [],
    );
  });

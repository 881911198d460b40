import { resolve } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { loadTranslations, translator } from '../../core/http/i18n.ts';
import { LANGUAGES } from '../../core/lib/language.ts';
import { seriousFindings } from '../support/axe.ts';
import { type LogInOffice, logInForm, logInOffice, onlyByToken } from '../support/log-in-office.ts';
import { REGISTERED } from '../support/oauth-server.ts';
import { loggedIn } from '../support/office.ts';

const test = anyTest as TestFn<LogInOffice>;
const ROOT = resolve(import.meta.dirname, '../..');
const TEXTS = loadTranslations([{ dir: `${ROOT}/views/locales` }, { dir: `${ROOT}/plugins/email/locales`, prefix: 'plugin.email' }]);

const addressOf = (language: string): string => `${language}@firma.test`;

test.before(async (t) => {
  t.context = await logInOffice(t, LANGUAGES.map(addressOf));
  onlyByToken(t.context);
});
test.after.always(({ context }) => context.end?.());

for (const language of LANGUAGES)
  test.serial(
    `a mailbox is logged in to in the browser, which leaves for the provider, comes back and goes on to its folders (${language})`,
    async (t) => {
      const { app } = t.context;
      const say = translator(TEXTS, language, { strict: true });
      const service = say('oauth.service.google');
      const { address = '', isWhole: _isWhole, ...servers } = logInForm(t.context, addressOf(language));
      await app.scope.db('agents').update({ language });
      const { page, complaints } = await loggedIn(t, app);
      const found: string[] = [];
      const look = async (what: string): Promise<void> => void found.push(...(await seriousFindings(page, what)));

      await page.goto(`${app.base}/mailboxes/new/email/gmail`);
      await page.getByRole('link', { name: say('oauth.register') }).click();
      await page.fill('#f-clientId', REGISTERED.clientId);
      await page.fill('#f-clientSecret', REGISTERED.clientSecret);
      await look('register-google');
      await page.getByRole('button', { name: say('common.save') }).click();
      await page.getByText(say('oauth.saved', { service })).waitFor();

      await page.goto(`${app.base}/mailboxes/new/email/gmail`);
      await page.fill('#f-address', address);
      await page.getByRole('button', { name: say('mailboxes.account.showServers') }).click();
      for (const field of ['imapHost', 'imapPort', 'smtpHost', 'smtpPort']) await page.fill(`#f-${field}`, servers[field] ?? '');
      await page.selectOption('#f-smtpSecurity', 'none');
      await page.getByRole('button', { name: say('mailboxes.account.logInButton', { service }) }).click();
      await page.getByRole('heading', { name: say('oauth.login.go') }).waitFor();
      await look('log-in-browser');
      await page.getByRole('link', { name: say('oauth.login.button', { service }) }).click();

      await page.getByRole('heading', { name: say('mailboxes.places.folders'), exact: true }).waitFor();
      await page.getByRole('button', { name: say('mailboxes.finish') }).click();
      await page.getByText(say('mailboxes.done.title')).waitFor();
      t.true(await page.getByText(say('mailboxes.show.through', { service })).isVisible());

      // The other language begins anew.
      await page.goto(`${app.base}/oauth/google`);
      await page.getByRole('link', { name: say('oauth.removal.button') }).click();
      await page.getByText(address).waitFor();
      await look('registration-removal');
      await page.getByRole('button', { name: say('oauth.removal.yes') }).click();
      await page.getByText(say('oauth.removal.done', { service })).waitFor();
      t.deepEqual(found, []);
      t.deepEqual(complaints, []);
    },
  );

import test from 'ava';
import { addAgent, PASSWORD } from '../support/accounts.ts';
import { openBrowser, openWindow } from '../support/browser.ts';
import { officeFor, typeLogIn } from '../support/office.ts';
import { until } from '../support/until.ts';

test('what was being written in an older tab is sent after logging in again in another, and never by somebody else', async (t) => {
  const office = await officeFor(t);
  await addAgent(office.scope, 'ewa', 'administrator');
  await office.mail({ from: 'jan@klient.test', subject: 'Gdzie paczka?' });
  const { page: form, context, complaints } = await openWindow(await openBrowser(t));
  const logOut = async (page: typeof form): Promise<void> => {
    await page.goto(`${office.base}/profile`);
    await page.locator('.topbar details:has([action="/logout"]) > summary').click();
    await page.locator('[action="/logout"] button').click();
    await page.waitForURL('**/login');
  };
  await typeLogIn(form, office.base);
  await form.goto(`${office.base}/working-hours`);
  await form.locator('[name=holidays]').fill('2027-05-04');
  const talk = await context.newPage();
  await talk.goto(`${office.base}/conversations/1`);
  await talk.locator('#composer .edit').click();
  await talk.keyboard.type('Jest w drodze.');

  const another = await context.newPage();
  await logOut(another);
  await typeLogIn(another, office.base, { email: 'ewa@firma.example', password: PASSWORD });
  const token = await form.locator('main [name=_csrf]').inputValue();
  const refused = await form.request.post(`${office.base}/working-hours`, { form: { _csrf: token, holidays: '2027-05-05' } });
  t.is(refused.status(), 403, 'the other person is not who wrote it');
  t.true((await refused.text()).includes('w tej przeglądarce zalogował się ktoś inny'));

  await logOut(another);
  await typeLogIn(another, office.base);
  await form.locator('main .form-actions button').click();
  await form.locator('#toasts [data-toast]').waitFor();
  t.is(await form.locator('[name=holidays]').inputValue(), '2027-05-04');
  await talk.keyboard.press('Control+Enter');
  await until('the customer has the answer', () => office.relay.mails.length === 1);
  // The refused form, and live changes asked for while nobody was logged in.
  t.deepEqual(
    complaints.filter((line) => !/403|EventSource/.test(line)),
    [],
  );
});

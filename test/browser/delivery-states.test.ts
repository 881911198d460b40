import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const write = async (page: Awaited<ReturnType<typeof loggedIn>>['page'], text: string): Promise<void> => {
  await page.locator('#composer .edit').click();
  await page.keyboard.type(text);
  await page.keyboard.press('Control+Enter');
};

test('a person decides about an answer of unknown fate, and one that was refused blocks the address until it is unblocked', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await office.mail({ from: 'jan@klient.test', name: 'Jan Lis', subject: 'Kiedy paczka?' });
  await page.locator('#rows .row1').first().click();

  office.relay.play({ END: () => 'drop' });
  await write(page, 'Paczka jutro.');
  await page.locator('.sent', { hasText: 'nie wiadomo' }).waitFor();
  await page.locator('.ask summary').click();
  await page.getByText('odbiorca dostanie dwie').waitFor();
  t.deepEqual(await seriousFindings(page, 'a delivery of unknown fate'), []);
  await shot(page, 'unknown');
  await page.locator('#folder-failed.alarm').waitFor();
  await page.locator('.bell b', { hasText: '1' }).waitFor();
  await page.getByRole('button', { name: 'Uznaj za wysłaną' }).click();
  await page.locator('.sent', { hasText: 'uznano za wysłaną' }).waitFor();
  await page.locator('.bell b').waitFor({ state: 'detached' });

  office.relay.play({ RCPT: () => '550 5.1.1 no such user' });
  await write(page, 'Druga wiadomość.');
  await page.locator('.bar.is-bad').waitFor();
  await until('it is blocked', async () => (await office.scope.db('blocked_addresses')).length === 1);
  await page.reload();
  await page.locator('.pill.is-blocked').waitFor();
  await page.locator('.context .tag', { hasText: 'zablokowany' }).waitFor();
  t.deepEqual(await seriousFindings(page, 'a blocked recipient'), []);
  await shot(page, 'blocked');
  office.relay.play({});
  await write(page, 'Trzecia wiadomość.');
  await page.locator('.cproblem', { hasText: 'Na te adresy nie wysyłamy' }).waitFor();

  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await page.waitForURL('**/notifications');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/conversations/1?from=3#message-3');
  await page.locator('#message-3').waitFor();

  await page.goto(`${office.base}/deliveries`);
  await page.locator('.hasten summary').click();
  t.deepEqual(await seriousFindings(page, 'the queue'), []);
  await shot(page, 'queue');
  await page.goto(`${office.base}/conversations?folder=failed`);
  await page.locator('#rows .row1', { hasText: 'Kiedy paczka?' }).waitFor();
  await page.locator('.language .menu-button').click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.goto(`${office.base}/blocked-addresses`);
  await page.getByText('550 5.1.1 no such user').waitFor();
  t.deepEqual(await seriousFindings(page, 'blocked addresses'), []);
  await shot(page, 'blocked-list-en');
  await page.getByRole('button', { name: 'Unblock' }).click();
  await page.getByText('No address is blocked').waitFor();
  t.deepEqual(await seriousFindings(page, 'no blocked address'), []);
  await page.goto(`${office.base}/conversations/1`);
  await page.locator('#composer .edit', { hasText: 'Trzecia wiadomość.' }).click();
  await page.keyboard.press('Control+Enter');
  await page.locator('.msg.outbound', { hasText: 'Trzecia' }).locator('.good').first().waitFor();
  t.is(office.relay.mails.length, 1);
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource/.test(text)),
    [],
  );
});

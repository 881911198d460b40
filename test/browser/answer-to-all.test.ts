import test from 'ava';
import { WAITING_STATUSES } from '../../core/deliveries/types.ts';
import { seriousFindings } from '../support/axe.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

test('who was in copy of a mail gets the answer, unless one key says that only the sender does', async (t) => {
  const office = await officeFor(t);
  const message = [
    'From: Jan Kowalski <jan@klient.test>',
    `To: ${BIURO}, Ewa Nowak <ewa@klient.test>`,
    'Cc: ola@dostawca.test',
    'Subject: Dostawa pralki',
    '',
    'Tekst',
    '',
  ].join('\r\n');
  await deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message });
  const { page, complaints } = await loggedIn(t, office);
  const row = page.locator('#rows .row1', { hasText: 'Dostawa pralki' });
  await row.click();
  const copies = page.locator('.ccopied');
  await copies.getByText('Ewa Nowak').waitFor();
  await copies.getByText('ola@dostawca.test').waitFor();
  t.deepEqual(await seriousFindings(page, 'copies of an answer'), []);
  /** Writes an answer and hands over whom the relay was told to bring it to. */
  const answered = async (key: string, text: string): Promise<readonly string[]> => {
    const before = office.relay.mails.length;
    await page.locator('.composer.rich .edit').waitFor();
    await page.locator('#msgs').focus();
    await page.keyboard.press(key);
    await page.keyboard.type(text);
    await page.keyboard.press('Control+Enter');
    await page.locator('.msg.outbound', { hasText: text }).waitFor();
    const mails = () => office.relay.mails.slice(before);
    await until(
      'nothing waits to be sent',
      async () => !(await office.scope.db('deliveries').whereIn('status', WAITING_STATUSES).first('id')),
    );
    return mails()
      .flatMap(({ to }) => to)
      .sort();
  };
  t.deepEqual(await answered('r', 'Przyjedzie jutro.'), ['ewa@klient.test', 'jan@klient.test', 'ola@dostawca.test']);
  t.true(office.relay.mails.every(({ data }) => /^Cc: .*ewa@klient\.test/im.test(data.toString())));
  t.deepEqual(await answered('R', 'To tylko dla Pana.'), ['jan@klient.test']);
  t.notRegex(office.relay.mails.at(-1)?.data.toString() ?? '', /^Cc:/im);
  t.deepEqual(complaints, []);
});

import test from 'ava';
import { seriousFindings } from '../support/axe.ts';
import { shot } from '../support/browser.ts';
import { BIURO, loggedIn, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mNQnOFJEmIY1TCqYfhqAADUkSIQN0k6OQAAAABJRU5ErkJggg==',
  'base64',
);

/** As a mail program writes it: a picture in the text, a file below. */
const LETTER = [
  'From: Jan Lis <jan@klient.test>',
  `To: ${BIURO}`,
  'Subject: Pralka nie wiruje',
  'Message-ID: <pralka@klient.test>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=a',
  '',
  '--a',
  'Content-Type: multipart/related; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Oto zdjęcie tabliczki:</p><img src="cid:tabliczka@klient.test">',
  '--b',
  'Content-Type: image/png; name=tabliczka.png',
  'Content-ID: <tabliczka@klient.test>',
  'Content-Disposition: inline; filename=tabliczka.png',
  'Content-Transfer-Encoding: base64',
  '',
  ...(PICTURE.toString('base64').match(/.{1,76}/g) ?? []),
  '--b--',
  '--a',
  'Content-Type: text/plain; name=opis.txt',
  'Content-Disposition: attachment; filename=opis.txt',
  '',
  'Model 7, rok 2021',
  '--a--',
  '',
].join('\r\n');

test('by keyboard a message is forwarded, its answer stays away from the customer, and the way leads there and back', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  await deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message: LETTER });
  await page.locator('#rows .row1').first().click();
  await page.locator('#composer .edit').waitFor();
  await page.keyboard.press('f');
  await page.locator('#forward-to:focus').waitFor();
  await page.keyboard.type('serwis@naprawa.test');
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Ile potrwa naprawa?');
  t.false(await page.locator('#composer .only-answer').first().isVisible());
  t.deepEqual(await seriousFindings(page, 'forwarding'), []);
  await shot(page, 'forwarding');
  await page.keyboard.press('Control+Enter');
  await page.locator('#forward-1').waitFor();
  await until('it left', () => office.relay.mails.length > 0);
  const [mail] = office.relay.mails;
  t.deepEqual(mail?.to, ['serwis@naprawa.test']);
  const data = mail?.data ?? '';
  t.regex(data, /Subject: Fwd: Pralka nie wiruje/);
  t.true(data.replaceAll(/\s/g, '').includes(PICTURE.toString('base64')), 'the picture, byte for byte');
  t.true(data.includes(Buffer.from('Model 7, rok 2021').toString('base64')), 'the file, byte for byte');
  const named = /^Content-Id: <(.*)>/im.exec(data)?.[1];
  t.truthy(named);
  t.true(data.replaceAll(/=\r\n/g, '').includes(`cid:${named}`));

  const id = /^Message-ID: (<.*>)/im.exec(data)?.[1] ?? '';
  const answer = ['From: Serwis <serwis@naprawa.test>', `To: ${BIURO}`, 'Subject: Re: Fwd: Pralka nie wiruje', `In-Reply-To: ${id}`];
  await deliver(t, office.smtpPort, {
    from: 'serwis@naprawa.test',
    to: [BIURO],
    message: [...answer, '', 'Dwa dni, 200 PLN.', ''].join('\r\n'),
  });
  await until('the answer came', () => office.scope.db('messages').where('text', 'like', 'Dwa dni%').first('id'));
  await page.locator('#forward-1 b').waitFor();
  t.false((await page.locator('#msgs').innerText()).includes('Dwa dni'));
  await shot(page, 'forwarded');
  await page.locator('#forward-1 a').click();
  await page.locator('.msg.inbound', { hasText: 'Dwa dni' }).waitFor();
  await shot(page, 'side-conversation');
  await page.locator('.bar a', { hasText: 'Pralka nie wiruje' }).click();
  await page.locator('#forward-1').waitFor();

  await page.locator('#composer .edit').click();
  await page.keyboard.type('Naprawa potrwa dwa dni.');
  await page.keyboard.press('Control+Enter');
  await until('the customer is answered', () => office.relay.mails.length === 2);
  t.deepEqual(office.relay.mails[1]?.to, ['jan@klient.test']);
  t.false(/200 PLN|naprawa\.test/.test(office.relay.mails[1]?.data ?? ''));
  t.deepEqual(
    complaints.filter((text) => !/Failed to load resource/.test(text)),
    [],
  );
});

test('the menu of a message chooses it, also where the composer holds an answer, and the text stays', async (t) => {
  const office = await officeFor(t);
  const { page } = await loggedIn(t, office);
  await office.mail({ from: 'jan@klient.test', subject: 'Pierwsza', name: 'Jan Lis' });
  await page.locator('#rows .row1').first().click();
  await page.locator('#composer .edit').click();
  await page.keyboard.type('Zaczęta odpowiedź');
  await page.locator('#msgs .msg .menu summary').first().click();
  await page.locator('[data-forward]:visible', { hasText: 'Przekaż dalej' }).click();
  await page.locator('#forward-to:focus').waitFor();
  t.is(await page.locator('#forward-of').inputValue(), '1');
  t.is(await page.locator('#composer .edit').innerText(), 'Zaczęta odpowiedź');
  await page.setViewportSize({ width: 390, height: 844 });
  await shot(page, 'forwarding-phone');
  t.true(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'));
});

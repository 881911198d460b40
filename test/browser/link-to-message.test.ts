import test from 'ava';
import { messageHref } from '../../core/lib/message-href.ts';
import { loggedIn, officeFor } from '../support/office.ts';

test('what leads to a message opens its conversation there, also where many are newer', async (t) => {
  const office = await officeFor(t);
  await office.mail({ from: 'jan@klient.test', subject: 'Długa rozmowa' });
  for (let n = 2; n <= 80; n += 1) await office.api('POST', '/conversations/1/messages', { kind: 'note', text: `Notatka numer ${n}.` });
  const { page, complaints } = await loggedIn(t, office);
  const top = async (id: number): Promise<number> => (await page.locator(`#message-${id}`).boundingBox())?.y ?? Number.NaN;
  await page.goto(`${office.base}${messageHref(1 as never, 3 as never)}`);
  const above = (await page.locator('#msgs').boundingBox())?.y ?? 0;
  t.true(Math.abs((await top(3)) - above) < 60, `${await top(3)} beside ${above}`);
  t.is(await page.locator('#msgs .msg').count(), 78);

  await page.goto(`${office.base}${messageHref(1 as never, 75 as never)}`);
  t.is(await page.locator('#msgs .msg').count(), 50);
  t.deepEqual(complaints, []);
});

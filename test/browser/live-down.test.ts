import test, { type ExecutionContext } from 'ava';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const NOTE = 'p.not-live';

/** Two tabs with the list, whose way to the server can be cut; the first of them holds the stream. */
async function twoTabs(t: ExecutionContext<unknown>) {
  const office = await officeFor(t);
  const way = await cuttingProxy(t, office.port, Number.POSITIVE_INFINITY);
  const base = `http://127.0.0.1:${way.port}`;
  const { page: first, context } = await loggedIn(t, { ...office, base });
  await first.locator('html[data-live=on]').waitFor({ state: 'attached' });
  const second = await context.newPage();
  await second.goto(`${base}/conversations`);
  await second.locator('html[data-live=on]').waitFor({ state: 'attached' });
  return { office, way, first, second };
}

test('whoever looks at a page whose live stream is down is told so, in every tab, until it is back and shows what came meanwhile', async (t) => {
  const { office, way, first, second } = await twoTabs(t);
  const tabs = [first, second];
  for (const tab of tabs) t.false(await tab.locator(NOTE).isVisible());
  way.lastFor(0);
  for (const tab of tabs) {
    await tab.locator(NOTE, { hasText: 'Nie ma połączenia na żywo' }).waitFor();
    await until('it can be read, above what is written', () => tab.evaluate(`document.querySelector('${NOTE}').offsetHeight >= 24`));
  }
  await office.mail({ from: 'jan@klient.test', subject: 'Gdy nikt nie słuchał' });
  way.lastFor(Number.POSITIVE_INFINITY);
  for (const tab of tabs) {
    await tab.locator(NOTE).waitFor({ state: 'hidden' });
    await tab.locator('#rows .row1', { hasText: 'Gdy nikt nie słuchał' }).waitFor();
  }
});

test('a tab that takes over the stream fetches what came while the tab that had it heard nothing', async (t) => {
  const { office, way, first, second } = await twoTabs(t);
  way.lastFor(0);
  await first.locator('html[data-live=off]').waitFor({ state: 'attached' });
  await office.mail({ from: 'jan@klient.test', subject: 'Między dwiema kartami' });
  await first.close();
  way.lastFor(Number.POSITIVE_INFINITY);
  await second.locator('#rows .row1', { hasText: 'Między dwiema kartami' }).waitFor();
});

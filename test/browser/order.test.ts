import test from 'ava';
import type { Page } from 'playwright-core';
import { addFolder } from '../../core/folders/edit.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { addRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { loggedIn, officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

const names = (page: Page) => page.locator('table td:first-child').allInnerTexts();
const focused = (page: Page): Promise<string> => page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''");

/** Presses what has the focus and waits for the page that comes. */
async function press(page: Page): Promise<void> {
  await page.evaluate('window.isOld = true');
  await page.keyboard.press('Enter');
  await until('the next page is there', () => page.evaluate("!window.isOld && document.readyState === 'complete'").catch(() => false));
}

test('a row of a long list is moved place by place by one key pressed again and again, and stays in sight', async (t) => {
  const office = await officeFor(t);
  for (let n = 1; n <= 40; n += 1) await addLabel(office.scope, `Etykieta ${n}`, 'blue');
  const { page, complaints } = await loggedIn(t, office);
  await page.goto(`${office.base}/labels`);
  await page.getByRole('button', { name: 'Przesuń niżej: Etykieta 37', exact: true }).focus();
  for (let n = 0; n < 3; n += 1) await press(page);
  t.deepEqual((await names(page)).slice(-4), ['Etykieta 38', 'Etykieta 39', 'Etykieta 40', 'Etykieta 37']);
  t.is(await focused(page), 'Przesuń wyżej: Etykieta 37', 'at its end the way back is at hand');
  t.true(await page.evaluate('document.activeElement.getBoundingClientRect().top < innerHeight'));
  for (let n = 0; n < 3; n += 1) await press(page);
  t.is((await names(page))[36], 'Etykieta 37');
  t.is(await focused(page), 'Przesuń wyżej: Etykieta 37');
  t.deepEqual(complaints, []);
});

test('teams, folders, rules and views keep the focus on what is moved', async (t) => {
  const office = await officeFor(t);
  const { scope } = office;
  const conditions = [{ field: 'subject', operator: 'contains', values: ['x'] }];
  for (const name of ['A', 'B', 'C']) {
    await addTeam(scope, name);
    await addFolder(scope, name);
    await addRule(scope, RULE_INPUT.parse({ name, conditions, actions: { close: true } }));
    await office.api('POST', '/saved-views', { name, query: `q=${name}` });
  }
  const { page } = await loggedIn(t, office);
  for (const place of ['teams', 'folders', 'rules', 'saved-views']) {
    await page.goto(`${office.base}/${place}`);
    await page.getByRole('button', { name: 'Przesuń niżej: A', exact: true }).focus();
    await press(page);
    t.is(await focused(page), 'Przesuń niżej: A', place);
    await press(page);
    t.is(await focused(page), 'Przesuń wyżej: A', place);
    await press(page);
    await press(page);
    t.is(await focused(page), 'Przesuń niżej: A', place);
  }
});

// In a process of its own: it takes longer than most.
import test from 'ava';
import type { AgentId } from '../../core/lib/ids.ts';
import { addView } from '../../core/saved-views/save.ts';
import { seriousFindings } from '../support/axe.ts';
import { WIDE } from '../support/browser.ts';
import { loggedIn, officeFor } from '../support/office.ts';

test('axe finds nothing serious on any page of the settings and of what hangs on them, wide and light or on a dark phone', async (t) => {
  const office = await officeFor(t);
  const { page, complaints } = await loggedIn(t, office);
  const found: string[] = [];
  const visit = async (path: string, besides: readonly string[] = []): Promise<void> => {
    await page.goto(office.base + path);
    found.push(...(await seriousFindings(page, path, besides)));
  };
  await office.mail({ from: 'jan@klient.test', subject: 'Kiedy przyjdzie paczka?', text: 'Czekam od poniedziałku.' });
  await addView(office.scope, { id: 1 as AgentId, permissions: [] }, { name: 'Paczki', query: 'q=paczka', isShared: false });

  await visit('/working-hours');
  for (const path of [
    '/conversations/new',
    '/news',
    '/company',
    '/help',
    '/statistics',
    '/audit',
    '/audit/verification',
    '/statistics/options',
    '/storage',
    '/backups',
    '/backups/snapshots',
    '/health/checks',
    '/alarms',
    '/outgoing',
    '/saved-views',
    '/saved-views/new?list=q%3Dpaczka',
    '/rules',
    '/rules/new',
    '/commands?q=paczka',
    '/inboxes',
    '/inboxes/1',
    '/widget/settings',
    '/api-keys',
    '/imports',
    '/plugins',
    '/plugins/email',
    '/plugins/spamassassin',
    '/plugins/clamav',
    '/spam',
    '/trash',
    '/retention',
    '/erasures',
    '/files',
    '/blocked-senders',
    '/notifications',
    '/admissions',
    '/ledger',
    '/ledger/items',
    '/acknowledgements',
    '/acknowledgements/1',
    '/unreadable',
    '/canned-responses/company',
    '/canned-responses/mine/new',
    '/footers',
    '/footers/mine',
    '/agents',
    '/settings',
    '/profile',
  ])
    await visit(path, ['.topbar', '.settings-menu']);
  await page.goto(`${office.base}/acknowledgements`);
  const { y, height } = (await page.locator('.settings-menu [aria-current]').boundingBox()) ?? { y: 0, height: 0 };
  t.true(y > 0 && y + height < WIDE.height, `the last entry of the menu is seen on its page: ${y}`);
  t.deepEqual(found, []);
  t.deepEqual(complaints, []);
});

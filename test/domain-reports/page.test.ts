import test from 'ava';
import { transact } from '../../core/db/scope.ts';
import type { Sender } from '../../core/deliverability/facts.ts';
import { deliverabilityRoutes } from '../../core/deliverability/routes.ts';
import { receiveDomainReport } from '../../core/domain-reports/receive.ts';
import { daysView, percent } from '../../core/domain-reports/view.ts';
import { scopeFor } from '../support/db.ts';
import { httpClient } from '../support/http-client.ts';
import { strictRenderer } from '../support/render.ts';
import { signIn, web } from '../support/web.ts';

const SENDERS: readonly Sender[] = [{ address: 'biuro@firma.test', helloName: 'mx.firma.test', relays: [], isDirect: false }];

test('The page of a domain says where reports come from, then who sends in its name, page by page', async (t) => {
  const scope = await scopeFor(t);
  const { base } = await web(t, deliverabilityRoutes({ senders: () => SENDERS }), { scope, renderer: strictRenderer() });
  const [administrator, ordinary] = [httpClient(base), httpClient(base)];
  signIn(administrator, 1);
  signIn(ordinary, 2);
  const address = '/deliverability/firma.test';
  t.true((await administrator.get(address)).text.includes('rua=mailto:biuro@firma.test'));
  const at = scope.now();
  await transact(scope, (tx) =>
    receiveDomainReport(tx, {
      organisation: '<b>google.com</b>',
      reportId: '1',
      domain: 'firma.test',
      begin: at,
      end: at,
      policy: 'none',
      rows: Array.from({ length: 30 }, (_, i) => ({
        sourceIp: `192.0.2.${i}`,
        count: 100 - i,
        disposition: i === 1 ? 'reject' : 'none',
        spf: i !== 1,
        dkim: false,
        headerFrom: 'firma.test',
        vouchedBy: ['mcsv.net'],
      })),
    }),
  );
  const { text } = await administrator.get(address);
  for (const part of ['192.0.2.0', 'mcsv.net', 'odrzucone: 99', 'Sprawdzenie DMARC przeszło 96%', '&lt;b&gt;google.com'])
    t.true(text.includes(part), part);
  t.false(text.includes('192.0.2.29'));
  const next = /href="(\/deliverability\/firma\.test\/sources\?cursor=[^"]+)"/.exec(text)?.[1] ?? '';
  const more = await administrator.get(next.replaceAll('&amp;', '&'));
  t.true(more.text.includes('192.0.2.29') && !more.text.includes('192.0.2.24<'));
  t.is((await ordinary.get(`${address}/sources`)).status, 403);
  t.is((await administrator.get('/deliverability/wp.pl/sources')).status, 404);
  t.is((await administrator.get(`${address}/sources?cursor=nonsense`)).status, 200);
});

test('A share is a hundred per cent only when all passed, and the bars fit their drawing', (t) => {
  t.deepEqual([percent(999, 1000), percent(1, 1000), percent(5, 5), percent(0, 9), percent(0, 0)], [99, 1, 100, 0, 0]);
  const now = new Date('2026-11-26T12:00:00Z');
  t.is(daysView([], now), null);
  const view = daysView(
    [
      { day: '2026-11-25', messages: 1_000_000, passed: 999_999 },
      { day: '2026-11-26', messages: 1, passed: 0 },
    ],
    now,
  );
  t.deepEqual([view?.bars.length, view?.bars.at(-2)?.height, view?.bars.at(-1)?.height, view?.percent], [30, 60, 1, 99]);
});

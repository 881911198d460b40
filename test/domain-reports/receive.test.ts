import test from 'ava';
import { forgetOldReports } from '../../core/domain-reports/forget.ts';
import { reportedDays, reportedSources } from '../../core/domain-reports/read.ts';
import type { InterpretedDomainReport } from '../../core/ingest/types.ts';
import type { Verdict } from '../../core/ingest/verdict.ts';
import { readAuthentication } from '../../core/lib/authentication.ts';
import type { DomainReportRow } from '../../core/plugins/contract.ts';
import { houseFor, mailFrom } from '../support/house.ts';

const row = (more: Partial<DomainReportRow> = {}): DomainReportRow => ({
  sourceIp: '192.0.2.7',
  count: 10,
  disposition: 'none',
  spf: true,
  dkim: true,
  headerFrom: 'company.test',
  vouchedBy: ['company.test'],
  ...more,
});

const report = (more: Partial<InterpretedDomainReport> = {}): InterpretedDomainReport => ({
  kind: 'domain-report',
  organisation: 'google.com',
  reportId: '1',
  domain: 'company.test',
  begin: new Date('2026-11-22T23:00:00Z'),
  end: new Date('2026-11-23T22:59:59Z'),
  policy: 'none',
  rows: [row()],
  message: mailFrom('noreply@google.com'),
  ...more,
});

const disowned = (): Verdict => ({
  authentication: readAuthentication({
    origin: 'outside',
    ip: '203.0.113.9',
    helo: null,
    fromDomain: 'google.com',
    spf: null,
    dkim: [],
    dmarc: { result: 'fail', policy: 'reject', domain: 'google.com' },
    arc: null,
    pretences: [],
  }),
  spam: null,
});

test('A report on a domain of ours ends as a report with its rows, and opens no conversation', async (t) => {
  const house = await houseFor(t);
  const taken = await house.take([
    report({ rows: [row(), row({ sourceIp: '2001:db8::1', count: 3, spf: false, dkim: false, disposition: 'reject' })] }),
  ]);
  t.is(taken.status, 'report');
  t.deepEqual([(await house.scope.db('conversations')).length, (await house.scope.db('raw_inbound').first()).error], [0, null]);
  t.deepEqual(await reportedDays(house.scope, 'company.test'), [{ day: '2026-11-23', messages: 13, passed: 10 }]);
  const { items, next } = await reportedSources(house.scope, 'company.test', null);
  t.is(next, null);
  t.like(items[0], { sourceIp: '192.0.2.7', messages: 10, passed: 10, organisations: ['google.com'], vouchedBy: ['company.test'] });
  t.like(items[1], { sourceIp: '2001:db8::1', messages: 3, passed: 0, rejected: 3, quarantined: 0 });
  t.true((await house.events()).includes('domain_report.received'));
});

test('The same report twice counts once, and another receiver’s report with the same number counts too', async (t) => {
  const house = await houseFor(t);
  await house.take([report()]);
  t.is((await house.take([report()])).status, 'duplicate');
  t.is((await house.take([report({ organisation: 'wp.pl' })])).status, 'report');
  const { items } = await reportedSources(house.scope, 'company.test', null);
  t.deepEqual([items.length, items[0]?.messages, items[0]?.organisations], [1, 20, ['google.com', 'wp.pl']]);
});

test('A report on a foreign domain, or one whose sender is disowned by his domain, is a message that people see', async (t) => {
  const house = await houseFor(t);
  const file = {
    filename: 'raport.xml.gz',
    contentType: 'application/gzip',
    contentId: null,
    inline: false,
    bytes: 3,
    sha256: 'a'.repeat(64),
  };
  const message = mailFrom('noreply@google.com', { attachments: [file] });
  t.is((await house.take([report({ domain: 'other.test', message })])).status, 'received');
  t.is((await house.scope.db('attachments').first('filename')).filename, 'raport.xml.gz');
  t.is((await house.take([report()], { verdict: disowned() })).status, 'received');
  t.deepEqual([(await house.scope.db('conversations')).length, (await house.scope.db('domain_reports')).length], [2, 0]);
});

test('Sources come the busiest first, page by page, each once', async (t) => {
  const house = await houseFor(t);
  const rows = Array.from({ length: 60 }, (_, i) => row({ sourceIp: `192.0.2.${i}`, count: 1 + (i % 7) }));
  await house.take([report({ rows })]);
  const seen: (readonly [number, string])[] = [];
  let cursor: string | null = null;
  do {
    const page = await reportedSources(house.scope, 'company.test', cursor);
    seen.push(...page.items.map(({ messages, sourceIp }) => [messages, sourceIp] as const));
    cursor = page.next;
  } while (cursor !== null);
  t.is(new Set(seen.map(([, ip]) => ip)).size, 60);
  t.is(seen.length, 60);
  t.deepEqual(
    seen.map(([n]) => n),
    seen.map(([n]) => n).toSorted((a, b) => b - a),
  );
});

test('Only the last thirty days are shown, and a report is forgotten after a year with all its rows', async (t) => {
  const house = await houseFor(t);
  await house.take([report()]);
  house.pass(31 * 24 * 60);
  t.deepEqual(await reportedDays(house.scope, 'company.test'), []);
  t.is(await forgetOldReports(house.scope), 0);
  house.pass(335 * 24 * 60);
  t.is(await forgetOldReports(house.scope), 1);
  t.is((await house.scope.db('domain_report_rows')).length, 0);
});

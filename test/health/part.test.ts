import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { troubleNotice } from '../../core/alarms/notice.ts';
import { healthChecks } from '../../core/health/checks.ts';
import { type Finding, lineOf } from '../../core/health/doctor/finding.ts';
import { portFindings } from '../../core/health/doctor/ports.ts';
import { createReadiness, failing, type Readiness } from '../../core/health/readiness.ts';
import { freePort } from '../support/free-port.ts';
import { strictRenderer } from '../support/render.ts';

const renderer = strictRenderer();
const [pl, en] = [renderer.translator('pl'), renderer.translator('en')];

/** A disk without room, an inbox whose plugin is away, a plugin with a problem of its own, and one part that raises. */
async function readiness(plugins: readonly object[] = []) {
  const checks = [
    ...healthChecks({
      pendingMigrations: async () => 2,
      spool: {
        count: async () => 60_000,
        space: { state: async () => ({ isFull: true, freeBytes: 150_000_000, neededBytes: 209_000_000 }), forget: () => {} },
      },
      maxMessageBytes: 1,
      plugins: { list: () => plugins },
      directory: { all: () => [{ id: 3, channel: 'sms', status: 'open' }], typed: () => null },
      certificate: () => [],
      bucket: () => null,
    } as unknown as Parameters<typeof healthChecks>[0]),
    { name: 'plugins', run: () => [failing('plugin sms', 'no credit left')] },
  ];
  return createReadiness(checks, () => new Date())();
}

/** What the doctor finds where a server says this of itself. */
async function found(t: ExecutionContext, state: Readiness): Promise<readonly Finding[]> {
  const server = createServer((request, answer) => {
    answer.setHeader('Content-Type', 'application/json');
    answer.end(JSON.stringify(request.url === '/health' ? { status: 'ok' } : state));
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise((listening) => server.once('listening', listening));
  const http = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  return portFindings({ http, smtp: { host: '127.0.0.1', port: await freePort() }, roles: new Set(['web', 'smtp']) });
}

test('what a running server says of its parts stands in the doctor and in the mail of the alarm in both languages', async (t) => {
  const state = await readiness();
  const findings = await found(t, state);
  const lines = findings.map((finding) => lineOf(pl, finding)).join('\n');
  t.regex(lines, /działający serwer, miejsce na dysku: wolne 150 MB, a do przyjmowania poczty trzeba 209 MB/);
  t.regex(lines, /działający serwer, wersja bazy: do wykonania: 2/);
  t.regex(lines, /działający serwer, bufor przyjętej poczty: czeka: 60\s000/);
  t.regex(lines, /działający serwer, skrzynka nr 3: wtyczka „sms” nie działa/);
  t.regex(lines, /działający serwer, wtyczka „sms”: no credit left/);
  t.regex(lines, /działający serwer, baza danych: błąd programu/);
  const troubles = state.checks.filter(({ state: one }) => one === 'failing');
  t.true(troubles.length >= 6);
  const about = { troubles, link: 'https://x.test/', companyName: '' };
  t.true(troubleNotice(pl, about).lines.includes('miejsce na dysku: wolne 150 MB, a do przyjmowania poczty trzeba 209 MB'));
  t.true(troubleNotice(en, about).lines.includes('space on the disk: 150 MB free, 209 MB are needed to take mail'));
});

test('what is only starting is not broken, and its inboxes are not', async (t) => {
  const state = await readiness([
    { name: 'sms', plugin: { manifest: { kind: 'channel' } }, state: 'starting', problem: null, health: null },
  ]);
  const findings = await found(t, state);
  const lines = findings.map((finding) => lineOf(pl, finding));
  t.deepEqual(
    lines.filter((line) => line.includes('właśnie rusza')),
    ['note    działający serwer, wtyczka „sms”: właśnie rusza', 'note    działający serwer, skrzynka nr 3: właśnie rusza'],
  );
  t.is(state.status, 'not_ready', 'nobody is sent here yet');
});

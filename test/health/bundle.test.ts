import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { cleanLine, cleanLog, rememberLines } from '../../core/health/recent-log.ts';
import { errorFacts, silentLog } from '../../core/lib/log.ts';
import { addAgent } from '../support/accounts.ts';
import { ADMIN } from '../support/app.ts';
import { loggedInClient } from '../support/http-client.ts';
import { officeFor } from '../support/office.ts';
import { until } from '../support/until.ts';

/** What must never leave the house, in every place a person can put it. */
const CANARY = 'kanarek';

test('of a line of the log numbers, our own words and places in the code are kept, and nothing that came from outside', (t) => {
  const error = new Error(`550 <${CANARY}@firma.test> "${CANARY}"`);
  const line = {
    event: 'mail_refused_by_policy',
    level: 'warn',
    inbox: 3,
    isSpam: false,
    code: 'ECONNREFUSED',
    kind: `${CANARY} with a space`,
    address: `${CANARY}@firma.test`,
    remoteIp: '192.0.2.7',
    subject: CANARY,
    nested: { to: CANARY },
    [`${CANARY}@x.test`]: 1,
    ...errorFacts(error),
  };
  const clean = cleanLine(line);
  t.like(clean, { event: 'mail_refused_by_policy', level: 'warn', inbox: 3, isSpam: false });
  t.true(Array.isArray(clean['at']));
  t.notRegex(JSON.stringify(clean), new RegExp(`${CANARY}|192\\.0`));
});

test('the last lines are remembered, the oldest go first, and a log file is cleaned like them', (t) => {
  const printed: string[] = [];
  const recent = rememberLines({ ...silentLog, warn: (event) => void printed.push(event) }, () => new Date(0), 2);
  recent.log.info('one');
  recent.log.warn('two', { n: 2, name: CANARY });
  recent.log.error('three');
  t.deepEqual(printed, ['two']);
  t.deepEqual(recent.lines(), [
    { n: 2, level: 'warn', time: '1970-01-01T00:00:00.000Z', event: 'two' },
    { level: 'error', time: '1970-01-01T00:00:00.000Z', event: 'three' },
  ]);
  const file = `Centrala listens on http://${CANARY}.test\n{"level":40,"event":"x","from":"${CANARY}@x.test"}\n[1]\n{"broken`;
  t.deepEqual(cleanLog(file), [{ level: 40, event: 'x' }]);
});

test('a log is read as Docker, its compose and the journal print it, with their own words before each line', (t) => {
  const line = `{"level":40,"event":"x","from":"${CANARY}@x.test"}`;
  for (const before of [
    '',
    'centrala-1  | ',
    '2026-11-30T10:00:00.123456789Z ',
    `Nov 30 10:00:00 ${CANARY} centrala[12]: `,
    '\u001b[36mcentrala-1  | \u001b[0m',
  ])
    t.deepEqual(cleanLog(`${before}${line}\r\n`), [{ level: 40, event: 'x' }], before);
});

test('the page of health says what works, and the bundle carries no word of a person', async (t) => {
  const office = await officeFor(t);
  await addAgent(office.scope, CANARY);
  await office.api('POST', '/labels', { name: CANARY });
  await office.api('PATCH', '/company', { name: CANARY });
  await office.mail({ from: `${CANARY}@klient.test`, name: CANARY, subject: CANARY, text: `Treść ${CANARY}` });
  const client = await loggedInClient(office.base, ADMIN);
  t.is((await client.get('/health/checks')).status, 200);
  const page = await until('the checks have ended', async () => {
    const { text } = await client.get('/health/checks/state');
    return text.includes('health-rows') ? { text } : null;
  });
  const ofDatabase = office.scope.db.client.config.client === 'pg' ? 'zegar PostgreSQL' : 'spójność bazy';
  for (const words of [ofDatabase, 'certyfikat poczty przychodzącej', 'skrzynka biuro@firma.test', 'wtyczka email', 'kopie zapasowe'])
    t.true(page.text.includes(words), words);
  t.is((await client.post('/health/checks')).location, '/health/checks');
  t.is((await client.get('/health/checks/state')).status, 200);
  const response = await fetch(`${office.base}/health/bundle`, {
    headers: { cookie: [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  });
  t.is(response.headers.get('content-disposition')?.split(';')[0], 'attachment');
  const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
  t.notRegex(text, new RegExp(`${CANARY}|firma\\.test|klient\\.test|anna|Biuro|tajne|127\\.0\\.0`, 'i'));
  const bundle = JSON.parse(text);
  t.true(bundle.migrations.length > 50);
  t.true(bundle.checks.some((check: { what: unknown }) => check.what === 'health.database.what'));
  t.regex(bundle.metrics, /centrala_inbound\{state="kept"\} 1/);
  t.true(bundle.log.some(({ event }: { event: string }) => event === 'started'));
});

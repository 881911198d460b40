import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { allowedAddresses, type Call, type Called, call } from '../../core/alarms/call.ts';
import { alarmRoutes } from '../../core/alarms/routes.ts';
import { readAlarms } from '../../core/alarms/settings.ts';
import { signatureOf } from '../../core/alarms/signature.ts';
import type { Told, ToldNames } from '../../core/alarms/told.ts';
import type { AlarmSettings, Trouble } from '../../core/alarms/types.ts';
import { createAlarms } from '../../core/alarms/watch.ts';
import { silentLog } from '../../core/lib/log.ts';
import { scopeFor } from '../support/db.ts';
import { httpClient } from '../support/http-client.ts';
import { KEYRING, signIn, web } from '../support/web.ts';

const LOCAL = allowedAddresses('127.0.0.0/8, ::1');

async function server(t: ExecutionContext, status: number, more: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const listening = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url !== '/silent') answer.writeHead(status, more).end('x'.repeat(100_000));
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return { asked, port: (listening.address() as AddressInfo).port };
}

test('a call goes only to addresses that are allowed, by whatever name they are called', async (t) => {
  const { asked, port } = await server(t, 200);
  const url = `http://localhost:${port}/hook`;
  t.like(await call({ url, method: 'POST', body: '{}' }, allowedAddresses('')), { problem: 'address' });
  for (const literal of ['127.0.0.1', '[::1]', '169.254.169.254', '10.0.0.1', '[::ffff:127.0.0.1]'])
    t.like(await call({ url: `http://${literal}:${port}/`, method: 'GET' }, allowedAddresses('')), { problem: 'address' }, literal);
  t.deepEqual(asked, []);
  t.deepEqual(await call({ url: `http://127.0.0.1:${port}/hook`, method: 'POST', body: '{}' }, LOCAL), { problem: null });
  t.deepEqual(asked, ['POST /hook']);
});

test('redirects are not followed, refusals are told, and who does not answer is given up', async (t) => {
  const { asked, port } = await server(t, 302, { Location: 'http://127.0.0.1/elsewhere' });
  const at = (path: string): Call => ({ url: `http://127.0.0.1:${port}${path}`, method: 'GET', limitMs: 200 });
  t.deepEqual(await call({ ...at('/'), limitMs: 60_000 }, LOCAL), { problem: 'status', detail: '302' });
  t.is(asked.length, 1);
  t.like(await call(at('/silent'), LOCAL), { problem: 'late' });
  t.like(await call({ url: 'http://127.0.0.1:1/', method: 'GET' }, LOCAL), { problem: 'unreachable', detail: 'ECONNREFUSED' });
});

test('the signature binds the body to its time', (t) => {
  const [time = '', code = ''] = signatureOf('key', '{"a":1}', new Date(1_700_000_000_500)).split(',');
  t.is(time, 't=1700000000');
  t.is(code, `v1=${createHmac('sha256', 'key').update('1700000000.{"a":1}').digest('hex')}`);
});

const ALL: AlarmSettings = { isMailOn: true, webhook: 'https://hook.test/', webhookKey: 'k', ping: 'https://ping.test/', pingMinutes: 5 };

function inMemory(): Told {
  let known: ToldNames = { mail: [], webhook: [] };
  return {
    read: async () => known,
    note: async (names) => {
      known = names;
    },
  };
}

function watched(settings: AlarmSettings = ALL, told: Told = inMemory()) {
  const did: string[] = [];
  const state = { at: Date.UTC(2026, 10, 27), troubles: [] as readonly Trouble[], answer: { problem: null } as Called };
  const alarms = createAlarms({
    now: () => new Date(state.at),
    log: silentLog,
    version: '1',
    settings: async () => settings,
    told,
    troubles: async () => state.troubles,
    call: async ({ url, body }) => {
      did.push(
        body === undefined
          ? `ping ${url}`
          : `${JSON.parse(body).event} ${JSON.parse(body).troubles.map(({ name }: Trouble) => name)}`.trim(),
      );
      return state.answer;
    },
    mail: async (troubles) => void did.push(`mail ${troubles.map(({ name }) => name)}`),
  });
  /** So many minutes, a look in each. */
  const minutes = async (n: number): Promise<readonly string[]> => {
    did.length = 0;
    for (let i = 0; i < n; i++) {
      await alarms.look();
      state.at += 60_000;
    }
    return [...did];
  };
  return { state, minutes };
}

test('what has not worked for five minutes is told once by mail and webhook, and that it works again', async (t) => {
  const { state, minutes } = watched({ ...ALL, ping: null });
  t.deepEqual(await minutes(3), []);
  state.troubles = [{ name: 'disk', detail: null }];
  t.deepEqual(await minutes(4), []);
  state.troubles = [];
  t.deepEqual(await minutes(1), [], 'it came back before that');
  state.troubles = [{ name: 'disk', detail: null }];
  t.deepEqual(await minutes(20), ['mail disk', 'alarm disk']);
  state.troubles = [...state.troubles, { name: 'plugin email', detail: 'failed' }];
  t.deepEqual(await minutes(10), ['mail plugin email', 'alarm disk,plugin email']);
  state.troubles = [];
  t.deepEqual(await minutes(10), ['well']);
});

test('a webhook that does not take its call is called again until it does', async (t) => {
  const { state, minutes } = watched({ ...ALL, ping: null, isMailOn: false });
  state.troubles = [{ name: 'disk', detail: null }];
  state.answer = { problem: 'unreachable', detail: 'ECONNREFUSED' };
  t.deepEqual(await minutes(8), ['alarm disk', 'alarm disk', 'alarm disk']);
  state.answer = { problem: null };
  t.deepEqual(await minutes(5), ['alarm disk']);
});

test('the dead man’s switch is held down while all is well, and let go at once when something is not', async (t) => {
  const { state, minutes } = watched({ ...ALL, webhook: null, isMailOn: false });
  t.is((await minutes(11)).length, 3);
  state.troubles = [{ name: 'database', detail: null }];
  t.deepEqual(await minutes(30), []);
  state.troubles = [];
  t.deepEqual(await minutes(1), ['ping https://ping.test/']);
});

test('addresses are stored encrypted, kept when the field is left empty, and shown only by their host', async (t) => {
  const tried = { webhook: { problem: 'status', detail: '500' }, ping: { problem: null } } as const;
  const scope = await scopeFor(t);
  const { base } = await web(t, alarmRoutes({ keyring: KEYRING, alarms: { tryOut: async () => tried } }), { scope });
  const client = httpClient(base);
  signIn(client, 1);
  await client.get('/alarms');
  const form = { isMailOn: 'off', isWebhookOn: 'on', webhook: 'https://hook.test/kanarek', isPingOn: 'off', ping: '', pingMinutes: '10' };
  t.is((await client.post('/alarms', { ...form, webhook: 'ftp://hook.test' })).status, 422);
  t.is((await client.post('/alarms', { ...form, pingMinutes: '0' })).status, 422);
  t.is((await client.post('/alarms', { ...form, isPingOn: 'on' })).status, 422, 'a switch without an address');
  const first = await client.post('/alarms', form);
  t.is(first.status, 200, 'nothing is sent unsigned');
  t.true(first.text.includes(String((await readAlarms(scope, KEYRING)).webhookKey)));
  t.is((await client.post('/alarms', { ...form, webhook: '' })).status, 303);
  t.like(await readAlarms(scope, KEYRING), { webhook: 'https://hook.test/kanarek', ping: null, pingMinutes: 10, isMailOn: false });
  const rows: { value: string }[] = await scope.db('settings').select('value');
  t.false(rows.some(({ value }) => value.includes('kanarek')));
  const page = await client.get('/alarms');
  t.true(page.text.includes('hook.test'));
  t.false(page.text.includes('kanarek'));
  const shown = await client.post('/alarms/key');
  const { webhookKey } = await readAlarms(scope, KEYRING);
  t.true(webhookKey !== null && shown.text.includes(webhookKey));
  t.false((await client.get('/alarms')).text.includes(String(webhookKey)));
  t.is((await client.post('/alarms/trial')).status, 303);
  t.regex((await client.get('/alarms')).text, /alarms\.failed\.webhook alarms\.tried\.ping/, 'what failed is told beside what went well');
  await client.post('/alarms', { ...form, isWebhookOn: 'off' });
  t.is((await readAlarms(scope, KEYRING)).webhook, null);
});

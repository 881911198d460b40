import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { API_PREFIX } from '../../core/api/endpoint.ts';
import { type ApiDeps, apiEndpoints, apiRoutes } from '../../core/api/routes.ts';
import { problem } from '../../core/api/schemas.ts';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { headersFrom } from '../../core/boot/read-headers.ts';
import { transact } from '../../core/db/scope.ts';
import { admitAgent } from '../../core/folders/rights.ts';
import { createInbox } from '../../core/inboxes/change.ts';
import { createDirectory } from '../../core/inboxes/directory.ts';
import { lookAhead } from '../../core/ingest/ahead.ts';
import { createInterpreter } from '../../core/ingest/interpreter.ts';
import { startPump } from '../../core/ingest/pump.ts';
import { receiveInbound } from '../../core/ingest/receive.ts';
import { silentLog } from '../../core/lib/log.ts';
import { endpointsOf } from '../../core/messages/endpoint.ts';
import { SERVICES_OF_THE_WORLD } from '../../core/oauth/services.ts';
import type { Service } from '../../core/oauth/types.ts';
import { openSpool } from '../../core/spool/spool.ts';
import { scopeFor } from './db.ts';
import { demoChannel } from './demo-channel.ts';
import { noDns, noTokens } from './dns.ts';
import { httpClient } from './http-client.ts';
import { rawText } from './ingest.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';
import { agent, KEYRING, web } from './web.ts';

export const ADMINISTRATOR = 'key-of-the-administrator';
export const AGENT = 'key-of-agent-number-two';

/** What came back; `json` was parsed with the schema that the OpenAPI document promises for it. */
export interface ApiAnswer {
  readonly status: number;
  /** Of any shape, as whoever calls the API gets it. */
  readonly json: ReturnType<typeof JSON.parse>;
  readonly text: string;
  readonly headers: Headers;
}

export type Call = (method: string, path: string, body?: unknown, key?: string | null) => Promise<ApiAnswer>;

/** The REST API over a real database, spool and blob store with one inbox of the demo channel; keys of an administrator and an agent. */
export async function api(t: ExecutionContext<unknown>) {
  const dir = tempDir(t);
  const scope = await scopeFor(t);
  const demo = demoChannel();
  const channel = (name: string) => (name === 'demo' ? demo.plugin : null);
  const directory = createDirectory({ scope, keyring: KEYRING, channel, log: silentLog });
  const blobs = openBlobs(join(dir, 'blobs'));
  const spool = await openSpool({ dir, log: silentLog, onFatal: (error) => t.fail(error.message) });
  const people = [agent(1, 'administrator'), agent(2)];
  for (const { id, email, firstName, lastName, role } of people) {
    const row = { id, email, first_name: firstName, last_name: lastName, role, language: 'pl', created_at: new Date().toISOString() };
    await scope.db('agents').insert(row);
    await transact(scope, (tx) => admitAgent(tx, id, null));
  }
  const inboxes = {
    plugins: { channel, apply: async () => {}, running: () => null },
    keyring: KEYRING,
    directory,
    means: () => ({ dns: noDns, accessToken: noTokens, server: {} }),
  };
  const settings = { token: 'right', answers: true };
  const inbox = await createInbox(scope, inboxes, 'demo', { name: 'Biuro', address: 'biuro@firma.test', settings });
  const endpoints = endpointsOf(directory, channel);
  const senders = () => [{ address: 'biuro@firma.test', helloName: 'mx.firma.test', relays: [], isDirect: false }];
  const backups = { begin: () => true, progress: () => null };
  const quotas = { forget: () => {} };
  const readHeaders = headersFrom(blobs);
  const logins = {
    ...{ keyring: KEYRING, services: SERVICES_OF_THE_WORLD, publicUrl: 'https://centrala.firma.test' },
    scopesOf: () => ['https://mail.google.com/'],
    accountsOf: async (service: Service) => (service === 'google' ? ['biuro@firma.test'] : []),
  };
  const deps: ApiDeps = {
    inboxes,
    blobs,
    spool,
    backups,
    backupPlace: { dataDir: '', dir: '', key: null, path: '' },
    logShipping: { isPossible: false, state: () => null, look: async () => {} },
    quotas,
    disk: { last: async () => null },
    endpoints,
    senders,
    logins,
    readHeaders,
    log: silentLog,
    t: (key) => `text of ${key}`,
    version: '0.0.0',
  };
  const keys = new Map([
    [ADMINISTRATOR, people[0]],
    [AGENT, people[1]],
  ]);
  const { base } = await web(t, apiRoutes(deps), {
    scope,
    gatekeeper: {
      session: () => Promise.resolve(null),
      apiKey: async (_scope, key) => {
        const found = keys.get(key);
        return found ? { agent: found, language: 'pl' } : null;
      },
    },
  });
  const pump = startPump({
    scope,
    spool,
    blobs,
    log: silentLog,
    interpreter: createInterpreter({ blobsDir: join(dir, 'blobs'), log: silentLog }),
    inboxOf: async (id) => {
      const record = directory.record(id);
      return record && { address: record.address, name: record.name, interpreter: demo.plugin.interpreter };
    },
    ahead: (tx, coming) => lookAhead(tx, endpoints, coming),
    receive: (tx, record, items) => receiveInbound(tx, endpoints, record, items),
  });
  t.teardown(async () => {
    await pump.stop();
    await spool.close();
  });
  const call = conforming(t, base, deps);
  /** Keeps each text (sender, subject, body as lines) and waits until all became something. */
  const receive = async (...texts: readonly string[]): Promise<void> => {
    for (const text of texts) await spool.keep(rawText(inbox.id, text));
    await until('everything kept became something', async () => (await call('GET', '/ledger')).json.waiting === 0);
  };
  return { base, call, receive, scope, demo, inbox, blobs, spool, deps };
}

function conforming(t: ExecutionContext<unknown>, base: string, deps: ApiDeps): Call {
  const client = httpClient(base);
  const operations = apiEndpoints(deps).map(({ operation }) => ({
    ...operation,
    pattern: new RegExp(`^${operation.path.replace(':id', '[^/]+')}$`),
  }));
  return async (method, path, body, key = AGENT) => {
    const headers = {
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    const sent = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const { status, text, headers: answered } = await client.send(method, API_PREFIX + path, sent, headers);
    const operation = operations.find((one) => one.method === method && one.pattern.test(path.split('?')[0] ?? ''));
    const isJson = /^application\/json/.test(answered.get('content-type') ?? '');
    const json: unknown = isJson ? JSON.parse(text) : null;
    const schema = status >= 400 ? problem : operation?.response;
    const checked = schema?.safeParse(json);
    if (checked?.success === false) t.fail(`${method} ${path} answered ${status} against its schema: ${checked.error.message}\n${text}`);
    return { status, json, text, headers: answered };
  };
}

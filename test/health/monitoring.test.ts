import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import type { Middleware } from 'koa';
import { monitoring } from '../../core/api/monitoring.ts';
import { migrate } from '../../core/db/migrate.ts';
import { type HealthDeps, healthChecks } from '../../core/health/checks.ts';
import { createMetrics, type MetricSources } from '../../core/health/metrics.ts';
import { createReadiness } from '../../core/health/readiness.ts';
import type { PluginStatus } from '../../core/plugins/host.ts';
import { watchDiskSpace } from '../../core/spool/disk-space.ts';
import { MIGRATIONS, scopeFor } from '../support/db.ts';
import { demoFilter } from '../support/demo-filter.ts';
import { httpClient } from '../support/http-client.ts';
import { web } from '../support/web.ts';

const TOKEN = 'a-token-of-the-tests';

const running = (name: string): PluginStatus => ({
  name,
  plugin: null,
  startsEnabled: true,
  state: 'running',
  problem: null,
  health: null,
});

async function deps(t: ExecutionContext, parts: Partial<HealthDeps> = {}): Promise<HealthDeps> {
  const scope = await scopeFor(t);
  return {
    scope,
    pendingMigrations: async () => (await migrate(scope.db, MIGRATIONS)).length,
    plugins: { list: () => [running('demo')] },
    directory: { all: () => [], typed: () => null },
    spool: { count: async () => 3, space: watchDiskSpace('/', async () => 10_000_000_000) },
    maxMessageBytes: 1000,
    certificate: () => [],
    bucket: () => null,
    ...parts,
  };
}

const sources: MetricSources = {
  ledger: async () => ({ kept: 5, received: 4, failed: 1 }),
  deliveries: async () => ({ waiting: 2, failed: 0 }),
  spoolWaiting: async () => 3,
  dispatchLagMs: () => Promise.reject(new Error('the database is away')),
  damagedFiles: async () => 0,
  liveListeners: () => 7,
  oldestDeliverySeconds: async () => 61,
  jobs: async () => ({ waiting: 4, failed: 1, oldestSeconds: 3 }),
  backupAgeSeconds: async () => null,
  freeBytes: async () => 10,
  mailboxLagSeconds: () => ({ 3: 12 }),
  plugins: () => ({ email: 1 }),
  isReady: async () => true,
  turnedAway: () => ({ rate: 2 }),
  version: '1.2.3',
};

async function monitored(t: ExecutionContext, parts: Partial<HealthDeps> = {}, metricsToken: string | null = TOKEN) {
  const { scope, ...rest } = await deps(t, parts);
  const readiness = createReadiness(healthChecks({ scope, ...rest }), scope.now);
  const before: Middleware[] = [monitoring({ readiness, metrics: createMetrics(sources), metricsToken })];
  const { base } = await web(t, [{ method: 'GET', path: '/things/:id', may: 'public', handle: (ctx) => ctx.toast('x') }], {
    before,
  });
  return httpClient(base);
}

test('the process says that it is alive without asking anything else', async (t) => {
  const client = await monitored(t, { pendingMigrations: () => Promise.reject(new Error('away')) });
  const { status, text } = await client.get('/health');
  t.is(status, 200);
  t.deepEqual(JSON.parse(text), { status: 'ok' });
});

test('a ready process lists every check by name and state', async (t) => {
  const client = await monitored(t);
  const { status, text } = await client.get('/ready');
  t.is(status, 200, text);
  const { checks } = JSON.parse(text);
  t.deepEqual(
    checks.map((check: { name: string; state: string }) => `${check.name} ${check.state}`),
    ['database ok', 'migrations ok', 'dispatcher ok', 'disk ok', 'spool ok', 'files ok', 'plugin demo ok'],
  );
});

test('a filter that is away is named without making the process not ready, because mail comes in all the same', async (t) => {
  const sieve: PluginStatus = {
    ...running('sieve'),
    plugin: demoFilter().plugin,
    health: { state: 'failing', problem: 'unreachable', detail: null },
  };
  const client = await monitored(t, { plugins: { list: () => [sieve] } });
  const { status, text } = await client.get('/ready');
  t.is(status, 200);
  t.like(JSON.parse(text).checks.at(-1), { name: 'plugin sieve', state: 'ok', detail: 'not scoring: unreachable' });
});

test('a failing part makes the process not ready and is named without its secrets', async (t) => {
  const failed: PluginStatus = {
    name: 'demo',
    plugin: null,
    startsEnabled: true,
    state: 'failed',
    problem: { code: 'credentials', message: 'password hunter2 was refused by smtp.example.com' },
    health: null,
  };
  const list = [failed, { ...running('quiet'), state: 'disabled' as const }];
  const client = await monitored(t, {
    plugins: { list: () => list },
    pendingMigrations: () => Promise.reject(new Error('connect postgres://user:hunter2@db')),
  });
  const { status, text } = await client.get('/ready');
  t.is(status, 503);
  t.notRegex(text, /hunter2|example\.com/);
  const states = new Map<string, { state: string }>(JSON.parse(text).checks.map((check: { name: string }) => [check.name, check]));
  t.is(states.get('migrations')?.state, 'failing');
  t.is(states.get('plugin demo')?.state, 'failing');
  t.is(states.get('plugin quiet')?.state, 'off');
});

test('an inbox is ready when it is open and its plugin runs, and a paused one is no fault', async (t) => {
  const inbox = { name: 'Biuro', address: 'biuro@firma.test', settings: {}, createdAt: new Date() };
  const all = [
    { ...inbox, id: 1 as never, channel: 'demo', status: 'open' as const },
    { ...inbox, id: 2 as never, channel: 'demo', status: 'paused' as const },
    { ...inbox, id: 3 as never, channel: 'gone', status: 'open' as const },
  ];
  const checks = healthChecks(await deps(t, { directory: { all: () => all, typed: () => ({ ...inbox, id: 1 as never }) } }));
  const states = await checks.find((check) => check.name === 'inboxes')?.run();
  t.deepEqual(
    states?.map(({ name, state }) => `${name} ${state}`),
    ['inbox 1 ok', 'inbox 2 off', 'inbox 3 failing'],
  );
});

test('an event that nobody dispatched for a minute makes the process not ready', async (t) => {
  const { scope, ...rest } = await deps(t);
  const created_at = new Date(Date.now() - 61_000).toISOString();
  await scope.db('events').insert({ type: 'settings.changed', data: '{"key":"x"}', actor: '{}', created_at });
  const { status, checks } = await createReadiness(healthChecks({ scope, ...rest }), scope.now)();
  t.is(status, 'not_ready');
  t.is(checks.find(({ name }) => name === 'dispatcher')?.state, 'failing');
});

test('readiness is asked once a second however often it is read', async (t) => {
  let runs = 0;
  const readiness = createReadiness(
    [
      {
        name: 'one',
        run: () => {
          runs += 1;
          return [];
        },
      },
    ],
    () => new Date(),
  );
  await Promise.all([readiness(), readiness(), readiness()]);
  t.is(runs, 1);
});

test('metrics have what is asked of them and lack only what failed', async (t) => {
  const client = await monitored(t);
  await client.get('/things/42');
  const { status, text, headers } = await client.get('/metrics');
  t.is(status, 200);
  t.regex(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  t.regex(text, /^centrala_inbound\{state="kept"\} 5$/m);
  t.regex(text, /^centrala_deliveries\{state="waiting"\} 2$/m);
  t.regex(text, /^centrala_live_listeners 7$/m);
  t.regex(text, /^process_cpu_user_seconds_total /m);
  t.regex(text, /centrala_http_request_duration_seconds_count\{method="GET",route="\/things\/:id",status="404"\} 1/);
  t.notRegex(text, /things\/42/);
});

test('metrics are refused through a proxy, and given to whoever has the token', async (t) => {
  const client = await monitored(t);
  for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via']) {
    t.is((await client.get('/metrics', { [name]: '127.0.0.1' })).status, 403, name);
    t.is((await client.get('/metrics', { [name]: '127.0.0.1', Authorization: `Bearer ${TOKEN}` })).status, 200, name);
    t.is((await client.get('/metrics', { [name]: '127.0.0.1', Authorization: 'Bearer wrong' })).status, 403, name);
  }
});

test('without a token set no token opens the metrics', async (t) => {
  const client = await monitored(t, {}, null);
  t.is((await client.get('/metrics', { Via: '1.1 proxy', Authorization: 'Bearer null' })).status, 403);
  t.is((await client.get('/metrics')).status, 200);
});

test('a disk without room for new mail is not ready, and says how much is missing', async (t) => {
  const space = watchDiskSpace('/', async () => 150_000_000);
  const client = await monitored(t, { spool: { count: async () => 0, space } });
  const { status, text } = await client.get('/ready');
  t.is(status, 503);
  const { checks } = JSON.parse(text);
  const says = { key: 'health.part.full', facts: { free: 150, needed: 209 } };
  const disk = { name: 'disk', state: 'failing', detail: '150 MB free of the 209 MB needed to take mail', says };
  t.deepEqual(
    checks.filter(({ state }: { state: string }) => state === 'failing'),
    [disk],
  );
});

test('every metric that the dashboard for Grafana shows is there', async (t) => {
  const text = await createMetrics({ ...sources, dispatchLagMs: async () => 0 }).text();
  const dashboard: { panels: { title: string; targets: { expr: string }[] }[] } = JSON.parse(
    readFileSync(new URL('../../docs/grafana-dashboard.json', import.meta.url), 'utf8'),
  );
  const names = dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(?:centrala|process|nodejs)_\w+/g) ?? []),
  );
  const missing = [...new Set(names)].filter((name) => !text.includes(`# TYPE ${name.replace(/_(?:bucket|count|sum)$/, '')} `));
  t.deepEqual(missing, []);
  for (const own of text.match(/(?<=# TYPE )centrala_\w+/g) ?? [])
    t.true(
      names.some((name) => name.startsWith(own)),
      `no panel shows ${own}`,
    );
});

test('what is gone leaves the metrics, and a source that fails takes no other with it', async (t) => {
  let lag: Readonly<Record<string, number>> = { 3: 12, 4: 5 };
  const metrics = createMetrics({ ...sources, mailboxLagSeconds: () => lag });
  t.regex(await metrics.text(), /centrala_mailbox_lag_seconds\{inbox="4"\} 5/);
  lag = { 3: 13 };
  const text = await metrics.text();
  t.regex(text, /centrala_mailbox_lag_seconds\{inbox="3"\} 13/);
  t.notRegex(text, /inbox="4"/);
  t.regex(text, /centrala_backup_age_seconds -1/);
});

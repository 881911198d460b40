import test, { type ExecutionContext } from 'ava';
import type { Scope } from '../../core/db/scope.ts';
import { createSchedule } from '../../core/jobs/schedule.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { enablePlugin, startEnabledPlugins } from '../../core/plugins/enable.ts';
import { createPlugins } from '../../core/plugins/host.ts';
import { changePluginSettings, pluginSettings } from '../../core/plugins/settings.ts';
import { scopeFor } from '../support/db.ts';
import { demoChannel } from '../support/demo-channel.ts';
import { demoFilter } from '../support/demo-filter.ts';
import { noDns, noTokens } from '../support/dns.ts';

async function house(t: ExecutionContext, server = {}, startsEnabled = true) {
  const scope: Scope = await scopeFor(t);
  const [demo, sieve, keyring] = [demoChannel('demo', startsEnabled), demoFilter(), createKeyring('x'.repeat(40))];
  const plugins = createPlugins({
    loaded: [
      { name: 'demo', dir: '/x', plugin: demo.plugin },
      { name: 'sieve', dir: '/x', plugin: sieve.plugin },
    ],
    scope,
    inboxes: { openInboxes: async () => [], findInbox: async () => null },
    keep: async () => ({ state: 'too_large', bytes: 0 }),
    hasRoom: async () => true,
    admit: async () => ({ verdict: 'unlisted' }),
    hasWaited: async () => true,
    signingKeys: async () => [],
    accessToken: noTokens,
    sent: async () => null,
    toVisitor: async () => 'gone',
    backlog: async () => 0,
    numbered: async function* () {},
    deleted: async () => [],
    watchSender: () => ({ add: async () => {}, result: async () => null, end: async () => {} }),
    refused: () => {},
    turnedAway: () => {},
    dns: noDns,
    settingsOf: (plugin) => pluginSettings(scope, keyring, plugin),
    server,
    schedule: createSchedule(silentLog),
    log: silentLog,
    onChange: () => {},
  });
  t.teardown(() => plugins.stopAll());
  await startEnabledPlugins(scope, plugins);
  return { scope, demo, sieve, plugins, deps: { plugins, keyring, server: {} } };
}

test('a plugin starts with the defaults of its plugin-wide settings until somebody changes them', async (t) => {
  const { demo, scope, deps } = await house(t);
  t.deepEqual(demo.host?.settings, { limit: 10, licence: '' });
  await changePluginSettings(scope, deps, 'demo', { limit: '25', licence: 'very secret' });
  t.deepEqual(demo.host?.settings, { limit: 25, licence: 'very secret' });
  t.deepEqual(demo.did, ['start', 'stop', 'start']);
});

test('secrets among plugin-wide settings are sealed in the database', async (t) => {
  const { scope, deps } = await house(t);
  await changePluginSettings(scope, deps, 'demo', { limit: '25', licence: 'very secret' });
  const [row] = await scope.db('plugin_settings').where({ plugin: 'demo' });
  t.notRegex(JSON.stringify(row), /very secret/);
  t.like(JSON.parse(row.settings), { limit: '25' });
});

test('wrong plugin-wide settings are named by field and change nothing', async (t) => {
  const { scope, deps, demo } = await house(t);
  const error = await t.throwsAsync(changePluginSettings(scope, deps, 'demo', { limit: 'many', licence: '' }));
  t.like(error, { code: 'invalid', fields: { limit: 'limit_wrong' } });
  t.deepEqual(demo.did, ['start']);
  t.is((await scope.db('plugin_settings')).length, 0);
});

test('settings of a filter are stored only after its check passed', async (t) => {
  const { scope, deps, sieve } = await house(t);
  const error = await t.throwsAsync(changePluginSettings(scope, deps, 'sieve', { host: 'wrong' }));
  t.like(error, { code: 'check_failed', result: { field: 'host', problem: 'refused' } });
  t.deepEqual(sieve.did, ['start localhost']);
  await changePluginSettings(scope, deps, 'sieve', { host: 'right' });
  t.deepEqual(sieve.did, ['start localhost', 'stop', 'start right']);
});

test('a disabled plugin takes new settings without being started', async (t) => {
  const { scope, deps, sieve, plugins } = await house(t);
  await plugins.stop('sieve');
  await changePluginSettings(scope, deps, 'sieve', { host: 'right' });
  t.is(plugins.list().find(({ name }) => name === 'sieve')?.state, 'disabled');
  await plugins.start('sieve');
  t.is(sieve.did.at(-1), 'start right');
});

test('a filter is no channel, and a channel is no filter', async (t) => {
  const { plugins } = await house(t);
  t.is(plugins.channel('sieve'), null);
  t.is(plugins.running('sieve'), null);
  t.not(plugins.channel('demo'), null);
  t.deepEqual(
    plugins.filters().map(({ name }) => name),
    ['sieve'],
  );
  await plugins.stop('sieve');
  t.deepEqual(plugins.filters(), []);
});

test('a plugin that the environment configures starts by itself, unless somebody disabled it', async (t) => {
  const { scope, plugins, demo } = await house(t, { demo: { startsEnabled: 'true' } }, false);
  t.is(demo.did.at(-1), 'start');
  await enablePlugin(scope, plugins, 'demo', false);
  await startEnabledPlugins(scope, plugins);
  t.deepEqual(demo.did, ['start', 'stop']);
});

test('a plugin without plugin-wide settings has no such page and takes none', async (t) => {
  const { scope, deps } = await house(t);
  await t.throwsAsync(changePluginSettings(scope, deps, 'nowhere', {}), { code: 'not_found' });
});

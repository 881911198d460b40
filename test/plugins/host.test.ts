import test, { type ExecutionContext } from 'ava';
import type { Scope } from '../../core/db/scope.ts';
import { changeInboxStatus, createInbox, updateInbox } from '../../core/inboxes/change.ts';
import { createDirectory } from '../../core/inboxes/directory.ts';
import { findInboxById } from '../../core/inboxes/store.ts';
import { createSchedule } from '../../core/jobs/schedule.ts';
import { AppError } from '../../core/lib/errors.ts';
import { silentLog } from '../../core/lib/log.ts';
import { createKeyring } from '../../core/lib/secrets.ts';
import { enablePlugin, startEnabledPlugins } from '../../core/plugins/enable.ts';
import { createPlugins } from '../../core/plugins/host.ts';
import { pluginSettings } from '../../core/plugins/settings.ts';
import { scopeFor } from '../support/db.ts';
import { demoChannel } from '../support/demo-channel.ts';
import { noDns, noTokens } from '../support/dns.ts';
import { until } from '../support/until.ts';

async function house(t: ExecutionContext) {
  const scope: Scope = await scopeFor(t);
  const demo = demoChannel();
  const other = demoChannel('other');
  const keyring = createKeyring('x'.repeat(40));
  const directory = createDirectory({ scope, keyring, channel: (name) => plugins.channel(name), log: silentLog });
  const plugins = createPlugins({
    loaded: [
      { name: 'broken', dir: '/x', plugin: null, error: 'plugin.ts has no default export' },
      { name: 'demo', dir: '/x', plugin: demo.plugin },
      { name: 'other', dir: '/x', plugin: other.plugin },
    ],
    scope,
    inboxes: {
      openInboxes: async (channel) => directory.openOf(channel),
      findInbox: async (channel, address) => directory.find(channel, address),
    },
    keep: async () => ({ state: 'too_large', bytes: 0 }),
    hasRoom: async () => true,
    admit: async () => ({ verdict: 'unlisted' }),
    hasWaited: async () => true,
    settingsOf: (plugin) => pluginSettings(scope, keyring, plugin),
    server: { demo: { port: '0' } },
    schedule: createSchedule(silentLog),
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
    log: silentLog,
    onChange: () => {},
    retryMs: 200,
  });
  t.teardown(() => plugins.stopAll());
  return {
    scope,
    demo,
    other,
    plugins,
    directory,
    keyring,
    deps: { plugins, keyring, directory, means: () => ({ dns: noDns, accessToken: noTokens, server: {} }) },
  };
}

const settings = { token: 'secret-token', answers: true };

test('a plugin that cannot start is shown as failed with its reason and the others run', async (t) => {
  const { scope, demo, plugins } = await house(t);
  demo.startError = new AppError('settings', 500, 'the port is taken');
  await startEnabledPlugins(scope, plugins);
  t.deepEqual(
    plugins.list().map(({ name, state, problem }) => [name, state, problem?.code ?? null]),
    [
      ['broken', 'failed', 'broken'],
      ['demo', 'failed', 'settings'],
      ['other', 'running', null],
    ],
  );
});

test('a plugin that cannot start because the database is away is started again by itself', async (t) => {
  const { scope, demo, plugins } = await house(t);
  demo.startError = Object.assign(new Error('the database system is starting up'), { code: '57P03' });
  await startEnabledPlugins(scope, plugins);
  t.is(plugins.running('demo'), null);
  demo.startError = null;
  t.truthy(await until('it runs', () => plugins.running('demo')));
});

test('disabling and enabling a plugin works at once, reopens its inboxes and is remembered', async (t) => {
  const { scope, demo, plugins, deps } = await house(t);
  await startEnabledPlugins(scope, plugins);
  const inbox = await createInbox(scope, deps, 'demo', { name: 'Biuro', address: 'biuro@firma.test', settings });
  await enablePlugin(scope, plugins, 'demo', false);
  t.is(plugins.running('demo'), null);
  await enablePlugin(scope, plugins, 'demo', true);
  t.deepEqual(demo.did, ['start', `open ${inbox.id}`, 'stop', 'start', `open ${inbox.id}`]);
  await enablePlugin(scope, plugins, 'demo', false);
  await startEnabledPlugins(scope, plugins);
  t.is(plugins.list().find((status) => status.name === 'demo')?.state, 'disabled');
});

test('a plugin that does not exist cannot be enabled', async (t) => {
  const { scope, plugins } = await house(t);
  await t.throwsAsync(enablePlugin(scope, plugins, 'nowhere', true), { code: 'not_found' });
});

test('an inbox whose check fails is not stored and the field at fault is named', async (t) => {
  const { scope, deps } = await house(t);
  const error = await t.throwsAsync(
    createInbox(scope, deps, 'demo', { name: 'Biuro', address: 'biuro@firma.test', settings: { token: 'wrong' } }),
  );
  t.like(error, { code: 'check_failed', result: { field: 'token', problem: 'refused' } });
  t.is((await scope.db('inboxes')).length, 0);
});

test('a bad name, address, channel or setting of an inbox is refused by field', async (t) => {
  const { scope, deps } = await house(t);
  const refused = async (channel: string, input: object): Promise<string[]> => {
    const given = { name: 'Biuro', address: 'biuro@firma.test', settings, ...input };
    const error = await t.throwsAsync<Error & { fields: Record<string, string> }>(createInbox(scope, deps, channel, given));
    return Object.keys(error?.fields ?? {});
  };
  t.deepEqual(await refused('demo', { name: ' ' }), ['name']);
  t.deepEqual(await refused('demo', { address: 'not an address' }), ['address']);
  t.deepEqual(await refused('demo', { address: 'biuro+tag@firma.test' }), ['address']);
  t.deepEqual(await refused('nowhere', {}), ['channel']);
  t.deepEqual(await refused('demo', { settings: {} }), ['token']);
});

test('an inbox secret is sealed in the database and typed again for the plugin', async (t) => {
  const { scope, deps, directory } = await house(t);
  const inbox = await createInbox(scope, deps, 'demo', { name: 'Biuro', address: 'Biuro@Firma.test', settings });
  t.is(inbox.address, 'biuro@firma.test');
  const stored = await findInboxById(scope, inbox.id);
  t.notRegex(JSON.stringify(stored), /secret-token/);
  t.deepEqual(directory.typed(inbox.id)?.settings, settings);
  t.is(directory.find('demo', 'biuro@firma.test'), inbox.id);
});

test('two inboxes of one channel cannot have the same address, also not by a later change', async (t) => {
  const { scope, deps } = await house(t);
  await createInbox(scope, deps, 'demo', { name: 'A', address: 'a@firma.test', settings });
  const b = await createInbox(scope, deps, 'demo', { name: 'B', address: 'b@firma.test', settings });
  await t.throwsAsync(createInbox(scope, deps, 'demo', { name: 'C', address: 'A@firma.test', settings }), { code: 'address_taken' });
  await t.throwsAsync(updateInbox(scope, deps, b.id, { name: 'B', address: 'a@firma.test', settings }), { code: 'address_taken' });
  t.is((await updateInbox(scope, deps, b.id, { name: 'B2', address: 'b@firma.test', settings })).name, 'B2');
});

test('a paused inbox is closed in its plugin and answers for no address until it is opened again', async (t) => {
  const { scope, deps, plugins, demo, directory } = await house(t);
  await plugins.start('demo');
  const { id } = await createInbox(scope, deps, 'demo', { name: 'A', address: 'a@firma.test', settings });
  await changeInboxStatus(scope, deps, id, 'paused');
  t.is(directory.find('demo', 'a@firma.test'), null);
  t.true(directory.isOurs('a@firma.test'));
  await changeInboxStatus(scope, deps, id, 'open');
  t.deepEqual(demo.did, ['start', `open ${id}`, `close ${id}`, `open ${id}`]);
});

test('the private state of a plugin is kept apart from that of the others', async (t) => {
  const { plugins, demo, other } = await house(t);
  await plugins.start('demo');
  await plugins.start('other');
  await demo.host?.state.set('cursor', '7');
  await demo.host?.state.set('cursor', '8');
  t.is(await demo.host?.state.get('cursor'), '8');
  t.is(await other.host?.state.get('cursor'), null);
  await demo.host?.state.delete('cursor');
  t.is(await demo.host?.state.get('cursor'), null);
});

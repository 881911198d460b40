import { type Scope, transact } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { NotFoundError } from '../lib/errors.ts';
import { within } from '../lib/within.ts';
import { PLUGIN_KINDS, type PluginManifest } from './contract.ts';
import type { Plugins } from './host.ts';
import { choosePlugin, pluginChoices } from './store.ts';

/** Remembers the choice and starts or stops the plugin now; no restart of the product. */
export async function enablePlugin(scope: Scope, plugins: Plugins, name: string, enabled: boolean): Promise<void> {
  if (!plugins.list().some((status) => status.name === name)) throw new NotFoundError('Plugin');
  await transact(scope, async (tx) => {
    await choosePlugin(tx, name, enabled);
    tx.emit({ type: 'plugin.changed', data: { name, process: tx.claimant ?? null } });
  });
  if (enabled) await plugins.start(name);
  else await plugins.stop(name);
}

/** Applies what other processes changed, whichever process handled the event; what this one changed it has applied by itself. */
export async function applyChoices(scope: Scope, plugins: Plugins, events: readonly DomainEvent[]): Promise<void> {
  const me = scope.claimant ?? null;
  const names = events.flatMap(({ type, data }) => (type === 'plugin.changed' && (data.process ?? null) !== me ? [data.name] : []));
  for (const name of new Set(names)) await applyChoice(scope, plugins, name);
}

/** Starts or stops a plugin as it is stored, with its new settings. */
async function applyChoice(scope: Scope, plugins: Plugins, name: string): Promise<void> {
  const status = plugins.list().find((one) => one.name === name);
  if (!status) return;
  await plugins.stop(name);
  if ((await pluginChoices(scope)).get(name) ?? status.startsEnabled) await plugins.start(name);
}

const PATIENCE_MS = 10_000;

/** Starts what administrators enabled, of some kinds or all, and what a new installation starts with. One that fails is shown as failed, a slow one goes on alone. */
export async function startEnabledPlugins(
  scope: Scope,
  plugins: Plugins,
  kinds: readonly PluginManifest['kind'][] = PLUGIN_KINDS,
): Promise<void> {
  const choices = await pluginChoices(scope);
  const asked = plugins.list().filter(({ plugin }) => plugin && kinds.includes(plugin.manifest.kind));
  const enabled = asked.filter(({ name, startsEnabled }) => choices.get(name) ?? startsEnabled);
  const started = Promise.all(enabled.map(({ name }) => plugins.start(name)));
  await within<unknown>(PATIENCE_MS, started, () => {});
}

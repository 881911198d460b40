import { type Scope, transact } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { Keyring } from '../lib/secrets.ts';
import { CheckFailedError } from './check-failed.ts';
import { isService, type Plugin, type ServerValues } from './contract.ts';
import { openSecrets, sealSecrets, valuesWithDefaults } from './fields.ts';
import type { Plugins } from './host.ts';
import { putPluginSettings, storedSettingsOf } from './store.ts';

const PURPOSE = 'plugin-settings';
const CHECK_TIMEOUT_MS = 20_000;

export interface PluginSettingsDeps {
  readonly plugins: Pick<Plugins, 'list' | 'restart'>;
  readonly keyring: Keyring;
  /** Process-wide values by plugin name. */
  readonly server: Readonly<Record<string, ServerValues>>;
}

/** Plugin-wide values as stored, secrets in clear, with the manifest's defaults for what is missing. Never shown as they are. */
export async function pluginValues(scope: Scope, keyring: Keyring, { manifest }: Plugin): Promise<Record<string, unknown>> {
  const fields = manifest.pluginSettings ?? [];
  const stored = await storedSettingsOf(scope, manifest.name);
  return valuesWithDefaults(fields, openSecrets(keyring, PURPOSE, fields, stored));
}

/** The same typed by the plugin, as its `host.settings`; undefined for a plugin without such settings. Throws InvalidError. */
export async function pluginSettings(scope: Scope, keyring: Keyring, plugin: Plugin): Promise<unknown> {
  return plugin.readPluginSettings?.(await pluginValues(scope, keyring, plugin));
}

/** Checks (what works by itself: by a real connection), stores and applies by starting the plugin again. Throws InvalidError or CheckFailedError. */
export async function changePluginSettings(
  scope: Scope,
  deps: PluginSettingsDeps,
  name: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const plugin = deps.plugins.list().find((status) => status.name === name)?.plugin;
  const fields = plugin?.manifest.pluginSettings;
  if (!plugin?.readPluginSettings || !fields) throw new NotFoundError('Plugin');
  const typed = plugin.readPluginSettings(values);
  if (isService(plugin)) {
    const result = await plugin.check(typed, deps.server[name] ?? {}, AbortSignal.timeout(CHECK_TIMEOUT_MS));
    if (!result.ok) throw new CheckFailedError(name, result);
  }
  await transact(scope, async (tx) => {
    await putPluginSettings(tx, name, sealSecrets(deps.keyring, PURPOSE, fields, values));
    tx.emit({ type: 'plugin.changed', data: { name, process: tx.claimant ?? null } });
  });
  await deps.plugins.restart(name);
}

import { z } from 'zod';
import { locked } from '../db/dialect.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { PluginHost } from './contract.ts';

/** What administrators chose; a plugin without a row follows its manifest. */
export async function pluginChoices({ db }: Scope): Promise<ReadonlyMap<string, boolean>> {
  const rows = await db<{ name: string; enabled: boolean | number }>('plugins').select('name', 'enabled');
  return new Map(rows.map((row) => [row.name, Boolean(row.enabled)]));
}

export async function choosePlugin({ db, now }: WriteScope, name: string, enabled: boolean): Promise<void> {
  await db('plugins').insert({ name, enabled, changed_at: now().toISOString() }).onConflict('name').merge();
}

interface StateRow {
  plugin: string;
  key: string;
  value: string;
}

/** The private key-value state of one plugin. Writes go straight to the database, outside any transaction of core. */
export function pluginState(scope: Scope, plugin: string): PluginHost['state'] {
  const { db } = scope;
  return {
    get: async (key) => (await db<StateRow>('plugin_state').where({ plugin, key }).first())?.value ?? null,
    set: async (key, value) => {
      await db('plugin_state').insert({ plugin, key, value }).onConflict(['plugin', 'key']).merge();
    },
    change: (key, work) =>
      transact(scope, async (tx) => {
        await tx.db('plugin_state').insert({ plugin, key, value: '' }).onConflict(['plugin', 'key']).ignore();
        const row = await locked(tx.db, tx.db<StateRow>('plugin_state').where({ plugin, key }).first('value'));
        const before = row?.value || null;
        const after = work(before);
        if (after === null) await tx.db('plugin_state').where({ plugin, key }).delete();
        else if (after !== before) await tx.db('plugin_state').where({ plugin, key }).update({ value: after });
      }),
    delete: async (key) => {
      await db('plugin_state').where({ plugin, key }).delete();
    },
  };
}

const SETTINGS = z.record(z.string(), z.unknown());

/** Plugin-wide settings as stored: secrets are still sealed; empty when nobody changed any. */
export async function storedSettingsOf({ db }: Scope, plugin: string): Promise<Readonly<Record<string, unknown>>> {
  const row = await db<{ plugin: string; settings: string }>('plugin_settings').where({ plugin }).first('settings');
  return row ? SETTINGS.parse(JSON.parse(row.settings)) : {};
}

export async function putPluginSettings(
  { db, now }: WriteScope,
  plugin: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const row = { plugin, settings: JSON.stringify(settings), changed_at: now().toISOString() };
  await db('plugin_settings').insert(row).onConflict('plugin').merge();
}

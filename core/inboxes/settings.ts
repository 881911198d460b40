import type { Keyring } from '../lib/secrets.ts';
import type { ChannelPlugin, Inbox, SettingField } from '../plugins/contract.ts';
import type { InboxRecord } from './types.ts';

const PURPOSE = 'inbox-settings';
const isSecret = (field: SettingField): boolean => field.type === 'secret';

/** Encrypts every secret of the manifest for the database. */
export function sealSettings(keyring: Keyring, plugin: ChannelPlugin, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return mapSecrets(plugin, values, (secret) => keyring.encrypt(PURPOSE, secret));
}

export function openSettings(keyring: Keyring, plugin: ChannelPlugin, sealed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return mapSecrets(plugin, sealed, (secret) => keyring.decrypt(PURPOSE, secret));
}

function mapSecrets(
  plugin: ChannelPlugin,
  values: Readonly<Record<string, unknown>>,
  change: (secret: string) => string,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...values };
  for (const { key } of plugin.manifest.settings.filter(isSecret)) {
    const value = values[key];
    if (typeof value === 'string' && value !== '') result[key] = change(value);
  }
  return result;
}

/**
 * Posted form values as settings: only keys of the manifest, switches as booleans. An empty secret keeps the stored one, unless
 * `<key>_remove` was ticked.
 */
export function settingsFromForm(
  plugin: ChannelPlugin,
  form: Readonly<Record<string, unknown>>,
  stored: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of plugin.manifest.settings) {
    const given = form[field.key];
    // A switch posts a hidden "off" before its own value.
    const posted: unknown = Array.isArray(given) ? given.at(-1) : given;
    if (field.type === 'switch') values[field.key] = posted === true || posted === 'true' || posted === 'on' || posted === '1';
    else if (isSecret(field) && (posted === undefined || posted === ''))
      values[field.key] = form[`${field.key}_remove`] ? '' : (stored[field.key] ?? '');
    else values[field.key] = typeof posted === 'string' ? posted.trim() : (posted ?? '');
  }
  return values;
}

/** Values for a settings object that was not posted as a form (command line, API): defaults of the manifest, then `given`. */
export function settingsWithDefaults(plugin: ChannelPlugin, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of plugin.manifest.settings) values[field.key] = given[field.key] ?? field.default ?? '';
  return values;
}

/** The inbox as its plugin sees it. */
export function typedInbox(keyring: Keyring, plugin: ChannelPlugin, record: InboxRecord): Inbox<unknown> {
  return {
    id: record.id,
    name: record.name,
    address: record.address,
    settings: plugin.readSettings(openSettings(keyring, plugin, record.settings)),
  };
}

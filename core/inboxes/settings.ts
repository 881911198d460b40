import type { Keyring } from '../lib/secrets.ts';
import type { ChannelPlugin, Inbox } from '../plugins/contract.ts';
import { openSecrets, sealSecrets, valuesFromForm, valuesWithDefaults } from '../plugins/fields.ts';
import type { InboxRecord } from './types.ts';

const PURPOSE = 'inbox-settings';
type Values = Readonly<Record<string, unknown>>;

/** Encrypts every secret of the manifest for the database. */
export const sealSettings = (keyring: Keyring, { manifest }: ChannelPlugin, values: Values): Record<string, unknown> =>
  sealSecrets(keyring, PURPOSE, manifest.settings, values);

export const openSettings = (keyring: Keyring, { manifest }: ChannelPlugin, sealed: Values): Record<string, unknown> =>
  openSecrets(keyring, PURPOSE, manifest.settings, sealed);

/** Posted form values as settings of an inbox; an empty secret keeps the stored one. */
export const settingsFromForm = ({ manifest }: ChannelPlugin, form: Values, stored: Values = {}): Record<string, unknown> =>
  valuesFromForm(manifest.settings, form, stored);

/** Values for a settings object that was not posted as a form (command line, API): defaults of the manifest, then `given`. */
export const settingsWithDefaults = ({ manifest }: ChannelPlugin, given: Values): Record<string, unknown> =>
  valuesWithDefaults(manifest.settings, given);

/** The inbox as its plugin sees it. */
export function typedInbox(keyring: Keyring, plugin: ChannelPlugin, record: InboxRecord): Inbox<unknown> {
  return {
    id: record.id,
    name: record.name,
    address: record.address,
    settings: plugin.readSettings(openSettings(keyring, plugin, record.settings)),
  };
}

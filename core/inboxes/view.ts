import type { Translate } from '../http/context.ts';
import type { ChannelPlugin, SettingField } from '../plugins/contract.ts';
import type { PluginStatus } from '../plugins/host.ts';
import type { InboxDirectory } from './directory.ts';
import type { InboxRecord } from './types.ts';

/** One control of the inbox form as the template draws it. */
export interface FieldView {
  readonly key: string;
  readonly type: Exclude<SettingField['type'], 'phone'> | 'tel';
  readonly label: string;
  readonly help: string | null;
  readonly required: boolean;
  /** Never a secret. */
  readonly value: string | boolean;
  /** A secret is stored: an empty field keeps it. */
  readonly isStored: boolean;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly error: string | null;
}

export interface FormState {
  readonly name: string;
  readonly address: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Stored values, to tell whether a secret exists. */
  readonly stored: Readonly<Record<string, unknown>>;
  /** Field -> text shown next to it. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Draws the manifest's settings; texts come from the plugin's locales. */
export function fieldViews(t: Translate, plugin: ChannelPlugin, state: FormState): readonly FieldView[] {
  const { name, settings } = plugin.manifest;
  return settings.map((field) => {
    const help = t(`plugin.${name}.settings.${field.key}.help`);
    const value = state.values[field.key] ?? field.default ?? '';
    return {
      key: field.key,
      type: field.type === 'phone' ? 'tel' : field.type,
      label: t(`plugin.${name}.settings.${field.key}.label`),
      help: help === '' ? null : help,
      required: field.required,
      value: field.type === 'switch' ? value === true : field.type === 'secret' ? '' : String(value),
      isStored: field.type === 'secret' && Boolean(state.stored[field.key]),
      choices:
        field.type === 'choice'
          ? field.choices.map((choice) => ({ value: choice, text: t(`plugin.${name}.settings.${field.key}.choices.${choice}`) }))
          : [],
      error: state.errors[field.key] ?? null,
    };
  });
}

/** One row of Settings → Inboxes. */
export function inboxRow(t: Translate, record: InboxRecord, directory: InboxDirectory, status: PluginStatus | undefined) {
  const typed = directory.typed(record.id);
  const plugin = status?.plugin ?? null;
  const works = record.status === 'open' && status?.state === 'running' && typed !== null;
  return {
    id: record.id,
    name: record.name,
    address: record.address,
    channel: plugin ? t(`plugin.${record.channel}.title`) : record.channel,
    icon: plugin?.manifest.icon ?? 'plug',
    isOpen: record.status === 'open',
    state: record.status === 'paused' ? 'paused' : works ? 'open' : 'broken',
    canSend: plugin !== null && typed !== null && plugin.canSend(typed.settings),
    summary: plugin && typed ? plugin.summary(typed.settings) : null,
  };
}

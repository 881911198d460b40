import type { Translate } from '../http/context.ts';
import type { SettingField } from './contract.ts';
import { hideStoredPassword } from './secret-url.ts';

/** One control of a form drawn from a manifest, as the template draws it. */
export interface FieldView {
  readonly key: string;
  readonly type: Exclude<SettingField['type'], 'phone'> | 'tel';
  readonly label: string;
  readonly help: string | null;
  readonly required: boolean;
  /** Never a stored secret. */
  readonly value: string | boolean;
  /** A secret is stored: an empty field keeps it. */
  readonly isStored: boolean;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly error: string | null;
  /** `choice=value` or `choice=value|value` of another control on which this one depends, or null. */
  readonly visibleWhen: string | null;
}

export interface FieldState {
  readonly values: Readonly<Record<string, unknown>>;
  /** Stored values, to tell whether a secret exists. */
  readonly stored: Readonly<Record<string, unknown>>;
  /** Field -> text shown next to it. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Draws settings of the plugin `name`; texts come from its locales. */
export function fieldViews(t: Translate, name: string, fields: readonly SettingField[], state: FieldState): readonly FieldView[] {
  return fields
    .filter(({ isInternal }) => !isInternal)
    .map((field) => {
      const help = t(`plugin.${name}.settings.${field.key}.help`);
      const value = state.values[field.key] ?? field.default ?? '';
      return {
        key: field.key,
        type: field.type === 'phone' ? 'tel' : field.type,
        label: t(`plugin.${name}.settings.${field.key}.label`),
        help: help === '' ? null : help,
        required: field.required,
        value: shown(field, value, state.stored[field.key]),
        isStored: field.type === 'secret' && Boolean(state.stored[field.key]),
        choices:
          field.type === 'choice'
            ? field.choices.map((choice) => ({ value: choice, text: t(`plugin.${name}.settings.${field.key}.choices.${choice}`) }))
            : [],
        error: state.errors[field.key] ?? null,
        visibleWhen: field.visibleWhen ? `${field.visibleWhen.key}=${[field.visibleWhen.value].flat().join('|')}` : null,
      };
    });
}

function shown({ type }: SettingField, value: unknown, stored: unknown): string | boolean {
  if (type === 'switch') return value === true;
  if (type === 'secret') return '';
  return type === 'secret-url' ? hideStoredPassword(String(value), String(stored ?? '')) : String(value);
}

import type { Translate } from '../http/context.ts';
import { InvalidError } from '../lib/errors.ts';
import { CheckFailedError } from './check-failed.ts';
import type { SettingField } from './contract.ts';

/** Texts to show in a form drawn from `fields` of the plugin `name`, for an error that the person can correct; null for any other error. */
export function pluginFormErrors(
  t: Translate,
  name: string,
  fields: readonly SettingField[],
  error: unknown,
): Record<string, string> | null {
  if (error instanceof CheckFailedError) {
    const { field, problem, detail } = error.result;
    return { [field ?? 'form']: [t(`plugin.${name}.problems.${problem}`), detail].filter(Boolean).join(' ') };
  }
  if (!(error instanceof InvalidError)) return null;
  const own = new Set(fields.map((setting) => setting.key));
  return Object.fromEntries(
    Object.entries(error.fields).map(([key, text]) => [key, t(own.has(key) ? `plugin.${name}.problems.${text}` : text)]),
  );
}

import type { Translate } from '../http/context.ts';
import { InvalidError } from '../lib/errors.ts';
import type { ChannelPlugin } from '../plugins/contract.ts';
import { CheckFailedError } from './change.ts';

/** Texts to show in the form for an error that the person can correct; null for any other error. */
export function formErrors(t: Translate, plugin: ChannelPlugin, error: unknown): Record<string, string> | null {
  const { name } = plugin.manifest;
  if (error instanceof CheckFailedError) {
    const { field, problem, detail } = error.result;
    return { [field ?? 'form']: [t(`plugin.${name}.problems.${problem}`), detail].filter(Boolean).join(' ') };
  }
  if (error instanceof InvalidError) {
    const own = new Set(plugin.manifest.settings.map((setting) => setting.key));
    return Object.fromEntries(
      Object.entries(error.fields).map(([key, text]) => [key, t(own.has(key) ? `plugin.${name}.problems.${text}` : text)]),
    );
  }
  if (error instanceof Error && 'code' in error && error.code === 'address_taken') return { address: t('inboxes.problem.taken') };
  return null;
}

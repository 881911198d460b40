import type { Translate } from '../http/context.ts';
import type { ChannelPlugin } from '../plugins/contract.ts';
import { pluginFormErrors } from '../plugins/form-errors.ts';

/** Texts to show in the form for an error that the person can correct; null for any other error. */
export function formErrors(t: Translate, plugin: ChannelPlugin, error: unknown): Record<string, string> | null {
  const errors = pluginFormErrors(t, plugin.manifest.name, plugin.manifest.settings, error);
  if (errors) return errors;
  if (error instanceof Error && 'code' in error && error.code === 'address_taken') return { address: t('inboxes.problem.taken') };
  return null;
}

import type { Translate } from '../http/context.ts';
import type { FormState } from '../inboxes/view.ts';
import type { ChannelPlugin } from '../plugins/contract.ts';
import { fieldViews } from '../plugins/field-views.ts';

type Texts = Readonly<Record<string, string>>;

export function personStepView(token: string, entered: Texts, errors: Texts) {
  const empty = { companyName: '', firstName: '', lastName: '', email: '', language: 'pl' };
  return { token, values: { ...empty, ...entered }, errors };
}

/** The first inbox with the fields of its channel; everything that has a default stays out of the way. */
export function inboxStepView(t: Translate, plugin: ChannelPlugin, state: FormState) {
  const fields = fieldViews(t, plugin.manifest.name, plugin.manifest.settings, state);
  const [first, ...others] = plugin.manifest.settings;
  // The first setting and, when it is a choice of a way, the first that this way needs.
  const next = others.find((field) => field.visibleWhen?.key === first?.key);
  const isAdvanced = (key: string): boolean => key !== first?.key && key !== next?.key;
  return {
    name: state.name,
    address: state.address,
    errors: state.errors,
    canConnect: plugin.connecting !== undefined,
    fields: fields.filter((field) => !isAdvanced(field.key) || field.error !== null),
    advanced: fields.filter((field) => isAdvanced(field.key) && field.error === null),
  };
}

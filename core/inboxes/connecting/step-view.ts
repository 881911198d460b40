import type { Translate } from '../../http/context.ts';
import type { ChannelPlugin, Chosen, Place, Stage } from '../../plugins/contract.ts';
import { isChannel } from '../../plugins/contract.ts';
import { type FieldState, fieldViews } from '../../plugins/field-views.ts';
import type { PluginStatus } from '../../plugins/host.ts';
import { stepsOf } from './begin.ts';
import type { Connection } from './types.ts';

/** The tiles of every channel that runs and has steps. */
export const tiles = (t: Translate, plugins: readonly PluginStatus[], base: string) =>
  plugins.flatMap(({ name, state, plugin }) =>
    state === 'running' && isChannel(plugin)
      ? (plugin.connecting?.providers ?? []).map(({ key, icon }) => ({
          title: t(`plugin.${name}.providers.${key}.title`),
          href: `${base}/new/${name}/${key}`,
          icon,
        }))
      : [],
  );

/** What the form of an account shows. */
export interface AccountState extends FieldState {
  readonly name: string;
  readonly address: string;
  /** Whether it asks for what could be found out, too. */
  readonly isWhole: boolean;
}

/** How an account can be logged in to at its provider in place of giving a password. */
export interface LogInState {
  readonly service: string;
  /** Without it nobody can: an administrator has to register Centrala there first. */
  readonly isRegistered: boolean;
  /** It is what the account uses now. */
  readonly isGranted: boolean;
  readonly action: string;
}

/** The settings of an account that its form asks for. With a log-in at the provider the first ones may stay empty. */
export function accountFields(plugin: ChannelPlugin, isWhole: boolean, isGranted = false) {
  const { first, more } = stepsOf(plugin).fields;
  const keys = isWhole ? [...first, ...more] : first;
  return keys.flatMap((key) => {
    const field = plugin.manifest.settings.find((one) => one.key === key);
    if (!field) return [];
    // Every one of them counts here: nothing depends on another choice.
    const { visibleWhen: _visibleWhen, ...rest } = field;
    return [{ ...rest, required: field.type !== 'switch' && !(isGranted && first.includes(key)) }];
  });
}

export function accountView(t: Translate, plugin: ChannelPlugin, provider: string, state: AccountState, logIn: LogInState | null) {
  const { name } = plugin.manifest;
  const first = new Set(stepsOf(plugin).fields.first);
  const views = fieldViews(t, name, accountFields(plugin, state.isWhole, logIn?.isGranted), state);
  return {
    title: provider === '' ? state.address : t(`plugin.${name}.providers.${provider}.title`),
    help: provider === '' ? '' : t(`plugin.${name}.providers.${provider}.help`),
    name: state.name,
    address: state.address,
    isWhole: state.isWhole,
    errors: state.errors,
    origin: originText(t, plugin, state.values),
    logIn,
    fields: views.filter(({ key }) => first.has(key)),
    servers: views.filter(({ key }) => !first.has(key)),
  };
}

/** How the servers were found out, for people. */
function originText(t: Translate, plugin: ChannelPlugin, values: Readonly<Record<string, unknown>>): string | null {
  const origin = stepsOf(plugin).origin?.(values) ?? null;
  return origin && t(`plugin.${plugin.manifest.name}.origins.${origin.key}`, { where: origin.where });
}

/** The stages of a trial in their order, those to come too, and what to do about the one that failed. */
export function trialView(
  t: Translate,
  plugin: ChannelPlugin,
  connection: Connection,
  values: Readonly<Record<string, unknown>>,
  told: readonly Stage[] | null,
) {
  const { name } = plugin.manifest;
  const stages = told ?? connection.stages;
  // Of several processes another one may be at it.
  const isRunning = told !== null || connection.state === 'trying';
  const failed = stages.find((stage) => stage.state === 'failed') ?? null;
  return {
    id: connection.id,
    address: connection.address,
    isRunning,
    servers: stepsOf(plugin).account(plugin.readSettings(values))?.servers ?? [],
    origin: originText(t, plugin, values),
    stages: stepsOf(plugin).stages.map((key) => ({
      text: t(`plugin.${name}.stages.${key}`),
      state: stages.find((stage) => stage.key === key)?.state ?? (isRunning ? 'waiting' : 'skipped'),
    })),
    failed: failed && {
      stage: t(`plugin.${name}.stages.${failed.key}`),
      advice: t(`plugin.${name}.problems.${failed.problem}`),
      field: failed.field && t(`plugin.${name}.settings.${failed.field}.label`),
      detail: failed.detail,
    },
  };
}

/** Which places are ticked at first: those that are read already, else those that conversations need. */
export function placesView(t: Translate, plugin: ChannelPlugin, connection: Connection, chosen: Chosen, ticked: readonly string[] | null) {
  const { needed } = stepsOf(plugin);
  const known = new Set(ticked ?? chosen.places.map(({ path }) => path));
  const isTicked = (path: string, role: Place['role']): boolean =>
    known.size > 0 || ticked !== null ? known.has(path) : needed.includes(role);
  const order = (role: Place['role']): number => (needed.indexOf(role) + needed.length + 1) % (needed.length + 1);
  return {
    id: connection.id,
    address: connection.address,
    isNew: chosen.places.length === 0,
    since: chosen.since,
    places: connection.places
      .map(({ path, name, role, messages }) => ({ path, name, role, messages, isTicked: isTicked(path, role) }))
      .toSorted((a, b) => order(a.role) - order(b.role) || a.path.localeCompare(b.path)),
    missing: needed.filter((role) => !connection.places.some((place) => place.role === role)).map((role) => t(`mailboxes.role.${role}`)),
  };
}

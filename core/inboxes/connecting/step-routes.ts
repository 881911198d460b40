import { z } from 'zod';
import type { PageContext, Route } from '../../http/context.ts';
import { idParam, orRedraw, readForm, typedText } from '../../http/params.ts';
import { parseEmailAddress } from '../../lib/email-address.ts';
import { InvalidError, NotFoundError } from '../../lib/errors.ts';
import { registrations } from '../../oauth/list.ts';
import type { ChannelPlugin, LogIn } from '../../plugins/contract.ts';
import { valuesFromForm } from '../../plugins/fields.ts';
import { formErrors } from '../form-errors.ts';
import {
  accountOf,
  beginConnection,
  connectionById,
  correctConnection,
  forgetConnection,
  retryConnection,
  stepsOf,
  valuesOf,
} from './begin.ts';
import { finishConnection } from './finish.ts';
import { grantOf, logInOf } from './logging-in.ts';
import { type Given, type LoginRouteDeps, mailboxLoginRoutes } from './login-routes.ts';
import type { Shelf } from './shelf.ts';
import { type AccountState, accountFields, accountView, type LogInState, placesView, tiles, trialView } from './step-view.ts';
import { sealTyped, secretsIn, typedBefore } from './typed.ts';
import type { Connection } from './types.ts';

const SUGGEST_MS = 15_000;
const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

const CHOICE = z
  .object({
    places: z.preprocess((value) => (value === undefined ? [] : [value].flat()), z.array(z.string().max(1000)).max(500)),
    extent: z.enum(['keep', 'days', 'all']),
    days: z.preprocess((value) => (value === '' || value === undefined ? USUAL_DAYS : value), z.coerce.number('mailboxes.problem.days')),
    incomplete: z.string().optional(),
  })
  .refine(({ extent, days }) => extent !== 'days' || (Number.isInteger(days) && days >= 1 && days <= 36_500), {
    path: ['days'],
    message: 'mailboxes.problem.days',
  });

/** The steps in which a mailbox is connected: provider, address and password, the trial, places and how far back. */
export function stepRoutes(deps: LoginRouteDeps, shelf: Shelf): readonly Route[] {
  const { base, may, ownerOf, expectOpen } = shelf;
  const tileOf = (ctx: PageContext): { plugin: ChannelPlugin; provider: string } => {
    const plugin = deps.plugins.channel(ctx.params['channel'] ?? '');
    const tile = stepsOf(plugin).providers.find(({ key }) => key === ctx.params['provider']);
    if (!plugin || !tile) throw new NotFoundError('Provider');
    return { plugin, provider: tile.key };
  };

  const logInState = async (ctx: PageContext, way: LogIn | null, isGranted: boolean, action: string): Promise<LogInState | null> =>
    way && { service: way.service, isRegistered: (await registrations(ctx.scope)).has(way.service), isGranted, action };

  const drawNew = async (ctx: PageContext, state: AccountState, status = 200): Promise<void> => {
    const { plugin, provider } = tileOf(ctx);
    const action = `${base}/new/${plugin.manifest.name}/${provider}`;
    const logIn = await logInState(ctx, logInOf(plugin, provider, state.values), false, `${action}/login`);
    const view = accountView(ctx.t, plugin, provider, state, logIn);
    const typed = sealTyped(deps.keyring, ctx.agent.sessionId, secretsIn(plugin, state.values));
    ctx.page('mailboxes/account', { ...view, base, action, typed, isBegun: false, isFixed: false }, status);
  };

  /** What is known of an account before it is tried: presets or discoveries, and what the person says himself. */
  const given = async (ctx: PageContext, isWhole: boolean): Promise<Record<string, unknown>> => {
    const { plugin, provider } = tileOf(ctx);
    const address = parseEmailAddress(typedText(ctx, 'address'));
    const found = address
      ? await stepsOf(plugin).suggest(provider, address, AbortSignal.timeout(SUGGEST_MS), deps.means(plugin.manifest.name))
      : {};
    const before = typedBefore(deps.keyring, ctx.agent.sessionId, ctx.form);
    const typed = valuesFromForm(accountFields(plugin, isWhole), ctx.form, before);
    const said = Object.entries(typed).filter(([, value]) => value !== '');
    return { ...found, ...Object.fromEntries(said) };
  };

  const readNew = async (ctx: PageContext): Promise<Given> => {
    const isWhole = ctx.form['isWhole'] === 'yes';
    const [name, address] = [typedText(ctx, 'name'), typedText(ctx, 'address')];
    const [tile, values] = [tileOf(ctx), await given(ctx, isWhole)];
    return { ...tile, state: { name, address, isWhole, values, stored: secretsIn(tile.plugin, values), errors: {} } };
  };

  const begin = async (ctx: PageContext): Promise<void> => {
    const { plugin, provider, state: drawn } = await readNew(ctx);
    const { name, address, isWhole, values: settings } = drawn;
    if (ctx.form['show'] === 'servers') return drawNew(ctx, { ...drawn, isWhole: true });
    try {
      const input = { name, address, ownerId: ownerOf(ctx), settings };
      const id = await beginConnection(ctx.scope, deps, plugin.manifest.name, provider, input);
      deps.trials.begin(await connectionById(ctx.scope, id, ownerOf(ctx)));
      ctx.seeOther(`${base}/connections/${id}`);
    } catch (error) {
      const errors = formErrors(ctx.t, plugin, error);
      if (!errors) throw error;
      const more = stepsOf(plugin).fields.more;
      await drawNew(ctx, { ...drawn, errors, isWhole: isWhole || more.some((key) => key in errors) }, 422);
    }
  };

  const connectionOf = (ctx: PageContext): Promise<Connection> =>
    connectionById(ctx.scope, idParam(ctx, 'inbox_connections'), ownerOf(ctx));

  const pluginOf = ({ channel }: Connection): ChannelPlugin => {
    const plugin = deps.plugins.channel(channel);
    if (!plugin) throw new NotFoundError('Channel');
    return plugin;
  };

  const drawPlaces = (ctx: PageContext, connection: Connection, errors: Record<string, string> = {}): void => {
    const plugin = pluginOf(connection);
    const isRepeated = Object.keys(errors).length > 0;
    const chosen = stepsOf(plugin).chosen(plugin.readSettings(valuesOf(deps, connection)));
    const ticked = isRepeated ? [ctx.form['places'] ?? []].flat().map(String) : null;
    const extent = isRepeated ? typedText(ctx, 'extent') : chosen.places.length > 0 ? 'keep' : 'days';
    const inbox = connection.inboxId && deps.directory.record(connection.inboxId);
    const replaces = inbox && accountOf(deps, inbox) === null ? inbox.name : null;
    const asked = { base, replaces, extent, days: isRepeated ? typedText(ctx, 'days') : String(USUAL_DAYS), errors };
    ctx.page('mailboxes/places', { ...placesView(ctx.t, plugin, connection, chosen, ticked), ...asked }, isRepeated ? 422 : 200);
  };

  const trialOf = (ctx: PageContext, connection: Connection) =>
    trialView(ctx.t, pluginOf(connection), connection, valuesOf(deps, connection), deps.trials.stages(connection.id));

  const show = async (ctx: PageContext): Promise<void> => {
    const connection = await connectionOf(ctx);
    if (connection.state === 'found') return drawPlaces(ctx, connection);
    if (connection.state === 'account' && connection.stages.length === 0)
      return ctx.seeOther(`${base}/connections/${connection.id}/account`);
    deps.trials.resume(connection);
    ctx.page('mailboxes/trial', { base, ...trialOf(ctx, connection) });
  };

  const state = async (ctx: PageContext): Promise<void> => {
    const connection = await connectionOf(ctx);
    if (connection.state === 'found') return ctx.seeOther(`${base}/connections/${connection.id}`);
    deps.trials.resume(connection);
    ctx.fragment('mailboxes/_trial', { base, ...trialOf(ctx, connection) });
  };

  const drawAccount = async (ctx: PageContext, connection: Connection, state: Partial<AccountState> = {}): Promise<void> => {
    const plugin = pluginOf(connection);
    const stored = valuesOf(deps, connection);
    const { name, address } = connection;
    const drawn = { name, address, values: stored, stored, errors: {}, isWhole: true, ...state };
    const path = `${base}/connections/${connection.id}`;
    const action = `${path}/account`;
    const way = logInOf(plugin, connection.provider, stored);
    const logIn = await logInState(ctx, way, grantOf(plugin, stored) !== null, `${path}/login`);
    const view = accountView(ctx.t, plugin, connection.provider, drawn, logIn);
    const typed = sealTyped(deps.keyring, ctx.agent.sessionId, secretsIn(plugin, drawn.values, stored));
    const more = { base, action, typed, isBegun: true, isFixed: connection.inboxId !== null, id: connection.id };
    ctx.page('mailboxes/account', { ...view, ...more }, state.errors ? 422 : 200);
  };

  const correct = async (ctx: PageContext): Promise<void> => {
    const connection = await connectionOf(ctx);
    const plugin = pluginOf(connection);
    const stored = valuesOf(deps, connection);
    const before = typedBefore(deps.keyring, ctx.agent.sessionId, ctx.form);
    const given = valuesFromForm(accountFields(plugin, true), ctx.form, { ...stored, ...before });
    const settings = { ...stored, ...given, ...byFields(plugin, { ...ctx.form, ...before }) };
    const address = connection.inboxId === null ? typedText(ctx, 'address') : connection.address;
    const input = { name: typedText(ctx, 'name'), address, settings };
    try {
      await correctConnection(ctx.scope, deps, connection, input);
    } catch (error) {
      const errors = formErrors(ctx.t, plugin, error);
      if (!errors) throw error;
      return drawAccount(ctx, connection, { ...input, values: settings, errors });
    }
    deps.trials.begin(connection);
    ctx.seeOther(`${base}/connections/${connection.id}`);
  };

  const finish = async (ctx: PageContext): Promise<void> => {
    const connection = await connectionOf(ctx);
    if (connection.state !== 'found') return ctx.seeOther(`${base}/connections/${connection.id}`);
    const work = async (): Promise<void> => {
      const { places, extent, days, incomplete } = readForm(CHOICE, ctx.form);
      const plugin = pluginOf(connection);
      const kept = stepsOf(plugin).chosen(plugin.readSettings(valuesOf(deps, connection))).since;
      const since = extent === 'all' ? null : extent === 'keep' ? kept : new Date(ctx.scope.now().getTime() - days * DAY_MS);
      const choice = { paths: places, since, isIncomplete: incomplete !== undefined };
      const inbox = await finishConnection(ctx.scope, deps, connection, choice);
      ctx.seeOther(inbox ? `${base}/${inbox.id}?new` : `${base}/connections/${connection.id}`);
    };
    await orRedraw(ctx, work, (errors) => drawPlaces(ctx, connection, errors)).catch((error: unknown) => {
      if (error instanceof InvalidError || !(error instanceof Error) || !('code' in error) || error.code !== 'address_taken') throw error;
      drawPlaces(ctx, connection, { places: ctx.t('inboxes.problem.taken') });
    });
  };

  const tryAgain = async (ctx: PageContext): Promise<void> => {
    const connection = await connectionOf(ctx);
    await retryConnection(ctx.scope, connection);
    deps.trials.begin(connection);
    ctx.seeOther(`${base}/connections/${connection.id}`);
  };

  const forget = async (ctx: PageContext): Promise<void> => {
    await forgetConnection(ctx.scope, (await connectionOf(ctx)).id);
    ctx.seeOther(base);
  };

  const logins = mailboxLoginRoutes(deps, shelf, readNew, (ctx, state) => drawNew(ctx, state, 422));
  const empty: AccountState = { name: '', address: '', values: {}, stored: {}, errors: {}, isWhole: false };
  const page = (method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({
    ...{ method, path: base + path, may },
    handle: async (ctx) => {
      await expectOpen(ctx);
      await handle(ctx);
    },
  });
  return [
    page('GET', '/new', (ctx) => ctx.page('mailboxes/new', { tiles: tiles(ctx.t, deps.plugins.list(), base) })),
    page('GET', '/new/:channel/:provider', (ctx) => drawNew(ctx, empty)),
    page('POST', '/new/:channel/:provider', begin),
    page('GET', '/connections/:id', show),
    page('GET', '/connections/:id/state', state),
    page('GET', '/connections/:id/account', async (ctx) => drawAccount(ctx, await connectionOf(ctx))),
    page('POST', '/connections/:id/account', correct),
    page('POST', '/connections/:id/trials', tryAgain),
    page('POST', '/connections/:id/places', finish),
    page('POST', '/connections/:id/removal', forget),
    ...logins,
  ];
}

/** Whoever types what the form asks for first, such as a password, wants that in place of the log-in at the provider. */
function byFields(plugin: ChannelPlugin, form: PageContext['form']): Readonly<Record<string, string>> {
  const { fields, grantKey } = stepsOf(plugin);
  const isTyped = fields.first.some((key) => typeof form[key] === 'string' && form[key] !== '');
  return grantKey !== undefined && isTyped ? { [grantKey]: '' } : {};
}

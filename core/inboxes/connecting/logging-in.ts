import { type Scope, transact } from '../../db/scope.ts';
import { NotFoundError } from '../../lib/errors.ts';
import type { Keyring } from '../../lib/secrets.ts';
import { grantName, grantNamed } from '../../oauth/grant-name.ts';
import { askFor } from '../../oauth/list.ts';
import type { GrantId } from '../../oauth/types.ts';
import type { ChannelPlugin, LogIn } from '../../plugins/contract.ts';
import type { Plugins } from '../../plugins/host.ts';
import type { InboxDeps } from '../change.ts';
import type { InboxDirectory } from '../directory.ts';
import { connectionById, valuesOf } from './begin.ts';
import { allConnections, changeConnection } from './store.ts';
import type { Trials } from './trial.ts';
import type { Connection } from './types.ts';
import { unlockByLogIn } from './unlock.ts';

interface Deps {
  readonly plugins: Pick<Plugins, 'channel' | 'apply'>;
  readonly directory: Pick<InboxDirectory, 'all' | 'typed'>;
}

/** What an account with these values was granted by logging in; null = its fields are all. */
export function grantOf(plugin: ChannelPlugin | null, values: Readonly<Record<string, unknown>>): GrantId | null {
  const key = plugin?.connecting?.grantKey;
  return key === undefined ? null : grantNamed(values[key]);
}

/** Whether and how an account can be logged in to at its provider, by its tile or by its servers. */
export function logInOf(plugin: ChannelPlugin, provider: string, values: Readonly<Record<string, unknown>> | null): LogIn | null {
  const { connecting } = plugin;
  if (!connecting?.grantKey) return null;
  const tile = connecting.providers.find(({ key }) => key === provider)?.logIn;
  return tile ?? (values && (connecting.logInOf?.(values) ?? null));
}

/** The values of an account that is to be logged in to, with what will be granted among them. */
export async function withGrant(
  scope: Scope,
  keyring: Keyring,
  plugin: ChannelPlugin,
  logIn: LogIn,
  account: string,
  values: Readonly<Record<string, unknown>>,
): Promise<{ readonly grantId: GrantId; readonly values: Readonly<Record<string, unknown>> }> {
  const grantId = await askFor(scope, { ...logIn, account });
  // A password that is not needed any more is not kept.
  const forgotten = Object.fromEntries((plugin.connecting?.fields.first ?? []).map((key) => [key, '']));
  return { grantId, values: { ...values, ...forgotten, [plugin.connecting?.grantKey ?? '']: grantName(keyring, grantId) } };
}

/** The grant of a connection; one that logs in by its fields so far gets one to ask for. Raises NotFoundError where nobody can log in. */
export function grantForConnection(
  scope: Scope,
  deps: Parameters<typeof valuesOf>[0],
  plugin: ChannelPlugin,
  connection: Connection,
): Promise<GrantId> {
  const values = valuesOf(deps, connection);
  const known = grantOf(plugin, values);
  const logIn = logInOf(plugin, connection.provider, values);
  return transact(scope, async (tx) => {
    await changeConnection(tx, connection.id, { state: 'account', stages: [] });
    if (known !== null) return known;
    if (logIn === null) throw new NotFoundError('Log-in');
    const { grantId, values: named } = await withGrant(tx, deps.keyring, plugin, logIn, connection.address, {});
    const settings = { ...connection.settings, ...named };
    await changeConnection(tx, connection.id, { settings });
    return grantId;
  });
}

/**
 * Somebody has logged in: what is being connected is tried, and inboxes that use the grant connect again at once. A personal one that is
 * closed opens when its own server takes the log-in for this very account.
 */
export async function goOn(scope: Scope, deps: InboxDeps & { readonly trials: Trials }, grantId: GrantId): Promise<void> {
  for (const { id, ownerId, channel, settings, state } of await allConnections(scope)) {
    if (state !== 'account' || grantOf(deps.plugins.channel(channel), settings) !== grantId) continue;
    await transact(scope, (tx) => changeConnection(tx, id, { state: 'trying', stages: [] }));
    deps.trials.begin(await connectionById(scope, id, ownerId));
  }
  for (const record of deps.directory.all()) {
    const { id, channel, status, settings } = record;
    if (grantOf(deps.plugins.channel(channel), settings) !== grantId) continue;
    if (status === 'open') await deps.plugins.apply(channel, id);
    await unlockByLogIn(scope, deps, record);
  }
}

const PROOF_TIMEOUT_MS = 20_000;

/** Whether new tokens are of the account that the inboxes with this grant read: who logged in elsewhere by mistake must not end what works. */
export async function isOfItsAccount({ plugins, directory }: Deps, grantId: GrantId, token: string): Promise<boolean> {
  for (const { id, channel, settings } of directory.all()) {
    const plugin = plugins.channel(channel);
    const inbox = directory.typed(id);
    if (!inbox || grantOf(plugin, settings) !== grantId) continue;
    if ((await plugin?.connecting?.takesToken?.(inbox, AbortSignal.timeout(PROOF_TIMEOUT_MS), token)) === false) return false;
  }
  return true;
}

/** Every grant that an inbox, or one that is being connected, names. */
export async function grantsInUse(scope: Scope, { plugins, directory }: Deps): Promise<readonly GrantId[]> {
  const all = [...directory.all(), ...(await allConnections(scope))];
  return all.flatMap(({ channel, settings }) => grantOf(plugins.channel(channel), settings) ?? []);
}

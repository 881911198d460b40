import type { Scope } from '../../db/scope.ts';
import type { Translate } from '../../http/context.ts';
import { grants } from '../../oauth/list.ts';
import type { Grant, GrantId } from '../../oauth/types.ts';
import { endView } from '../../oauth/view.ts';
import type { InboxHealth } from '../../plugins/contract.ts';
import type { Plugins } from '../../plugins/host.ts';
import type { InboxDirectory } from '../directory.ts';
import type { InboxRecord } from '../types.ts';
import { accountOf } from './begin.ts';
import { grantOf } from './logging-in.ts';

interface Deps {
  readonly plugins: Pick<Plugins, 'channel' | 'running' | 'apply'>;
  readonly directory: InboxDirectory;
}

/** What people granted by logging in, as it is now. */
export interface Granted {
  readonly grants: ReadonlyMap<GrantId, Grant>;
  readonly now: Date;
}

export const granted = async (scope: Scope): Promise<Granted> => ({ grants: await grants(scope), now: scope.now() });

/** Off: disconnected by a person; dead: its plugin does not run; lapsed: somebody has to log in again; retrying: it just broke; else as its health says. */
type State = InboxHealth['state'] | 'off' | 'dead' | 'connected' | 'lapsed' | 'retrying';

const TONES: Readonly<Record<State, 'ok' | 'bad' | 'wait' | 'off'>> = {
  off: 'off',
  dead: 'bad',
  connected: 'ok',
  starting: 'wait',
  filling: 'wait',
  current: 'ok',
  retrying: 'wait',
  failing: 'bad',
  lapsed: 'bad',
};

/** A connection that broke a moment ago is tried again; whether that helps is not known yet. */
export function stateOf(health: Pick<InboxHealth, 'state' | 'failingSince'> | null): State {
  if (health === null) return 'connected';
  return health.state === 'current' && health.failingSince !== null ? 'retrying' : health.state;
}

/** One connected inbox as the list and its own page show it; null: it is not connected to an account. */
export function mailboxView(t: Translate, deps: Deps, record: InboxRecord, { grants, now }: Granted) {
  const account = accountOf(deps, record);
  if (account === null) return null;
  const { id, name, address, channel, ownerId = null } = record;
  const running = deps.plugins.running(channel);
  const health = record.status === 'open' ? (running?.inboxHealth?.(id) ?? null) : null;
  const grant = grants.get(grantOf(deps.plugins.channel(channel), record.settings) ?? (0 as GrantId)) ?? null;
  const isLapsed = grant !== null && grant.state !== 'granted';
  const state = record.status === 'paused' ? 'off' : running === null ? 'dead' : isLapsed ? 'lapsed' : stateOf(health);
  return {
    ...{ id, name, address, channel, ownerId, state, tone: TONES[state] },
    login: account.login,
    servers: account.servers,
    logIn: grant && { service: grant.service, isLapsed, ends: isLapsed ? null : endView(grant.refreshExpiresAt, now) },
    lastSuccessAt: health?.lastSuccessAt ?? null,
    failingSince: health?.failingSince ?? null,
    fetched: health?.fetched ?? 0,
    total: health?.total ?? null,
    problem: health?.problem ? t(`plugin.${channel}.problems.${health.problem}`) : null,
    detail: health?.detail ?? null,
  };
}

/** All of them, by name. */
export const mailboxes = (t: Translate, deps: Deps, granted: Granted) =>
  deps.directory.all().flatMap((record) => {
    const view = mailboxView(t, deps, record, granted);
    return view ? [view] : [];
  });

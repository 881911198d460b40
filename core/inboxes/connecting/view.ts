import type { Translate } from '../../http/context.ts';
import type { InboxHealth } from '../../plugins/contract.ts';
import type { Plugins } from '../../plugins/host.ts';
import type { InboxDirectory } from '../directory.ts';
import type { InboxRecord } from '../types.ts';
import { accountOf } from './begin.ts';

interface Deps {
  readonly plugins: Pick<Plugins, 'channel' | 'running' | 'apply'>;
  readonly directory: InboxDirectory;
}

/** Off: disconnected by a person; dead: its plugin does not run; the others as its health says. */
type State = InboxHealth['state'] | 'off' | 'dead' | 'connected';

const TONES: Readonly<Record<State, 'ok' | 'bad' | 'wait' | 'off'>> = {
  off: 'off',
  dead: 'bad',
  connected: 'ok',
  starting: 'wait',
  filling: 'wait',
  current: 'ok',
  failing: 'bad',
};

/** One connected inbox as the list and its own page show it; null: it is not connected to an account. */
export function mailboxView(t: Translate, deps: Deps, record: InboxRecord) {
  const account = accountOf(deps, record);
  if (account === null) return null;
  const { id, name, address, channel, ownerId = null } = record;
  const running = deps.plugins.running(channel);
  const health = record.status === 'open' ? (running?.inboxHealth?.(id) ?? null) : null;
  const state: State = record.status === 'paused' ? 'off' : running === null ? 'dead' : (health?.state ?? 'connected');
  return {
    ...{ id, name, address, channel, ownerId, state, tone: TONES[state] },
    login: account.login,
    servers: account.servers,
    lastSuccessAt: health?.lastSuccessAt ?? null,
    failingSince: health?.failingSince ?? null,
    fetched: health?.fetched ?? 0,
    total: health?.total ?? null,
    problem: health?.problem ? t(`plugin.${channel}.problems.${health.problem}`) : null,
    detail: health?.detail ?? null,
  };
}

/** All of them, by name. */
export const mailboxes = (t: Translate, deps: Deps) =>
  deps.directory.all().flatMap((record) => {
    const view = mailboxView(t, deps, record);
    return view ? [view] : [];
  });

import type { AgentId } from '../../lib/ids.ts';
import { errorFacts, type Log } from '../../lib/log.ts';
import { within } from '../../lib/within.ts';
import type { Comparison, FolderComparison } from '../../plugins/contract.ts';
import type { Plugins } from '../../plugins/host.ts';
import type { InboxDirectory } from '../directory.ts';
import type { InboxRecord } from '../types.ts';

interface Deps {
  readonly plugins: Pick<Plugins, 'running'>;
  readonly directory: Pick<InboxDirectory, 'openTo'>;
}

/** Whoever asked waits so long; after that it goes on without him. */
const PATIENCE_MS = 15_000;

const rowOf = ({ path, server, here, fetched, gone, missing }: FolderComparison) => ({
  ...{ path, server, here, fetched, gone, missing },
  lacking: server - here,
});

/** A comparison as pages show it. */
const viewOf = ({ at, folders }: Comparison) => ({ at, folders: folders.map(rowOf) });

/** What the last comparison of a connected inbox with its account found; null = there was none. */
export async function comparedView({ plugins }: Pick<Deps, 'plugins'>, { id, channel }: InboxRecord) {
  const last = (await plugins.running(channel)?.compared?.(id)) ?? null;
  return last && viewOf(last);
}

/** The same of all inboxes that somebody may read, those only that were compared: it names what was missing. */
export async function allCompared(deps: Deps, viewer: AgentId) {
  const all = await Promise.all(
    deps.directory.openTo(viewer).map(async (record) => ({ id: record.id, name: record.name, compared: await comparedView(deps, record) })),
  );
  return all.flatMap(({ compared, ...inbox }) => (compared ? [{ ...inbox, ...compared }] : []));
}

/** Compares now. `going`: it takes longer than anybody waits. */
export async function compareNow(
  { plugins }: Pick<Deps, 'plugins'>,
  { id, channel }: InboxRecord,
  log: Log,
): Promise<'done' | 'failed' | 'going'> {
  const work = plugins.running(channel)?.compare?.(id, new AbortController().signal);
  if (!work) return 'failed';
  const done = work.then(
    () => 'done' as const,
    (error: unknown) => {
      log.warn('mailbox_not_compared', { inboxId: id, ...errorFacts(error) });
      return 'failed' as const;
    },
  );
  return within<'done' | 'failed' | 'going'>(PATIENCE_MS, done, () => 'going');
}

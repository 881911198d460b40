import type { StoredBlob } from '../blobs/blobs.ts';
import type { Scope } from '../db/scope.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import type { JobHandler } from '../jobs/worker.ts';
import type { Position } from '../lib/in-portions.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { retire } from '../retention/retire.ts';
import type { FilterDeps } from '../spam/filter-judge.ts';
import { learnHandler } from '../spam/learn.ts';
import { LEARN_JOB } from '../spam/mark.ts';
import { purgeSpam } from '../spam/purge.ts';
import { rescore } from '../spam/rescore.ts';
import { purgeTrash } from '../trash/purge.ts';
import { rescan } from '../viruses/rescan.ts';
import { rescanFiles } from '../viruses/rescan-files.ts';
import type { Scanners } from '../viruses/scan.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';

export const filterDeps = ({ blobs }: Foundation, { plugins, directory }: Channels, endpoints: Endpoints): FilterDeps => ({
  plugins,
  blobs,
  endpoints,
  inbox: (id) => directory.record(id),
});

/** What agents teach the filters. */
export const spamHandlers = (deps: FilterDeps): Readonly<Record<string, JobHandler>> => ({ [LEARN_JOB]: learnHandler(deps) });

type Ground = Pick<Foundation, 'scope' | 'blobs' | 'log'> & {
  readonly schedule: { every(...order: Parameters<Foundation['schedule']['every']>): unknown };
};
interface Judging {
  readonly directory: Pick<Channels['directory'], 'all'>;
  readonly plugins: Scanners;
}

const fromFirst = <T>(): Position<T> => ({ last: null });

/** Every minute: what came while the filters and scanners were away is judged once they are back. Every night: what is over goes to the trash, old spam and what lay there for good. */
export function startSpam({ schedule, scope, blobs, log }: Ground, { directory, plugins }: Judging, deps: FilterDeps): void {
  const [unscored, unscanned, files] = [fromFirst<RawInboundRecord>(), fromFirst<RawInboundRecord>(), fromFirst<StoredBlob>()];
  schedule.every('41 * * * * *', 'rescore', async (signal) => {
    if (deps.plugins.filters().length > 0)
      await rescore({ ...scope, actor: { kind: 'system', task: 'rescore' } }, deps, log, signal, unscored);
  });
  schedule.every('51 * * * * *', 'rescan', async (signal) => {
    const own: Scope = { ...scope, actor: { kind: 'system', task: 'rescan' } };
    await rescan(own, { plugins, blobs, endpoints: deps.endpoints }, log, signal, unscanned);
    await rescanFiles(own, { plugins, blobs }, log, signal, files);
  });
  schedule.every('47 3 * * *', 'purge spam', async (signal) => {
    await retire({ ...scope, actor: { kind: 'system', task: 'retention' } }, { inboxes: directory.all, log }, signal);
    const own: Scope = { ...scope, actor: { kind: 'system', task: 'purge' } };
    await purgeTrash(own, { blobs, log }, signal);
    await purgeSpam(own, { blobs, log }, signal);
  });
}

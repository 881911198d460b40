import { createReadStream } from 'node:fs';
import type { Blobs } from '../blobs/blobs.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import type { Judge } from '../ingest/judge.ts';
import type { RawInboundRecord } from '../ingest/types.ts';
import type { SpamVerdict } from '../ingest/verdict.ts';
import type { InboxId } from '../lib/ids.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import type { FilterInput, FilterVerdict } from '../plugins/contract.ts';
import type { ActiveFilter, Plugins } from '../plugins/host.ts';

export interface FilterDeps {
  readonly plugins: Pick<Plugins, 'filters'>;
  readonly blobs: Pick<Blobs, 'path' | 'has'>;
  readonly endpoints: Pick<Endpoints, 'find'>;
  readonly inbox: (id: InboxId) => Pick<InboxRecord, 'address' | 'name'> | null;
}

/** A little more than a filter may be told to wait, so that its own limit speaks first. */
const TIME_LIMIT_MS = 28_000;
const SLOW_MS = 2_000;
const REST_MS = 30_000;
const UNSCORED: SpamVerdict = { state: 'unscored', score: null, symbols: [] };

/**
 * Asks the filters that run and can read the thing. Several answers make one: the scores add up. Nothing is asked for an inbox
 * without a policy, and none running cost nothing. Trouble means unscored: the mail goes on and is asked about again.
 */
export function filterJudge(deps: FilterDeps): Judge {
  // A filter that hangs would hold up every batch by its whole time limit: after one such wait it is left alone for a while.
  let restUntilMs = 0;
  return {
    name: 'filters',
    timeLimitMs: TIME_LIMIT_MS + 1_000,
    judge: async ({ record, items }, verdict, signal) => {
      if (verdict.spam || !items.some((item) => item.kind === 'message')) return verdict;
      const startedMs = performance.now();
      const spam = startedMs < restUntilMs && filtersFor(deps, record).length > 0 ? UNSCORED : await scoreOf(deps, record, signal);
      if (spam?.state === 'unscored' && performance.now() - startedMs > SLOW_MS) restUntilMs = performance.now() + REST_MS;
      return spam ? { ...verdict, spam } : verdict;
    },
  };
}

/** Null when there is nobody to ask. */
export async function scoreOf(deps: FilterDeps, record: RawInboundRecord, signal: AbortSignal): Promise<SpamVerdict | null> {
  const filters = filtersFor(deps, record);
  if (filters.length === 0 || !deps.endpoints.find(record.inboxId)?.policy) return null;
  if (!(await isThere(deps, record))) return UNSCORED;
  const input = filterInput(deps, record);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const verdicts = await Promise.all(filters.map(({ running }) => running.judge(input, limit)));
  return combined(verdicts);
}

/** Where the second place of stored files does not answer, it is not there now. */
const isThere = ({ blobs }: Pick<FilterDeps, 'blobs'>, { blobSha256 }: RawInboundRecord): Promise<boolean> =>
  blobs.has(blobSha256).catch(() => false);

/** The filters that can read a thing of this kind. */
export const filtersFor = (
  { plugins }: Pick<FilterDeps, 'plugins'>,
  { contentType }: Pick<RawInboundRecord, 'contentType'>,
): readonly ActiveFilter[] => {
  const kind = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return plugins.filters().filter(({ plugin }) => plugin.manifest.contentTypes.includes(kind));
};

export function filterInput({ blobs, inbox }: Pick<FilterDeps, 'blobs' | 'inbox'>, record: RawInboundRecord): FilterInput {
  const { address = '', name = '' } = inbox(record.inboxId) ?? {};
  return {
    inbox: { address, name },
    contentType: record.contentType,
    envelope: record.envelope,
    receivedAt: record.receivedAt,
    bytes: record.bytes,
    open: () => createReadStream(blobs.path(record.blobSha256)),
  };
}

function combined(verdicts: readonly FilterVerdict[]): SpamVerdict {
  if (verdicts.some(({ state }) => state === 'unavailable')) return UNSCORED;
  const scored = verdicts.flatMap((verdict) => (verdict.state === 'scored' ? [verdict] : []));
  if (scored.length === 0) return { state: 'skipped', score: null, symbols: [] };
  return {
    state: 'scored',
    score: scored.reduce((sum, { score }) => sum + score, 0),
    symbols: scored.flatMap(({ symbols }) =>
      symbols.map(({ name, score, description }) => ({ name, score, ...(description === null ? {} : { text: description }) })),
    ),
  };
}

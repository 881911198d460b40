import type { FolderId, LabelId, TeamId } from './ids.ts';

type Pair<Id> = readonly [gone: Id, into: Id];

/** What is about to go, and what everything that names it names from then on. */
export interface Instead {
  readonly label?: Pair<LabelId>;
  readonly folder?: Pair<FolderId>;
  readonly team?: Pair<TeamId>;
}

/** The one that is named from then on. */
export const instead = <Id>(id: Id | null, pair: Pair<Id> | undefined): Id | null => (pair && id === pair[0] ? pair[1] : id);

/** The same of several, none of them twice. */
export const allInstead = <Id>(ids: readonly Id[], pair: Pair<Id> | undefined): Id[] => [
  ...new Set(ids.map((id) => (pair && id === pair[0] ? pair[1] : id))),
];

import type { Shown } from './look.ts';
import type { Outcome } from './outcome.ts';
import type { Snapshot } from './restic.ts';
import type { RestoreState } from './restorer.ts';
import type { RestoreProblem } from './types.ts';

/** What people know their data by; other tables count among the rows. */
const COUNTED = ['conversations', 'messages', 'contacts', 'attachments', 'inboxes', 'agents'] as const;

export const snapshotLine = ({ shortId, at, isVerified }: Pick<Snapshot, 'shortId' | 'at' | 'isVerified'>) => ({
  name: shortId,
  at,
  isVerified,
});

/** What is in a backup. */
export const contentsView = ({ snapshot, manifest, problem }: Shown) => ({
  ...snapshotLine(snapshot),
  at: manifest.createdAt,
  version: manifest.version,
  engine: manifest.engine,
  counts: COUNTED.map((table) => ({ table, count: manifest.tables[table] ?? 0 })),
  rows: Object.values(manifest.tables).reduce((sum, count) => sum + count, 0),
  problem: problem && problemKey(problem),
});

/** `problem` as the key of its sentence. */
export const outcomeView = (outcome: Outcome) => ({ ...outcome, problem: outcome.problem && problemKey(outcome.problem) });

/** What a backup says of these is not what a restore says. */
const OWN: readonly RestoreProblem[] = [
  'no_backups',
  'no_moment',
  'newer_version',
  'other_database',
  'other_secret',
  'no_answer',
  'busy',
  'differs',
  'no_room',
  'interrupted',
];

export const problemKey = (problem: RestoreProblem): string =>
  `${OWN.includes(problem) ? 'backups.restore' : 'backups'}.problem.${problem}`;

/** The page that waits. */
export const restoreView = (ticket: string, state: RestoreState) => ({
  ticket,
  progress: 'progress' in state ? state.progress : null,
  outcome: 'outcome' in state ? outcomeView(state.outcome) : null,
});

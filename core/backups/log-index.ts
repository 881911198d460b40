import type { LogPlace } from './log-place.ts';
import { BASES, type Base, FILES, isSegment, parseBase, parseFile, parseReach, piecesOf, REACHES, segmentName } from './log-segments.ts';

const DAY_MS = 86_400_000;
/** Restoring goes back so far. */
const KEPT_MS = 7 * DAY_MS;
/** A shipped log goes back seven days, and its oldest copy may be a day older. */
const FILES_KEPT_MS = 9 * DAY_MS;

/** What lies there, as far as the names of copies and notes tell. */
export interface LogIndex {
  /** The newest first. */
  readonly bases: readonly Base[];
  /** By run: up to when nothing is missing. */
  readonly reaches: ReadonlyMap<number, number>;
}

/** Every moment between the two, both included. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export async function readIndex(store: LogPlace): Promise<LogIndex> {
  const bases = (await store.list(BASES)).flatMap((name) => parseBase(name) ?? []).sort((a, b) => b.at - a.at);
  const reaches = new Map<number, number>();
  for (const { run, to } of (await store.list(REACHES)).flatMap((name) => parseReach(name) ?? []))
    reaches.set(run, Math.max(to, reaches.get(run) ?? 0));
  return { bases, reaches };
}

/** Up to when nothing is missing, of whichever run reaches furthest; 0 = nothing is there. */
export const newestReach = ({ reaches }: LogIndex): number => Math.max(0, ...reaches.values());

/** What can be restored, the newest first. */
export function spansOf({ bases, reaches }: LogIndex): readonly Span[] {
  return [...reaches]
    .sort(([a], [b]) => b - a)
    .flatMap(([run, to]) => {
      const first = bases.findLast((one) => one.run === run);
      return first && first.at <= to ? [{ from: new Date(first.at), to: new Date(to) }] : [];
    });
}

/** Everything that no moment of the last seven days needs. */
export async function forgetOld(store: LogPlace, now: number): Promise<void> {
  const { bases, reaches } = await readIndex(store);
  const oldest = bases.find(({ at }) => at <= now - KEPT_MS);
  if (oldest) {
    for (const run of reaches.keys()) if (run < oldest.run) await store.removeFolder(piecesOf(run));
    const pieces = (await store.list(piecesOf(oldest.run))).filter((name) => isSegment(name) && name < segmentName(oldest.from));
    await store.remove(pieces.map((name) => `${piecesOf(oldest.run)}/${name}`));
    await store.remove(bases.filter(({ at }) => at < oldest.at).map(({ name }) => `${BASES}/${name}`));
  }
  const notes = (await store.list(REACHES)).flatMap((name) => parseReach(name) ?? []);
  const over = notes.filter(({ run, to }) => to < (reaches.get(run) ?? 0) || (oldest && run < oldest.run));
  await store.remove(over.map(({ name }) => `${REACHES}/${name}`));
  const files = (await store.list(FILES)).flatMap((name) => parseFile(name) ?? []).filter(({ at }) => at < now - FILES_KEPT_MS);
  await store.remove(files.map(({ name }) => `${FILES}/${name}`));
}

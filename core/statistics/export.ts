import type { Scope } from '../db/scope.ts';
import { dayAfter } from '../lib/day.ts';
import { type Line, readFinest, type Wanted } from './report.ts';

/** A line of the export: a day, agent (0 = nobody), inbox and folder with their figures. */
export interface ExportLine extends Line {
  readonly day: string;
  readonly agentId: number;
  readonly inboxId: number;
  readonly folderId: number;
}

/** Everything that the actor may see of a period, as finely as it is kept, a month at a time. */
export async function* exportLines(scope: Scope, wanted: Wanted): AsyncGenerator<ExportLine> {
  for (let from = wanted.from; from <= wanted.until; from = dayAfter(from, 31)) {
    const last = dayAfter(from, 30);
    const slice = { ...wanted, from, until: last < wanted.until ? last : wanted.until };
    const lines = await readFinest(scope, slice);
    for (const line of lines.toSorted((a, b) => (a.of < b.of ? -1 : 1))) {
      const [day = '', ...ids] = line.of.split(' ');
      const [agentId = 0, inboxId = 0, folderId = 0] = ids.map(Number);
      yield { ...line, day, agentId, inboxId, folderId };
    }
  }
}

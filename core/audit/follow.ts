import type { WriteScope } from '../db/scope.ts';
import type { StoredEvent } from '../events/store.ts';
import { linked } from '../ledger/chain.ts';
import { hashOf } from './hash.ts';
import { insertEntries, lockHead } from './store.ts';
import { type Act, AREA_NAMES, AREAS, type Area, type AuditFact } from './types.ts';

const AREA_OF: ReadonlyMap<string, Area> = new Map(AREA_NAMES.flatMap((area) => AREAS[area].map((act) => [act, area])));

/** Acts on many at once that are one entry with its number. */
const PURGES: readonly Act[] = ['spam.purged', 'trash.purged'];

/** Writes down, in the transaction that marks these events as handled, those that are acts; a purge as one entry with its number. */
export async function auditEvents(tx: WriteScope, events: readonly StoredEvent[]): Promise<void> {
  const facts = events.flatMap(({ event, actor, createdAt }): readonly AuditFact[] => {
    const area = AREA_OF.get(event.type);
    if (!area) return [];
    const who = actor.kind === 'agent' ? { agentId: actor.id, origin: 'agent' } : { agentId: 0, origin: originOf(actor) };
    return [{ at: createdAt, area, act: event.type as Act, ...who, data: JSON.stringify(event.data) }];
  });
  const purges = PURGES.flatMap((act) => {
    const purged = facts.filter((fact) => fact.act === act);
    return purged[0] ? [{ ...purged[0], data: JSON.stringify({ count: purged.length }) }] : [];
  });
  const all = [...facts.filter(({ act }) => !PURGES.includes(act)), ...purges];
  if (all.length > 0) await insertEntries(tx, linked(await lockHead(tx), all, hashOf));
}

const originOf = (actor: Exclude<StoredEvent['actor'], { kind: 'agent' }>): string =>
  actor.kind === 'system' ? actor.task : `channel ${actor.plugin}`;

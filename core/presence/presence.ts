import { markOf, presenceOf } from '../events/stream.ts';
import type { AgentId, ConversationId } from '../lib/ids.ts';

export const PRESENCE_STATES = ['looking', 'answering', 'left'] as const;
export type PresenceState = (typeof PRESENCE_STATES)[number];

/** A browser that has a conversation open says so every twenty seconds; two that are lost make nobody leave. */
const LOOKING_MS = 50_000;
/** So long after the last key somebody is still at his answer: he reads, or asks a colleague. */
const ANSWERING_MS = 180_000;
const SWEEP_MS = 5_000;

/** Somebody who has a conversation open. */
export interface Present {
  readonly agentId: AgentId;
  readonly name: string;
  readonly isAnswering: boolean;
}

/** Who has which conversation open and who answers in it; in memory, for as long as their browsers say so. */
export interface Presence {
  note(id: ConversationId, who: { readonly id: AgentId; readonly name: string }, state: PresenceState): void;
  /** His answer is sent or thrown away. */
  finish(id: ConversationId, agentId: AgentId): void;
  /** All but him, in the order in which they came. */
  others(id: ConversationId, agentId: AgentId): readonly Present[];
  /** Forgets those whose browsers fell silent. */
  sweep(): void;
  close(): void;
}

interface Seen {
  name: string;
  lookedMs: number;
  answeredMs: number | null;
}

/** `poke` tells browsers who is there, and when the list's mark of an answer comes or goes. */
export function createPresence(poke: (names: readonly string[]) => void, now: () => Date = () => new Date()): Presence {
  const places = new Map<ConversationId, Map<AgentId, Seen>>();
  const tell = (id: ConversationId, agentId: AgentId, isMarkChanged: boolean): void =>
    poke([presenceOf(id, agentId), ...(isMarkChanged ? [markOf(id, agentId)] : [])]);
  const leave = (id: ConversationId, agentId: AgentId): void => {
    const seen = places.get(id)?.get(agentId);
    if (!seen) return;
    places.get(id)?.delete(agentId);
    if (places.get(id)?.size === 0) places.delete(id);
    tell(id, agentId, seen.answeredMs !== null);
  };
  const finish = (id: ConversationId, agentId: AgentId): void => {
    const seen = places.get(id)?.get(agentId);
    if (!seen || seen.answeredMs === null) return;
    seen.answeredMs = null;
    tell(id, agentId, true);
  };
  const sweep = (): void => {
    const nowMs = now().getTime();
    for (const [id, seenHere] of places)
      for (const [agentId, { lookedMs, answeredMs }] of seenHere) {
        if (nowMs - Math.max(lookedMs, answeredMs ?? 0) > (answeredMs === null ? LOOKING_MS : ANSWERING_MS)) leave(id, agentId);
        else if (answeredMs !== null && nowMs - answeredMs > ANSWERING_MS) finish(id, agentId);
      }
  };
  const timer = setInterval(sweep, SWEEP_MS);
  timer.unref();
  return {
    note: (id, who, state) => {
      if (state === 'left') return leave(id, who.id);
      const here = places.get(id) ?? new Map<AgentId, Seen>();
      places.set(id, here);
      const before = here.get(who.id);
      const nowMs = now().getTime();
      const answeredMs = state === 'answering' ? nowMs : (before?.answeredMs ?? null);
      here.set(who.id, { name: who.name, lookedMs: nowMs, answeredMs });
      const isMarkChanged = answeredMs !== null && (before?.answeredMs ?? null) === null;
      if (!before || isMarkChanged) tell(id, who.id, isMarkChanged);
    },
    finish,
    others: (id, agentId) =>
      [...(places.get(id) ?? [])]
        .filter(([one]) => one !== agentId)
        .map(([one, { name, answeredMs }]) => ({ agentId: one, name, isAnswering: answeredMs !== null })),
    sweep,
    close: () => clearInterval(timer),
  };
}

import type { Scope } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import type { Face } from '../lib/face.ts';
import { allPictures } from '../pictures/find.ts';
import { availabilityAt } from './availability.ts';
import { findAgents } from './store.ts';

const FRESH_MS = 5_000;
const MARK_CHARS = 12;

export interface KnownFaces {
  readonly faces: ReadonlyMap<number, Face>;
  /** Mark of the company's logo; null = it has none. */
  readonly logo: string | null;
}

/** Every page shows them, and none should pay a query for it. */
export interface Faces {
  /** At most 5 s old, or newer than the last event about an agent or a picture. */
  read(scope: Scope): Promise<KnownFaces>;
  /** After a change that its own page has to show. */
  forget(): void;
  /** To be told of everything that happens. */
  follow(events: readonly DomainEvent[]): void;
}

export function knowFaces(): Faces {
  let known: (KnownFaces & { readonly atMs: number }) | null = null;
  const forget = (): void => {
    known = null;
  };
  return {
    forget,
    read: async (scope) => {
      const now = scope.now();
      if (known && Math.abs(now.getTime() - known.atMs) < FRESH_MS) return known;
      const pictures = new Map((await allPictures(scope)).map(({ ownerId, sha256 }) => [ownerId, sha256.slice(0, MARK_CHARS)]));
      const faces = (await findAgents(scope)).map((agent): [number, Face] => [
        agent.id,
        { picture: pictures.get(agent.id) ?? null, ...availabilityAt(agent, now) },
      ]);
      known = { faces: new Map(faces), logo: pictures.get(0) ?? null, atMs: now.getTime() };
      return known;
    },
    follow: (events) => {
      if (events.some(({ type }) => type.startsWith('agent.') || type === 'picture.changed')) forget();
    },
  };
}

import type { Scope } from '../db/scope.ts';
import { type GeneralSettings, readGeneral } from './general.ts';

const FRESH_MS = 5_000;

export interface CachedGeneral {
  /** At most 5 s old, or newer than the last `forget`. */
  read(scope: Scope): Promise<GeneralSettings>;
  forget(): void;
}

/** Every page needs the company's name, and none should pay a query for it. */
export function cacheGeneral(): CachedGeneral {
  let known: { settings: GeneralSettings; atMs: number } | null = null;
  return {
    read: async (scope) => {
      const nowMs = scope.now().getTime();
      if (known && Math.abs(nowMs - known.atMs) < FRESH_MS) return known.settings;
      const settings = await readGeneral(scope);
      known = { settings, atMs: nowMs };
      return settings;
    },
    forget: () => {
      known = null;
    },
  };
}

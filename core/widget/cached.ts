import type { Faces } from '../agents/faces.ts';
import type { Scope } from '../db/scope.ts';
import { agentsOnline } from '../sessions/online.ts';
import { readWidget } from './settings.ts';
import type { Attendant, WidgetSettings } from './types.ts';

const FRESH_MS = 5_000;

export interface Shown {
  readonly settings: WidgetSettings;
  /** Who is there, one with a picture before others; null = nobody, or nobody is to be seen. */
  readonly attendant: Attendant | null;
}

/** What visitors see of the company: strangers ask for it on every page of its website, so it comes from memory. */
export interface CachedWidget {
  /** At most 5 s old, or newer than the last `forget`. */
  read(scope: Scope): Promise<Shown>;
  forget(): void;
}

export function cacheWidget(faces: Pick<Faces, 'read'>): CachedWidget {
  let known: { readonly shown: Promise<Shown>; readonly atMs: number } | null = null;
  return {
    read: (scope) => {
      const atMs = scope.now().getTime();
      if (known && Math.abs(atMs - known.atMs) < FRESH_MS) return known.shown;
      const asked = { shown: shownNow(scope, faces), atMs };
      known = asked;
      asked.shown.catch(() => {
        if (known === asked) known = null;
      });
      return asked.shown;
    },
    forget: () => {
      known = null;
    },
  };
}

async function shownNow(scope: Scope, faces: Pick<Faces, 'read'>): Promise<Shown> {
  const settings = await readWidget(scope);
  if (!settings.isOn || !settings.showsAgent) return { settings, attendant: null };
  const pictures = (await faces.read(scope)).faces;
  const there = (await agentsOnline(scope)).map(({ id, firstName, jobTitle }) => {
    return { id, firstName, jobTitle, hasPicture: (pictures.get(id)?.picture ?? null) !== null };
  });
  return { settings, attendant: there.find(({ hasPicture }) => hasPicture) ?? there[0] ?? null };
}

import type { Faces } from '../agents/faces.ts';
import type { Agent } from '../agents/types.ts';
import type { Scope } from '../db/scope.ts';
import { TOP_FOLDER } from '../folders/types.ts';
import { whoMay } from '../folders/who-may.ts';
import { agentsOnline } from '../sessions/online.ts';
import type { ChatInbox } from './chat-inbox.ts';
import { readWidget } from './settings.ts';
import type { Attendant, WidgetSettings } from './types.ts';

const FRESH_MS = 5_000;

export interface Shown {
  readonly settings: WidgetSettings;
  /** Who is there, one with a picture before others; null = nobody, or nobody is to be seen. */
  readonly attendant: Attendant | null;
  /** Somebody is there who may answer the inbox of live talks: visitors may begin one. */
  readonly isChatOpen: boolean;
}

/** What visitors see of the company: strangers ask for it on every page of its website, so it comes from memory. */
export interface CachedWidget {
  /** At most 5 s old, or newer than the last `forget`. */
  read(scope: Scope): Promise<Shown>;
  forget(): void;
}

/** `chat` answers the inbox of live talks. */
export function cacheWidget(
  faces: Pick<Faces, 'read'>,
  chat: (scope: Scope) => Promise<Pick<ChatInbox, 'record'> | null> = async () => null,
): CachedWidget {
  let known: { readonly shown: Promise<Shown>; readonly atMs: number } | null = null;
  return {
    read: (scope) => {
      const atMs = scope.now().getTime();
      if (known && Math.abs(atMs - known.atMs) < FRESH_MS) return known.shown;
      const asked = { shown: shownNow(scope, faces, chat), atMs };
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

async function shownNow(scope: Scope, faces: Pick<Faces, 'read'>, chat: Parameters<typeof cacheWidget>[1]): Promise<Shown> {
  const settings = await readWidget(scope);
  const talks = settings.isOn ? ((await chat?.(scope)) ?? null) : null;
  if (!settings.isOn || (!settings.showsAgent && !talks)) return { settings, attendant: null, isChatOpen: false };
  const online = await agentsOnline(scope);
  const answering = talks ? await mayAnswer(scope, talks, online) : [];
  const isChatOpen = answering.length > 0;
  if (!settings.showsAgent) return { settings, attendant: null, isChatOpen };
  const pictures = (await faces.read(scope)).faces;
  // Whoever talks with him is rather one who may answer.
  const there = (isChatOpen ? answering : online).map(({ id, firstName, jobTitle }) => {
    return { id, firstName, jobTitle, hasPicture: (pictures.get(id)?.picture ?? null) !== null };
  });
  return { settings, attendant: there.find(({ hasPicture }) => hasPicture) ?? there[0] ?? null, isChatOpen };
}

async function mayAnswer(scope: Scope, { record }: Pick<ChatInbox, 'record'>, online: readonly Agent[]): Promise<readonly Agent[]> {
  const ids = online.map(({ id }) => id);
  const may = await whoMay(scope, 'answer', record.folderId ?? TOP_FOLDER, ids);
  return online.filter(({ id }) => may.has(id));
}

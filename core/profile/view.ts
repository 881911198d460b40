import type { Agent } from '../agents/types.ts';
import type { Translate } from '../http/context.ts';
import type { SessionId } from '../lib/ids.ts';
import type { KeyAct } from '../lib/keys.ts';
import type { OpenSession } from '../sessions/types.ts';

/** What the profile page shows; `entered` holds what was typed in a form that needs attention. */
export function profileView(
  t: Translate,
  agent: Agent,
  entered: Readonly<Record<string, string>>,
  sessions: readonly OpenSession[],
  currentId: SessionId | null,
  errors: Readonly<Record<string, string>>,
) {
  const { firstName, lastName, jobTitle, language, email, theme } = agent;
  return {
    values: { firstName, lastName, jobTitle, language, email, theme, ...entered },
    errors,
    sessions: sessions.map((session) => ({
      browser: browserName(t, session.userAgent),
      ip: session.ip,
      lastSeenAt: session.lastSeenAt,
      isCurrent: session.id === currentId,
    })),
  };
}

const KEY_TEXTS: Partial<Record<KeyAct, string>> = {
  '/': 'search',
  R: 'all',
  L: 'contact_labels',
  X: 'range',
  '?': 'help',
  '!': 'spam',
  '#': 'trash',
};
/** The locale key of what an act's key does. */
export const keyText = (act: KeyAct): string => `conversations.keys.${KEY_TEXTS[act] ?? act}`;

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\bChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** "Firefox, Windows" from a User-Agent, good enough to recognise one's own machine. */
export function browserName(t: Translate, userAgent: string): string {
  const find = (table: typeof BROWSERS): string | undefined => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  return [find(BROWSERS), find(SYSTEMS)].filter(Boolean).join(', ') || t('profile.sessions.unknown');
}

import { agentRoutes } from '../agents/routes.ts';
import { verifyApiKey } from '../api-keys/api-keys.ts';
import type { HttpAppParts } from '../http/app.ts';
import type { Route } from '../http/context.ts';
import { createCookieJar } from '../http/cookies.ts';
import type { Renderer } from '../http/render.ts';
import { createSessionCookie } from '../http/session.ts';
import type { Log } from '../lib/log.ts';
import type { Keyring } from '../lib/secrets.ts';
import { passwordResetRoutes } from '../password-resets/routes.ts';
import type { SendSystemMail } from '../password-resets/types.ts';
import { profileRoutes } from '../profile/routes.ts';
import { sessionRoutes } from '../sessions/routes.ts';
import { useSession } from '../sessions/use-session.ts';
import { cacheGeneral } from '../settings/cached-general.ts';
import { settingsRoutes } from '../settings/routes.ts';
import { type SetupRouteDeps, setupRoutes } from '../setup/routes.ts';

export interface AccountParts {
  readonly keyring: Keyring;
  readonly publicUrl: string;
  readonly renderer: Renderer;
  readonly log: Log;
  readonly inboxes: SetupRouteDeps['inboxes'];
  readonly sendSystemMail: SendSystemMail;
}

/** Everything about who may enter: what `createHttpApp` needs to know people by, and the routes of log-in, set-up, users and settings. */
export interface Accounts extends Pick<HttpAppParts, 'jar' | 'sessionCookie' | 'gatekeeper' | 'site'> {
  readonly routes: readonly Route[];
}

export function openAccounts(parts: AccountParts): Accounts {
  const jar = createCookieJar(parts.publicUrl);
  const sessionCookie = createSessionCookie(parts.keyring, jar);
  const general = cacheGeneral();
  const known = { ...parts, jar, sessionCookie, general };
  return {
    jar,
    sessionCookie,
    gatekeeper: { session: useSession, apiKey: verifyApiKey },
    site: general.read,
    routes: [
      ...sessionRoutes(known),
      ...passwordResetRoutes(known),
      ...profileRoutes(known),
      ...agentRoutes(known),
      ...settingsRoutes(known),
      ...setupRoutes(known),
    ],
  };
}

import type { Context } from 'koa';
import { AppError } from '../lib/errors.ts';
import { equalSecrets, type Keyring, randomToken } from '../lib/secrets.ts';
import type { CookieJar } from './cookies.ts';
import type { SessionClaims } from './session.ts';

const COOKIE = 'visit';
/** A page that stays open longer is loaded again before its form is taken. */
const FRAME_HOURS = 168;

/** The page is older than the session, or the request came from another site. Nothing was changed. */
export class CrossSiteError extends AppError {
  constructor(code: 'csrf_token' | 'cross_site') {
    super(code, 403, 'This form could not be accepted', { help: 'Load the page again and send the form once more.' });
  }
}

export interface CsrfGuard {
  /** A token for this visitor's forms. Salted, so it differs in each page and cannot be guessed from compressed lengths (BREACH). */
  token(ctx: Context, session: SessionClaims | null): string;
  /** Throws CrossSiteError when the browser says that another site sent this request. */
  checkOrigin(ctx: Context): void;
  /** A token for the forms of a page in a frame on another site, where no cookie comes along: it says that the page was ours, and when. */
  frameToken(now: Date): string;
  isFrameToken(field: unknown, now: Date): boolean;
  /** Throws CrossSiteError unless the header or the form field holds a token of this very session. */
  checkToken(ctx: Context, session: SessionClaims | null, field: unknown): void;
}

/** Before log-in the token is bound to a random signed cookie instead of a session. */
export function createCsrfGuard(keyring: Keyring, jar: CookieJar, publicUrl: string): CsrfGuard {
  const publicHost = new URL(publicUrl).host;
  const sign = (salt: string, bearer: string): string => keyring.sign('csrf', `${salt}:${bearer}`);

  const knownVisit = (ctx: Context): string | null => {
    const [id, signature] = (jar.get(ctx, COOKIE) ?? '').split('.');
    return id && signature && equalSecrets(signature, keyring.sign('visit', id)) ? id : null;
  };
  const newVisit = (ctx: Context): string => {
    const id = randomToken();
    jar.set(ctx, COOKIE, `${id}.${keyring.sign('visit', id)}`, null);
    return id;
  };

  return {
    token: (ctx, session) => {
      const bearer = session ? `session:${session.sessionId}` : `visit:${knownVisit(ctx) ?? newVisit(ctx)}`;
      const salt = randomToken(12);
      return `${salt}.${sign(salt, bearer)}`;
    },
    frameToken: (now) => {
      const salt = `${now.getTime().toString(36)}-${randomToken(12)}`;
      return `${salt}.${sign(salt, 'frame')}`;
    },
    isFrameToken: (field, now) => {
      const [salt = '', signature = ''] = typeof field === 'string' && field.length < 200 ? field.split('.') : [];
      const ageMs = now.getTime() - Number.parseInt(salt, 36);
      return equalSecrets(signature, sign(salt, 'frame')) && ageMs >= 0 && ageMs < FRAME_HOURS * 3_600_000;
    },
    checkOrigin: (ctx) => {
      const site = ctx.get('Sec-Fetch-Site');
      if (site !== '' && site !== 'same-origin' && site !== 'none') throw new CrossSiteError('cross_site');
      const origin = ctx.get('Origin');
      if (origin === '') return;
      const host = /^https?:\/\//.test(origin) && URL.canParse(origin) ? new URL(origin).host : '';
      if (host === '' || (host !== publicHost && host !== ctx.host)) throw new CrossSiteError('cross_site');
    },
    checkToken: (ctx, session, field) => {
      const visit = session ? null : knownVisit(ctx);
      const bearer = session ? `session:${session.sessionId}` : visit && `visit:${visit}`;
      const sent = ctx.get('X-CSRF-Token') || field;
      const [salt, signature] = typeof sent === 'string' && sent.length < 200 ? sent.split('.') : [];
      if (!bearer || !salt || !signature || !equalSecrets(signature, sign(salt, bearer))) throw new CrossSiteError('csrf_token');
    },
  };
}

import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Context } from 'koa';
import { type AgentId, parseId, type SessionId } from '../lib/ids.ts';
import type { Keyring } from '../lib/secrets.ts';
import type { CookieJar } from './cookies.ts';

export const SESSION_DAYS = 30;
const COOKIE = 'session';
const ISSUER = 'centrala';
/** Tokens of other purposes (web widget, files) are signed with other keys and name another audience. */
const AUDIENCE = 'agent';

export interface SessionClaims {
  readonly sessionId: SessionId;
  readonly agentId: AgentId;
}

/** The signed cookie that names a session row. It proves nothing by itself: the row is looked up at each request. */
export interface SessionCookie {
  issue(ctx: Context, claims: SessionClaims, now: Date): void;
  read(ctx: Context, now: Date): SessionClaims | null;
  clear(ctx: Context): void;
}

export function createSessionCookie(keyring: Keyring, jar: CookieJar): SessionCookie {
  const key = createSecretKey(keyring.key('session'));
  return {
    issue: (ctx, claims, now) => {
      jar.set(ctx, COOKIE, signSession(key, claims, now), SESSION_DAYS * 86_400);
    },
    read: (ctx, now) => {
      const token = jar.get(ctx, COOKIE);
      return token === null ? null : readSession(key, token, now);
    },
    clear: (ctx) => jar.set(ctx, COOKIE, '', 0),
  };
}

export function signSession(key: Buffer | KeyObject, claims: SessionClaims, now: Date): string {
  const iat = Math.floor(now.getTime() / 1000);
  return jwt.sign({ sid: claims.sessionId, iat, exp: iat + SESSION_DAYS * 86_400 }, key, {
    algorithm: 'HS256',
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: String(claims.agentId),
  });
}

/** `key`: best an object, since jsonwebtoken tries at each call whether bytes are a public key. Null for every token we did not make for this purpose: other algorithm, key, audience or issuer, no expiry, too old. */
export function readSession(key: Buffer | KeyObject, token: string, now: Date): SessionClaims | null {
  if (token.length > 1000) return null;
  try {
    const claims = jwt.verify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      maxAge: `${SESSION_DAYS}d`,
      clockTimestamp: Math.floor(now.getTime() / 1000),
    });
    if (typeof claims === 'string' || typeof claims.exp !== 'number') return null;
    const sessionId = parseId<'sessions'>(claims['sid']);
    const agentId = parseId<'agents'>(claims.sub);
    return sessionId && agentId ? { sessionId, agentId } : null;
  } catch {
    return null;
  }
}

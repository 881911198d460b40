import type { Context } from 'koa';

/** Writes and reads our cookies: HttpOnly, SameSite=Lax, path "/"; with https also Secure and the `__Host-` prefix (RFC 6265bis §4.1.3). */
export interface CookieJar {
  get(ctx: Context, name: string): string | null;
  /** `value` must be free of `;`, `,`, quotes and blanks. `maxAgeSeconds` null = until the browser closes, 0 = delete. */
  set(ctx: Context, name: string, value: string, maxAgeSeconds: number | null): void;
}

/** https is known from the public URL, or from the request itself when it came through a trusted proxy. */
export function createCookieJar(publicUrl: string): CookieJar {
  const secure = (ctx: Context): boolean => publicUrl.startsWith('https:') || ctx.secure;
  const full = (ctx: Context, name: string): string => (secure(ctx) ? `__Host-${name}` : name);
  return {
    get: (ctx, name) => ctx.cookies.get(full(ctx, name)) || null,
    set: (ctx, name, value, maxAgeSeconds) => {
      if (!/^[\w.~-]*$/.test(value)) throw new Error(`cookie ${name} holds characters that a cookie may not`);
      const parts = [`${full(ctx, name)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
      if (maxAgeSeconds !== null) parts.push(`Max-Age=${maxAgeSeconds}`);
      if (secure(ctx)) parts.push('Secure');
      ctx.append('Set-Cookie', parts.join('; '));
    },
  };
}

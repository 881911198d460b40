import type { Context, Middleware } from 'koa';

/** No inline script, no foreign origin, no framing by others. A route may set its own policy (mail bodies do). */
export const PAGE_CSP = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "frame-src 'self'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': PAGE_CSP,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // A link in a mail would tell its name server that the mail is being read.
  'X-DNS-Prefetch-Control': 'off',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(self), payment=(), usb=()',
  'Cache-Control': 'no-store',
};

export function setSecurityHeaders(ctx: Context, publicUrl: string): void {
  ctx.set({ ...HEADERS });
  if (publicUrl.startsWith('https:') || ctx.secure) ctx.set('Strict-Transport-Security', 'max-age=31536000');
}

/** Sets the headers before the route runs, so that a route may change one for its own answer. */
export function securityHeaders(publicUrl: string): Middleware {
  return async (ctx, next) => {
    setSecurityHeaders(ctx, publicUrl);
    await next();
  };
}

import type { Context } from 'koa';
import { equalSecrets, type Keyring } from '../lib/secrets.ts';
import type { CookieJar } from './cookies.ts';
import type { Toast } from './site.ts';

const COOKIE = 'toast';
const MAX_CHARS = 300;

/** Carries a short message over a redirect, in a signed cookie. */
export interface Toasts {
  /** The message of the request before this one, once. */
  take(ctx: Context): readonly Toast[];
  /** For the page after the redirect. */
  keep(ctx: Context, toast: Toast): void;
}

export function createToasts(keyring: Keyring, jar: CookieJar): Toasts {
  return {
    take: (ctx) => {
      const [packed, signature] = (jar.get(ctx, COOKIE) ?? '').split('.');
      if (!packed || !signature) return [];
      jar.set(ctx, COOKIE, '', 0);
      if (!equalSecrets(signature, keyring.sign('toast', packed))) return [];
      const [kind = '', path = '', seconds = '', of = '', ...words] = Buffer.from(packed, 'base64url').toString('utf8').split('\n');
      const toast = { text: words.join(' '), kind: kind === 'problem' ? 'problem' : 'done' } as const;
      return [path === '' ? toast : { ...toast, undo: { path, seconds: Number(seconds), of: Number(of) } }];
    },
    keep: (ctx, { text, kind, undo }) => {
      const lines = [kind, undo?.path ?? '', undo?.seconds ?? '', undo?.of ?? '', text.slice(0, MAX_CHARS)];
      const packed = Buffer.from(lines.join('\n')).toString('base64url');
      jar.set(ctx, COOKIE, `${packed}.${keyring.sign('toast', packed)}`, 60);
    },
  };
}

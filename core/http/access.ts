import type { Context } from 'koa';
import { AppError, ForbiddenError } from '../lib/errors.ts';
import type { Route } from './context.ts';
import type { Visitor } from './site.ts';

/** Nobody is logged in. Pages answer with the log-in form, the API with 401. */
export class LoginNeededError extends AppError {
  constructor(code: 'login_needed' | 'unauthorized' = 'login_needed') {
    const help = code === 'unauthorized' ? 'Send "Authorization: Bearer KEY" with a key made by "centrala api-key create".' : undefined;
    super(code, 401, code === 'unauthorized' ? 'A valid API key is needed' : 'Log in first', help === undefined ? {} : { help });
  }
}

/** Decides in one place whether this visitor may call a route at all. Throws LoginNeededError or ForbiddenError. */
export function admit({ may, needs }: Pick<Route, 'may' | 'needs'>, visitor: Visitor | null): void {
  if (may === 'public') return;
  if (!visitor) throw new LoginNeededError(may === 'api' ? 'unauthorized' : 'login_needed');
  const wanted = needs ?? may;
  if (wanted === 'agent' || wanted === 'api') return;
  const { role, permissions } = visitor.agent;
  if (wanted === 'administrator' ? role !== 'administrator' : !permissions.includes(wanted)) throw new ForbiddenError();
}

/** The key of `Authorization: Bearer …` (RFC 6750 §2.1), or null. */
export function bearerKey(ctx: Context): string | null {
  return /^Bearer ([\w.~+/-]{16,200})$/i.exec(ctx.get('Authorization'))?.[1] ?? null;
}

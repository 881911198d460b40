import { hasAgents } from '../agents/list-agents.ts';
import type { PageContext } from '../http/context.ts';
import { ForbiddenError } from '../lib/errors.ts';
import { isSetupToken } from './token.ts';

/** The token of the address or form; null, and the visitor is on his way to log-in, when set-up is over. Throws ForbiddenError. */
export async function admitted(ctx: PageContext, token: string): Promise<string | null> {
  if (await hasAgents(ctx.scope)) {
    ctx.seeOther('/login');
    return null;
  }
  if (!(await isSetupToken(ctx.scope, token))) throw new ForbiddenError('This set-up link does not work');
  return token;
}

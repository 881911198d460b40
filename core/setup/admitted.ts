import { hasAgents } from '../agents/list-agents.ts';
import type { PageContext } from '../http/context.ts';
import { isSetupToken } from './token.ts';

/**
 * The token of the address or form. Null, and the visitor has his answer, when set-up is over or the address is not the one that the last
 * start printed: he is told where that is, for there is nobody yet whom he could ask.
 */
export async function admitted(ctx: PageContext, token: string): Promise<string | null> {
  if (await hasAgents(ctx.scope)) ctx.seeOther('/login');
  else if (await isSetupToken(ctx.scope, token)) return token;
  else ctx.page('setup/waiting', { isStale: token !== '' }, 403);
  return null;
}

import { labelHref, readAddress } from '../conversations/address.ts';
import { railScreen, type WorkspaceDeps } from '../conversations/screens.ts';
import type { PageContext, Route } from '../http/context.ts';
import { queryText } from '../http/params.ts';
import { findForCommands } from './find.ts';

/** The command bar: the places an agent can go to, and with `q` what is found; as a page of its own without JavaScript. */
export function commandRoutes(deps: WorkspaceDeps): readonly Route[] {
  const placesOf = async ({ scope, agent }: PageContext) => {
    const { rail } = await railScreen(scope, deps, { viewer: agent.id, address: readAddress({ folder: 'all' }), openId: null });
    return { rail, labels: (await deps.labels.read(scope)).map((one) => ({ ...one, href: labelHref(one.id) })) };
  };

  const commands = async (ctx: PageContext): Promise<void> => {
    const q = queryText(ctx, 'q', 200);
    const found = q === '' ? null : await findForCommands(ctx.scope, q);
    if (!ctx.isFragment) return ctx.page('commands/index', { ...(await placesOf(ctx)), found, q });
    if (found) ctx.fragment('commands/_found', { found, q });
    else ctx.fragment('commands/_places', await placesOf(ctx));
  };

  return [{ method: 'GET', path: '/commands', may: 'agent', handle: commands }];
}

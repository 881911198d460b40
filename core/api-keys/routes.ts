import { z } from 'zod';
import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, lineField, orRedraw, readForm, typedText } from '../http/params.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts';

const NEW = z.object({ name: lineField(120) });

/** Settings → API keys: which programs may act, in whose name. A key made here acts in the name of its maker alone: no administrator makes himself somebody else's. */
export function apiKeyRoutes({ publicUrl }: { readonly publicUrl: string }): readonly Route[] {
  const draw = async (
    ctx: PageContext,
    { made = null, errors = {} }: { readonly made?: string | null; readonly errors?: object } = {},
    status = 200,
  ): Promise<void> => {
    const names = new Map((await listAgents(ctx.scope)).map((agent) => [agent.id, nameOf(agent) || agent.email]));
    const keys = (await listApiKeys(ctx.scope)).filter(({ revokedAt }) => revokedAt === null);
    ctx.page(
      'api-keys/list',
      {
        keys: keys.toReversed().map((key) => ({ ...key, agent: names.get(key.agentId) ?? `#${key.agentId}` })),
        made: made && { key: made, example: `curl -H "Authorization: Bearer ${made}" ${publicUrl}/api/v1/profile` },
        name: made ? '' : typedText(ctx, 'name'),
        errors,
      },
      status,
    );
  };

  /** The page with the key on it is the only place where it ever stands: no redirect. */
  const create = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => draw(ctx, { made: (await createApiKey(ctx.scope, ctx.agent.id, readForm(NEW, ctx.form).name)).key }),
      (errors) => draw(ctx, { errors }, 422),
    );

  const revoke = async (ctx: PageContext): Promise<void> => {
    await revokeApiKey(ctx.scope, idParam(ctx, 'api_keys'));
    ctx.toast(ctx.t('api-keys.revoked'));
    ctx.seeOther('/api-keys');
  };

  return [
    { method: 'GET', path: '/api-keys', may: 'administrator', handle: (ctx) => draw(ctx) },
    { method: 'POST', path: '/api-keys', may: 'administrator', handle: create },
    { method: 'POST', path: '/api-keys/:id/revocation', may: 'administrator', handle: revoke },
  ];
}

import type { PageContext, Route } from '../http/context.ts';
import { writtenParts } from '../lib/linked-text.ts';
import type { CachedGeneral } from '../settings/cached-general.ts';

/** Who helps, what the keys do, how to search, and which version this is. */
export function helpRoutes({ general, version }: { readonly general: CachedGeneral; readonly version: string }): readonly Route[] {
  const show = async (ctx: PageContext): Promise<void> => {
    const { support } = await general.read(ctx.scope);
    ctx.page('help/show', { support: support === '' ? null : writtenParts(support), version });
  };
  return [{ method: 'GET', path: '/help', may: 'agent', handle: show }];
}

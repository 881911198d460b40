import type { PageContext, Route } from '../http/context.ts';
import type { Updates } from '../updates/watch.ts';
import type { News } from './news.ts';
import { newsView } from './view.ts';

/** What is new in the product; who opens it has read it. Administrators see there whether a newer version is asked for. */
export function newsRoutes(news: News, updates: Pick<Updates, 'state'>): readonly Route[] {
  const show = async (ctx: PageContext): Promise<void> => {
    const { id, role } = ctx.agent;
    const releases = newsView(news.releases, await news.since(ctx.scope), ctx.language, role === 'administrator');
    // Pages stay readable on a full disk: this mark is not worth more than they are.
    await news.markRead(ctx.scope, id).catch(() => {});
    ctx.page('news/index', { releases, updates: role === 'administrator' ? updates.state() : null });
  };
  return [{ method: 'GET', path: '/news', may: 'agent', handle: show }];
}

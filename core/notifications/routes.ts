import type { PageContext, Route } from '../http/context.ts';
import { ownPath } from '../http/own-path.ts';
import { idParam, queryText } from '../http/params.ts';
import { listNotifications } from './list.ts';
import { readAllNotifications, readNotification } from './read.ts';
import { freshSignals } from './signals.ts';
import { hrefOfNotification, notificationsView, signalView } from './view.ts';

/** The bell of the top bar and the page behind it: an agent's own notifications. */
export function notificationRoutes(): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const unreadOnly = queryText(ctx, 'unread') === 'yes';
    const cursor = queryText(ctx, 'cursor');
    const page = await listNotifications(ctx.scope, ctx.agent.id, { unreadOnly, cursor: cursor || undefined });
    const notices = notificationsView(page, unreadOnly, cursor);
    if (ctx.isFragment) ctx.fragment('notifications/_list', { notices });
    else ctx.page('notifications/index', { notices });
  };

  /** Leads to what it is about, or back to the list when only the mark is wanted. */
  const read = async (ctx: PageContext): Promise<void> => {
    const found = await readNotification(ctx.scope, ctx.agent.id, idParam(ctx, 'notifications'));
    const { back } = ctx.form;
    ctx.seeOther(typeof back === 'string' ? ownPath(back, '/notifications') : hrefOfNotification(found));
  };

  const readAll = async (ctx: PageContext): Promise<void> => {
    const count = await readAllNotifications(ctx.scope, ctx.agent.id);
    ctx.toast(ctx.t('notifications.all_read', { n: count }));
    ctx.seeOther('/notifications');
  };

  const bell = async (ctx: PageContext): Promise<void> => {
    const signals = await freshSignals(ctx.scope, ctx.agent.id);
    ctx.fragment('notifications/_bell', { signals: signals.map((one) => signalView(ctx.t, one)) });
  };

  return [
    { method: 'GET', path: '/notifications', may: 'agent', handle: list },
    { method: 'GET', path: '/notifications/bell', may: 'agent', handle: bell },
    { method: 'POST', path: '/notifications/readings', may: 'agent', handle: readAll },
    { method: 'POST', path: '/notifications/:id/reading', may: 'agent', handle: read },
  ];
}

import type { Translate } from '../http/context.ts';
import { messageHref } from '../lib/message-href.ts';
import type { Page } from '../lib/page.ts';
import { eventOf } from './events.ts';
import type { NotificationKind, ShownNotification } from './types.ts';

const ICONS: Readonly<Record<NotificationKind, string>> = {
  delivery_failed: 'mail-x',
  delivery_expired: 'hourglass-empty',
  delivery_unknown: 'help-circle',
  schedule_stopped: 'calendar-off',
  schedule_trashed: 'calendar-off',
  schedule_spam: 'calendar-off',
  schedule_orphaned: 'user-off',
  message_received: 'message-reply',
  conversation_assigned: 'user-check',
  team_assigned: 'users-group',
  unassigned_message: 'message-circle',
  mentioned: 'at',
  followed_message: 'eye',
  conversation_woken: 'alarm',
  conversation_shared: 'user-share',
  rule_told: 'filter',
  virus_found: 'virus',
};
const SHOWN_ADDRESSES = 3;

/** The page of notifications: rows, filter, and where the same rows and the next ones are fetched. */
export function notificationsView({ items, next }: Page<ShownNotification>, unreadOnly: boolean, cursor: string) {
  const hrefOf = (more: Record<string, string>): string => {
    const query = new URLSearchParams({ ...(unreadOnly ? { unread: 'yes' } : {}), ...more }).toString();
    return `/notifications${query && `?${query}`}`;
  };
  return {
    rows: items.map(rowView),
    unreadOnly,
    refreshHref: hrefOf(cursor ? { cursor } : {}),
    moreHref: next === null ? null : hrefOf({ cursor: next }),
  };
}

function rowView(one: ShownNotification) {
  const shown = one.addresses.slice(0, SHOWN_ADDRESSES);
  return {
    id: one.id,
    kind: one.kind,
    isTrouble: eventOf(one.kind) === 'delivery_trouble',
    icon: ICONS[one.kind],
    addresses: shown.join(', '),
    others: one.addresses.length - shown.length,
    reason: one.reason,
    inOthers: one.inOthers,
    times: one.times,
    why: one.why,
    subject: one.subject,
    contact: one.contact,
    at: one.createdAt,
    isRead: one.readAt !== null,
  };
}

/** Where a notification leads. */
export const hrefOfNotification = ({ conversationId, messageId }: Pick<ShownNotification, 'conversationId' | 'messageId'>): string =>
  messageId === null ? `/conversations/${conversationId}` : messageHref(conversationId, messageId);

/** What a browser needs to ring and to show a note outside of it, once. */
export const signalView = (t: Translate, one: ShownNotification) => ({
  id: one.id,
  at: one.startedAt,
  hasSound: one.hasSound,
  onDesktop: one.onDesktop,
  title: t(`notifications.kind.${one.kind}`, { addresses: one.addresses.slice(0, SHOWN_ADDRESSES).join(', ') }),
  body: [one.contact, one.subject].filter(Boolean).join(' · '),
  href: hrefOfNotification(one),
});

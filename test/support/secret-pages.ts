import { CANARY, type SecretOffice } from './secret-office.ts';

type Numbers = Pick<SecretOffice, 'shownNote' | 'closed'> & {
  readonly hidden: Readonly<Record<'conversations', number>>;
  readonly shown: number;
};

/** Pages that could name something of a conversation that is hidden from whoever opens them. */
export function pagesFor({ hidden, shown, shownNote, closed }: Numbers): readonly string[] {
  const folders = ['open', 'mine', 'unassigned', 'unanswered', 'snoozed', 'closed', 'spam', 'failed', 'trash', 'all'];
  const lists = folders.flatMap((folder) => ['/conversations', '/conversations/rows'].map((path) => `${path}?folder=${folder}`));
  return [
    ...lists,
    ...lists.map((path) => `${path}&q=${CANARY}`),
    ...lists.map((path) => `${path}&in=${closed}`),
    '/conversations?q=is%3Adeleted',
    `/conversations?q=%23${hidden.conversations}`,
    `/conversations?inbox=1&folder=all`,
    `/conversations/${shown}`,
    `/conversations/${shown}/messages`,
    `/conversations/${shown}/context`,
    `/conversations/${shown}/labels`,
    `/conversations/${shown}/draft/choices`,
    `/conversations/merger?ids=${shown}`,
    `/conversations/merger?ids=${shown}&q=${CANARY}`,
    `/conversations/merger?ids=${shown},${hidden.conversations}`,
    `/messages/${shownNote}/transfer?q=${CANARY}`,
    `/messages/${shownNote}/transfer`,
    '/deliveries',
    ...['queued', 'sent', 'failed', 'scheduled'].map((status) => `/deliveries?status=${status}`),
    '/draft-versions',
    '/notifications',
    '/notifications/bell',
    '/saved-views',
    '/commands',
    `/commands?q=${CANARY}`,
    `/commands?q=%23${hidden.conversations}`,
    '/commands?q=klient',
    `/saved-views/new?list=q%3D${CANARY.slice(0, 3)}`,
    '/saved-views/counts',
    '/conversations/new',
    '/profile',
    ...['/canned-responses/mine', '/footers/mine', '/statistics', '/statistics/export'],
    ...['/rules', '/rules/new', '/rules/1', '/rules/1/acts', '/labels', '/canned-responses/company', '/working-hours', '/ledger'],
    ...['/deliverability', '/blocked-senders', '/blocked-addresses', '/admissions', '/audit', '/audit/export', '/audit/export?format=json'],
  ];
}

/** The same of the REST API. */
export function callsFor({ hidden, shown }: Pick<Numbers, 'hidden' | 'shown'>): readonly string[] {
  return [
    `/conversations?q=${CANARY}`,
    '/conversations',
    ...['open', 'closed', 'spam', 'trash'].map((status) => `/conversations?status=${status}`),
    '/deliveries',
    `/deliveries?conversation=${hidden.conversations}`,
    `/conversations/${shown}`,
    `/conversations/${shown}/transfers`,
    `/conversations/${shown}/rule-acts`,
    ...['/notifications', '/labels', '/folders', '/teams'],
    '/blocked-addresses',
    '/canned-responses',
    '/ledger',
    '/statistics',
    '/inboxes',
    '/rules',
    '/audit',
    '/deliverability',
  ];
}

/** Whether a page says the word. It repeats what was searched for, as whoever searched wrote it. */
export const said = (text: string, path: string): boolean =>
  text.replaceAll(path.includes(`q=${CANARY}`) ? new RegExp(`(q=|q%3D|value="|found="|: |„)${CANARY}`, 'g') : '', '').includes(CANARY);

import type { Address, Filled } from './fill.ts';

/** One thing to look at. */
export interface Screen {
  readonly name: string;
  /** Null: there is nothing like it in this office. */
  readonly path: (filled: Filled) => Address | null;
  /** Seen by somebody who has not logged in. */
  readonly signedOut?: true;
}

const always = (name: string, path: Address): Screen => ({ name, path: () => path });
const visitor = (name: string, path: Screen['path']): Screen => ({ name, path, signedOut: true });
const conversation = (name: string, subject: string): Screen => ({ name, path: ({ talk }) => talk(subject) });

/** What is looked at of each page of the router. A page that is not here fails `screens.test.ts`. */
export const SCREENS: Readonly<Record<string, readonly Screen[]>> = {
  '/conversations': [
    always('list', '/conversations'),
    always('list-mine', '/conversations?folder=mine'),
    always('list-closed', '/conversations?folder=closed'),
    always('list-failed', '/conversations?folder=failed'),
    always('list-spam', '/conversations?folder=spam'),
    always('search', '/conversations?q=faktura'),
    always('search-nothing', '/conversations?q=krasnoludek'),
  ],
  '/conversations/:id': [
    conversation('conversation', 'Faktura za listopad'),
    conversation('conversation-html', 'Nowości na zimę'),
    conversation('conversation-attachments', 'Zdjęcia uszkodzonej paczki'),
    conversation('conversation-failed', 'Reklamacja nr 118/2026'),
    conversation('conversation-unknown', 'Termin montażu'),
    conversation('conversation-late', 'Zmiana adresu dostawy'),
    conversation('conversation-scheduled', 'Przypomnienie o przeglądzie'),
    conversation('conversation-note', 'Zwrot towaru'),
    { name: 'conversation-spam', path: ({ talk }) => talk('Wygrałeś nagrodę!', '?folder=spam') },
  ],
  '/conversations/:id/context': [{ name: 'contact', path: ({ talk }) => talk('Faktura za listopad', '/context') }],
  '/conversations/new': [always('new-message', '/conversations/new')],
  '/conversations/:id/labels': [{ name: 'labels-of-conversation', path: ({ talk }) => talk('Faktura za listopad', '/labels') }],
  '/folders': [always('folders', '/folders')],
  '/folders/:id': [always('folder', '/folders/1'), always('folder-inner', '/folders/3')],
  '/folders/agents/:id': [always('folders-of-agent', '/folders/agents/2')],
  '/conversations/:id/folder': [{ name: 'folder-of-conversation', path: ({ talk }) => talk('Faktura za listopad', '/folder') }],
  '/conversations/:id/shares': [{ name: 'shares', path: ({ talk }) => talk('Faktura za listopad', '/shares') }],
  '/working-hours': [always('working-hours', '/working-hours')],
  '/storage': [always('storage', '/storage')],
  '/labels': [always('labels', '/labels')],
  '/labels/:id': [{ name: 'label', path: () => null }],
  '/conversations/new/draft/choices': [always('template-choice-new', '/conversations/new/draft/choices')],
  '/conversations/:id/draft/choices': [{ name: 'template-choice', path: ({ talk }) => talk('Faktura za listopad', '/draft/choices') }],
  '/canned-responses/company': [always('templates', '/canned-responses/company')],
  '/canned-responses/company/new': [always('template-new', '/canned-responses/company/new')],
  '/canned-responses/company/:id': [{ name: 'template', path: () => null }],
  '/canned-responses/mine': [always('my-templates', '/canned-responses/mine')],
  '/canned-responses/mine/new': [always('my-template-new', '/canned-responses/mine/new')],
  '/canned-responses/mine/:id': [{ name: 'my-template', path: () => null }],
  '/footers': [always('footers', '/footers')],
  '/footers/mine': [always('my-footer', '/footers/mine')],
  '/footers/agents/:id': [always('footer-of-agent', '/footers/agents/1')],
  '/footers/inboxes/:id': [{ name: 'footer-of-inbox', path: ({ inbox }) => inbox('/footers/inboxes/') }],
  '/conversations/merger': [always('merger-empty', '/conversations/merger'), always('merger', '/conversations/merger?ids=1,2')],
  '/messages/:id/transfer': [{ name: 'move-message', path: ({ message }) => message('transfer') }],
  '/messages/:id/source': [{ name: 'message-source', path: ({ message }) => message('source') }],
  '/messages/:id/body': [{ name: 'message-body', path: ({ message }) => message('body') }],
  '/messages/:id/text': [{ name: 'message-text', path: ({ message }) => message('text') }],
  '/deliveries': [
    always('queue', '/deliveries'),
    always('queue-scheduled', '/deliveries?status=scheduled'),
    always('queue-unknown', '/deliveries?status=unknown'),
    always('queue-sent', '/deliveries?status=sent'),
  ],
  '/notifications': [always('notifications', '/notifications')],
  '/notifications/choices': [always('notification-choices', '/notifications/choices')],
  '/profile': [always('profile', '/profile')],
  '/settings': [always('settings', '/settings')],
  '/agents': [always('agents', '/agents')],
  '/agents/new': [always('agent-new', '/agents/new')],
  '/agents/:id': [always('agent', '/agents/1')],
  '/inboxes': [always('inboxes', '/inboxes')],
  '/inboxes/:id': [{ name: 'inbox', path: ({ inbox }) => inbox('/inboxes/') }],
  '/inboxes/new/:channel': [always('inbox-new', '/inboxes/new/email')],
  '/plugins': [always('plugins', '/plugins')],
  '/plugins/:name': [always('plugin-email', '/plugins/email'), always('plugin-spamassassin', '/plugins/spamassassin')],
  '/sending-domains': [always('sending-domains', '/sending-domains')],
  '/deliverability': [always('deliverability', '/deliverability')],
  '/deliverability/:domain': [{ name: 'deliverability-domain', path: ({ domain }) => domain && `/deliverability/${domain}` }],
  '/deliverability/:domain/sources': [{ name: 'domain-sources', path: ({ domain }) => domain && `/deliverability/${domain}/sources` }],
  '/acknowledgements': [always('confirmations', '/acknowledgements')],
  '/acknowledgements/:id': [{ name: 'confirmation', path: ({ inbox }) => inbox('/acknowledgements/') }],
  '/admissions': [always('admissions', '/admissions')],
  '/ledger': [always('ledger', '/ledger')],
  '/ledger/items': [always('ledger-items', '/ledger/items')],
  '/spam': [always('spam-settings', '/spam')],
  '/blocked-senders': [always('blocked-senders', '/blocked-senders')],
  '/blocked-addresses': [always('blocked-addresses', '/blocked-addresses')],
  '/unreadable': [always('unreadable', '/unreadable')],
  '/login': [visitor('login', () => '/login')],
  '/password-resets/new': [visitor('password-forgotten', () => '/password-resets/new')],
  '/password-resets/choice': [visitor('password-new', ({ passwordLink }) => passwordLink)],
  '/terms': [visitor('terms', () => '/terms')],
  '/privacy': [visitor('privacy', () => '/privacy')],
  '/setup': [visitor('setup', ({ setupLink }) => setupLink)],
  '/setup/inbox': [always('setup-inbox', '/setup/inbox')],
};

/** What no person opens as a page, and why. */
export const NO_PAGES: Readonly<Record<string, string>> = {
  '/': 'leads on to another page',
  '/conversations/rows': 'a part of the list',
  '/conversations/:id/messages': 'a part of the conversation',
  '/conversations/:id/presence': 'a part of the conversation',
  '/conversations/new/draft/choices/:choice': 'a part of the dialog of templates',
  '/conversations/:id/draft/choices/:choice': 'a part of the dialog of templates',
  '/followers/people': 'a part of the dialog of people',
  '/footers/shown': 'a part of a new message',
  '/unreadable/count': 'a number in the menu',
  '/notifications/bell': 'a number in the top bar',
  '/live': 'the stream of changes',
  '/attachments/:id': 'a file',
  '/attachments/:id/body': 'a frame inside a message',
  '/messages/:id/raw': 'a file',
  '/unreadable/:id/raw': 'a file',
};

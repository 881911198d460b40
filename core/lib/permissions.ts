/** What an administrator may let an agent do beside answering (*uprawnienia*): each opens its pages and calls, nothing else. */
export const PERMISSIONS = ['rules', 'templates', 'labels', 'views', 'statistics', 'hours', 'mail', 'blocking', 'audit'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The first page of Settings that each opens; the others have theirs beside the list of conversations and in the top bar. */
const PAGES: Partial<Record<Permission, string>> = {
  rules: '/rules',
  templates: '/canned-responses/company',
  labels: '/labels',
  hours: '/working-hours',
  mail: '/ledger',
  blocking: '/blocked-senders',
  audit: '/audit',
};

interface Holder {
  readonly role: 'administrator' | 'agent';
  readonly permissions: readonly Permission[];
}

/** Administrators have all of them, whatever was said. */
export const heldBy = ({ role, permissions }: Holder): readonly Permission[] => (role === 'administrator' ? PERMISSIONS : permissions);

/** Where "Settings" leads whoever holds these; null = there is nothing in it for him. */
export function settingsHome({ role, permissions }: Holder): string | null {
  if (role === 'administrator') return '/settings';
  return PERMISSIONS.flatMap((one) => (permissions.includes(one) ? (PAGES[one] ?? []) : []))[0] ?? null;
}

/** As they are stored: words with spaces between them. What is not known any more is left out. */
export const readPermissions = (stored: string): readonly Permission[] => {
  const words = new Set(stored.split(' '));
  return PERMISSIONS.filter((one) => words.has(one));
};
export const writePermissions = (given: readonly Permission[]): string => PERMISSIONS.filter((one) => given.includes(one)).join(' ');

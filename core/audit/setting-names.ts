import { COMPANY_FIELDS } from '../company/types.ts';
import type { Translate } from '../http/context.ts';

/** Settings that have a text under `audit.setting`. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['company.name', 'company.support', 'company.time_zone', ...COMPANY_FIELDS.map((field) => `company.${field}`)],
  ...['legal.terms', 'legal.privacy', 'language.default'],
  ...['sending.undo_seconds', 'sending.max_attachments', 'sending.max_message_mb'],
  ...[
    'acknowledgements.changed_at',
    'acknowledgements.paused_at',
    'footers',
    'footers.agents_may_edit',
    'labels.created_by_agents',
    'agents.limit',
    ...['mail', 'webhook', 'webhook_key', 'ping', 'ping_minutes'].map((name) => `alarms.${name}`),
    'acme.account',
    'backups.daily',
    'backups.time',
    'backups.time_zone',
    'backups.target',
    'backups.log',
    ...['daily', 'weekly', 'monthly'].map((period) => `backups.keep_${period}`),
    'conversations.other_subject',
    'mailboxes.personal',
    'sending.default_inbox',
  ],
  ...[
    'spam.days',
    'trash.days',
    'retention.months',
    'retention.except_label',
    'working_hours',
    'statistics.target_minutes',
    'statistics.reading',
    'ledger.scrub',
    'setup.token_sha256',
    'widget',
    'storage.limit',
  ],
]);

/** How the settings page calls what is stored under a key; the key itself where it calls it nothing. */
export function settingNames(t: Translate, inboxes: ReadonlyMap<number, string>): (key: string) => string {
  return (key) => {
    if (KNOWN.has(key)) return t(`audit.setting.${key}`);
    const [, of, inbox] = /^(storage\.limit|retention\.months)\.(\d+)$/.exec(key) ?? [];
    if (inbox) return t(`audit.setting.${of}_of`, { name: inboxes.get(Number(inbox)) ?? `#${inbox}` });
    const own = /^company\.(\w+)$/.exec(key)?.[1];
    return own ? t('audit.setting.company.own', { name: own }) : key;
  };
}

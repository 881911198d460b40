import type { EventType } from '../events/catalogue.ts';

/** What is written down for ever, by area. Of conversations only who else may see them and what was deleted: their own history says the rest. */
export const AREAS = {
  access: ['session.started', 'session.refused', 'session.ended', 'password.changed', 'api_key.created', 'api_key.revoked'],
  people: [
    'agent.added',
    'agent.changed',
    'agent.role_changed',
    'agent.permissions_changed',
    'picture.changed',
    'agent.disabled',
    'agent.enabled',
    'folder_rights.changed',
    'team_rights.changed',
    'team_members.changed',
    'team.changed',
    'team.removed',
    'conversation.shared',
    'conversation.unshared',
  ],
  settings: [
    'settings.changed',
    'inbox.changed',
    'plugin.changed',
    'oauth_client.changed',
    'oauth_grant.changed',
    'sending_domain.changed',
    'folder.changed',
    'label.changed',
    'label.removed',
    'label.restored',
    'label.merged',
    'canned_response.changed',
    'rule.changed',
  ],
  mail: ['admission.changed', 'sender.blocked', 'sender.unblocked', 'address.blocked', 'address.unblocked', 'deliveries.hastened'],
  data: [
    'conversation.trashed',
    'conversation.restored',
    'trash.purged',
    'contact.erased',
    'tombstone.forgotten',
    'spam.purged',
    'file.removed',
    'export.made',
    'virus.taken',
    'bulk_action.changed',
    'backup.finished',
    'backup.restored',
    'mail.imported',
  ],
} as const satisfies Readonly<Record<string, readonly EventType[]>>;
export type Area = keyof typeof AREAS;
export const AREA_NAMES = Object.keys(AREAS) as readonly Area[];
export type Act = (typeof AREAS)[Area][number];

/** One act. `agentId` 0 = no person; then `origin` says what of the machine it was ("purge"), or which channel. */
export interface AuditFact {
  /** ISO-8601 UTC. */
  readonly at: string;
  readonly area: Area;
  readonly act: Act;
  readonly agentId: number;
  readonly origin: string;
  /** JSON: ids and names of settings, as the event said; never a value that may be secret. */
  readonly data: string;
}

/** At its place in the chain: `hash` covers everything here and the hash before it. */
export interface AuditEntry extends AuditFact {
  readonly seq: number;
  readonly hash: string;
}

import { unreachable } from '../lib/errors.ts';
import type { NotificationKind } from './types.ts';

/** What an agent chooses how to be told of. */
export const NOTIFICATION_EVENTS = [
  'message_received',
  'conversation_assigned',
  'team_assigned',
  'conversation_woken',
  'delivery_trouble',
  'unassigned_message',
  'mentioned',
  'followed_message',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** How: an entry behind the bell, a sound, a note of the operating system. */
export const CHANNELS = ['app', 'sound', 'desktop'] as const;
export type Channel = (typeof CHANNELS)[number];
export type Chosen = Readonly<Record<Channel, boolean>>;
export type Choices = Readonly<Record<NotificationEvent, Chosen>>;

export const DIGESTS = ['never', 'hour', 'day'] as const;
/** How often an agent is written to of what he has not read. */
export type DigestEvery = (typeof DIGESTS)[number];

export const SILENT: Chosen = { app: false, sound: false, desktop: false };

/** For whoever chose nothing: loud where a person waits for him, nothing for what the list of conversations shows to all anyway. */
export const USUAL: Choices = {
  message_received: { app: true, sound: true, desktop: true },
  conversation_assigned: { app: true, sound: false, desktop: true },
  team_assigned: { app: true, sound: false, desktop: false },
  conversation_woken: { app: true, sound: false, desktop: true },
  delivery_trouble: { app: true, sound: false, desktop: true },
  unassigned_message: SILENT,
  mentioned: { app: true, sound: true, desktop: true },
  followed_message: { app: true, sound: false, desktop: true },
};

export function eventOf(kind: NotificationKind): NotificationEvent {
  switch (kind) {
    case 'delivery_failed':
    case 'delivery_expired':
    case 'delivery_unknown':
    case 'schedule_stopped':
    case 'schedule_trashed':
    case 'schedule_spam':
    case 'schedule_orphaned':
    case 'virus_found':
      return 'delivery_trouble';
    case 'conversation_shared':
      return 'conversation_assigned';
    case 'rule_told':
      return 'followed_message';
    case 'message_received':
    case 'conversation_assigned':
    case 'team_assigned':
    case 'conversation_woken':
    case 'unassigned_message':
    case 'mentioned':
    case 'followed_message':
      return kind;
    default:
      return unreachable(kind);
  }
}

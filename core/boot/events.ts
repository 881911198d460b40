import { auditEvents } from '../audit/follow.ts';
import { tellOnCommit } from '../db/claimants.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { startDispatcher } from '../events/dispatcher.ts';
import { pokesOf } from '../events/stream.ts';
import type { Pump } from '../ingest/pump.ts';
import { outOfWork } from '../lib/log-context.ts';
import { applyChoices } from '../plugins/enable.ts';
import { followEvents } from '../statistics/follow.ts';
import { type Channels, takeUpInboxes } from './channels.ts';
import { type Foundation, inBackground } from './foundation.ts';
import { announceOfOthers } from './others.ts';
import type { Shutdown } from './shutdown.ts';
import type { Switches } from './switches.ts';

/** Wakes those who work on what events bring; each does nothing until it runs here. */
export interface Wake {
  sending: () => void;
  jobs: () => void;
  files: () => void;
}

interface Followers {
  readonly pump: Pick<Pump, 'wake'>;
  readonly switches: Pick<Switches, 'subscribers' | 'follow'>;
  readonly wake: Wake;
}

const SENDING: readonly DomainEvent['type'][] = ['message.sent', 'message.scheduled', 'deliveries.hastened', 'delivery.changed'];

/** From a commit to whoever has to know of its events: those who follow them, the others of this installation, pages, and who works on them. */
export function startEvents(foundation: Foundation, channels: Channels, { pump, switches, wake }: Followers, shutdown: Shutdown): void {
  const { scope, stream, peers, log } = foundation;
  const announce = (events: readonly DomainEvent[]): void => {
    foundation.labels.follow(events);
    foundation.faces.follow(events);
    foundation.folders.follow(events);
    stream.pokeHere(events.flatMap(pokesOf));
    if (events.some(({ type }) => SENDING.includes(type))) wake.sending();
    if (events.some(({ type }) => type === 'inbound.added')) pump.wake();
    inBackground(log, 'inbox_reload_failed', takeUpInboxes(channels, events));
    inBackground(log, 'plugin_choice_failed', applyChoices(scope, channels.plugins, events));
    switches.follow(events);
  };
  const dispatcher = startDispatcher({
    scope,
    subscribers: switches.subscribers,
    follow: async (tx, events) => {
      await followEvents(tx, events);
      await auditEvents(tx, events);
    },
    announce,
    tellOthers: (tx, ids) => tellOnCommit(tx.db, peers.me, 'events', JSON.stringify(ids)),
    log,
  });
  const wakeWorkers = (): void => {
    wake.jobs();
    wake.files();
  };
  announceOfOthers(foundation, (events) => {
    announce(events);
    wakeWorkers();
  });
  const wakeAll = (): void => {
    dispatcher.wake();
    wakeWorkers();
  };
  foundation.onCommit.wake = () => outOfWork(wakeAll);
  shutdown.add('dispatcher', () => dispatcher.stop());
}

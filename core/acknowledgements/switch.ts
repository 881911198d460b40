import type { Scope } from '../db/scope.ts';
import type { DomainEvent } from '../events/catalogue.ts';
import { pausedSince } from './breaker.ts';
import { listAcknowledgements } from './save.ts';

/** Whether anything answers by itself, and whether that is paused: in memory, for every page and every new conversation. */
export interface AcknowledgementSwitch {
  readonly isOn: () => boolean;
  readonly isPaused: () => boolean;
  reload(): Promise<void>;
  /** Reads again when one of the events changes what is known. */
  follow(events: readonly DomainEvent[]): Promise<void>;
}

export async function openSwitch(scope: Scope): Promise<AcknowledgementSwitch> {
  let isOn = false;
  let isPaused = false;
  const reload = async (): Promise<void> => {
    isOn = (await listAcknowledgements(scope)).some(({ enabled }) => enabled);
    isPaused = (await pausedSince(scope)) !== null;
  };
  await reload();
  return {
    isOn: () => isOn,
    isPaused: () => isPaused,
    reload,
    follow: async (events) => {
      if (events.some(({ type, data }) => type === 'settings.changed' && 'key' in data && data.key.startsWith('acknowledgements.')))
        await reload();
    },
  };
}

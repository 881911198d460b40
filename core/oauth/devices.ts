import { setTimeout as wait } from 'node:timers/promises';
import { errorFacts } from '../lib/log.ts';
import { type LoginDeps, pollDevice } from './log-in.ts';
import { waitingDevices } from './login-store.ts';
import type { Login, LoginId } from './types.ts';

/** Asks the services whether codes were typed, until they were, or are over. */
export interface Devices {
  /** Looks for log-ins that nobody asks about yet. */
  wake(): Promise<void>;
  stop(): Promise<void>;
}

export function createDevices(deps: LoginDeps): Devices {
  const { scope, log } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Map<LoginId, Promise<void>>();

  const watch = async (login: Login): Promise<void> => {
    let seconds: number | null = login.intervalSeconds;
    while (seconds !== null) {
      await wait(seconds * 1000, undefined, { signal });
      seconds = await pollDevice(scope, deps, login, seconds);
    }
  };

  return {
    wake: async () => {
      for (const login of await waitingDevices(scope)) {
        if (running.has(login.id) || signal.aborted) continue;
        const work = watch(login)
          .catch((error: unknown) => {
            if (!signal.aborted) log.error('oauth_device_failed', { login: login.id, ...errorFacts(error) });
          })
          .finally(() => running.delete(login.id));
        running.set(login.id, work);
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}

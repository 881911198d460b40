import { join } from 'node:path';
import { AppError } from '../../core/lib/errors.ts';
import { parseHosts, type ServiceHost } from '../../core/lib/service-host.ts';
import type { FilterVerdict, Health, PluginHost, ServerValues } from '../../core/plugins/contract.ts';
import { DEFAULT_PORT } from './client/ask.ts';
import { findSpamd, startEmbedded } from './embedded/spamd.ts';
import type { SpamAssassinSettings } from './settings.ts';

/** Where the spamd is, and what has to be done to have one. */
export interface SpamdSource {
  readonly hosts: readonly ServiceHost[];
  /** Null once there is somebody to ask; else why there is not, in the time of `signal`. */
  whenReady(signal: AbortSignal): Promise<Extract<FilterVerdict, { state: 'unavailable' }> | null>;
  /** Null when there is nothing of its own to report. */
  health(): Health | null;
  stop(): Promise<void>;
}

/** The form's hosts come first, then CENTRALA_SPAMD. */
export function hostsOf(settings: SpamAssassinSettings, server: ServerValues): readonly ServiceHost[] | 'embedded' {
  if (settings.hosts.length > 0) return settings.hosts;
  const named = server['spamd'] ?? 'off';
  return named === 'embedded' ? 'embedded' : named === 'off' ? [] : (parseHosts(named, DEFAULT_PORT) ?? []);
}

/** Null when nobody named any. Throws AppError `settings` when our own is wanted and SpamAssassin is not installed. */
export function startSource({ settings, server, log }: PluginHost<SpamAssassinSettings>): SpamdSource | null {
  const hosts = hostsOf(settings, server);
  if (hosts === 'embedded') return startOwn(join(server['dataDir'] ?? '.', 'spamassassin'), log);
  if (hosts.length === 0) return null;
  return { hosts, whenReady: async () => null, health: () => null, stop: async () => {} };
}

function startOwn(dir: string, log: PluginHost['log']): SpamdSource {
  const program = findSpamd();
  if (program === null)
    throw new AppError('settings', 500, 'CENTRALA_SPAMD=embedded needs the program spamd (Debian: apt-get install spamd)');
  const spamd = startEmbedded(program, dir, log);
  return {
    hosts: [spamd.host],
    whenReady: async (signal) => {
      try {
        await spamd.ready(signal);
        return null;
      } catch {
        return { state: 'unavailable', reason: 'embedded_stopped', detail: spamd.trouble() };
      }
    },
    health: () => {
      const trouble = spamd.trouble();
      return trouble === null ? null : { state: 'failing', problem: 'embedded_stopped', detail: trouble };
    },
    stop: () => spamd.stop(),
  };
}

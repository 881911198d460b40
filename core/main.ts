import { type Config, databaseFile } from '../config/config.ts';
import { confirmRestored } from './backups/confirm.ts';
import { watchBucket } from './boot/bucket.ts';
import { openChannels } from './boot/channels.ts';
import { startEvents, type Wake } from './boot/events.ts';
import { startFiles } from './boot/files.ts';
import { firstAdmin } from './boot/first-admin.ts';
import { layFoundation } from './boot/foundation.ts';
import { startHousekeeping } from './boot/housekeeping.ts';
import { startInbound } from './boot/inbound.ts';
import { startJobs, watchDomains } from './boot/jobs.ts';
import { createLog } from './boot/logger.ts';
import { startOutbound } from './boot/outbound.ts';
import { createShutdown } from './boot/shutdown.ts';
import { filterDeps, startSpam } from './boot/spam.ts';
import { openSwitches } from './boot/switches.ts';
import { startWeb } from './boot/web.ts';
import type { Scope } from './db/scope.ts';
import { rememberLines } from './health/recent-log.ts';
import type { Pump } from './ingest/pump.ts';
import type { Log } from './lib/log.ts';
import { endpointsOf } from './messages/endpoint.ts';
import { SERVICES_OF_THE_WORLD, type Services } from './oauth/services.ts';
import { watchOutgoing } from './outgoing/watch.ts';
import { startEnabledPlugins } from './plugins/enable.ts';
import { newSetupToken } from './setup/token.ts';

/** The running product. `stop` undoes everything in reverse order; a second call waits for the first. */
export interface Centrala {
  /** Where people reach it, with the port that the system chose when 0 was asked for. */
  readonly url: string;
  /** One-time address of the set-up page; null once somebody can log in. */
  readonly setupUrl: string | null;
  /** Where HTTP really listens; differs from the configuration when that says 0. 0: it does not (CENTRALA_ROLES). */
  readonly port: number;
  readonly scope: Scope;
  readonly pump: Pump;
  stop(): Promise<void>;
}

/** Composition root: configuration → foundation → channels → inbound → web. Throws when a part cannot start, leaving nothing behind. */
export async function start(
  config: Config,
  printed: Log = createLog(config.logLevel),
  onFatal: (error: Error) => void = () => {},
  services: Services = SERVICES_OF_THE_WORLD,
  onRestart: () => void = () => {},
): Promise<Centrala> {
  watchOutgoing();
  const recent = rememberLines(printed);
  const { log } = recent;
  const shutdown = createShutdown(log);
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= shutdown.run();
    return stopping;
  };
  try {
    const foundation = await layFoundation(config, log, shutdown, onFatal, services);
    const channels = await openChannels(foundation, shutdown);
    const { scope } = foundation;
    const { directory, plugins } = channels;
    const endpoints = endpointsOf(directory, plugins.channel);
    const filtering = filterDeps(foundation, channels, endpoints);
    // Before the first mail is judged, which may be one that an earlier process left.
    await startEnabledPlugins(scope, plugins, ['filter', 'scanner']);
    const pump = startInbound(foundation, channels, endpoints, shutdown);
    const { rules, acknowledgements, ...switches } = await openSwitches(scope, log);
    const nothing = (): void => {};
    const wake: Wake = { sending: nothing, jobs: nothing, files: nothing };
    startEvents(foundation, channels, { pump, switches, wake }, shutdown);
    startHousekeeping(foundation);
    watchBucket(foundation);
    startSpam(foundation, channels, filtering);
    watchDomains(foundation, channels);
    const { roles } = config;
    if (config.admin && roles.has('web')) await firstAdmin(scope, config.admin);
    // One of several prints it.
    const token = roles.has('web') && foundation.peers.holds('clock') ? await newSetupToken(scope) : null;
    const web = (): Promise<number> =>
      startWeb(foundation, channels, { endpoints, pump, acknowledgements, recent, restart: onRestart }, shutdown);
    const port = roles.has('web') ? await web() : 0;
    await startEnabledPlugins(scope, plugins, ['channel']);
    // Last, so that what is due at the start finds its plugin running.
    if (roles.has('jobs')) {
      wake.sending = startOutbound(foundation, channels, shutdown).wake;
      wake.jobs = startJobs(foundation, channels, endpoints, rules, shutdown).wake;
      wake.files = startFiles(foundation, shutdown).wake;
    }
    await confirmRestored({ dataDir: config.dataDir, now: scope.now });
    const url = config.publicUrl.replace(/:0$/, `:${port}`);
    log.info('started', { roles: [...roles], data: config.dataDir, database: config.databaseUrl ? 'postgres' : databaseFile(config) });
    return { url, setupUrl: token && `${url}/setup?token=${token}`, port, scope, pump, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

if (import.meta.main) {
  const { run } = await import('./boot/process.ts');
  await run(start);
}

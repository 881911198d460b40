import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { createDoorkeeper, type Doorkeeper } from '../admissions/doorkeeper.ts';
import { type Faces, knowFaces } from '../agents/faces.ts';
import { afterInterruption } from '../backups/after-interruption.ts';
import { noteRestored } from '../backups/confirm.ts';
import { folderOnDiskOfData } from '../backups/same-disk.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { startCheckpoints } from '../db/checkpoints.ts';
import { migrate } from '../db/migrate.ts';
import { claimFolder, claimSeat, type Seat } from '../db/only-process.ts';
import { openDatabase } from '../db/open.ts';
import { ALONE, dutiesOf, openPeers, type Peers } from '../db/peers.ts';
import type { Scope } from '../db/scope.ts';
import { createDns } from '../dns/resolver.ts';
import type { Stream } from '../events/stream.ts';
import { type KnownFolders, knowFolders } from '../folders/known.ts';
import { createSchedule, type Schedule } from '../jobs/schedule.ts';
import { type KnownLabels, knowLabels } from '../labels/known.ts';
import type { Dns } from '../lib/dns.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { createKeyring, type Keyring } from '../lib/secrets.ts';
import { createNews, type News } from '../news/news.ts';
import type { Services } from '../oauth/services.ts';
import { createAccessTokens } from '../oauth/tokens.ts';
import type { AccessToken } from '../plugins/contract.ts';
import type { Presence } from '../presence/presence.ts';
import { type DiskMeter, meterDisk } from '../quota/disk-use.ts';
import { guardQuotas, type QuotaGuard } from '../quota/guard.ts';
import { countTurnAways, type TurnAways } from '../refusals/turn-aways.ts';
import { openSpool } from '../spool/spool.ts';
import type { Spool } from '../spool/types.ts';
import { createReadings, type Readings } from '../statistics/readings.ts';
import { createUpdates, type Updates } from '../updates/watch.ts';
import { mustBeginAnew } from './begin.ts';
import { type FilesElsewhere, openFiles } from './bucket.ts';
import { installationSecret, prepareDataDir } from './data-dir.ts';
import { mustBeSameEngine, noteEngine } from './engine.ts';
import { checkListening } from './listen-check.ts';
import { noteSecret } from './secret-mark.ts';
import { sharedPresence, sharedStream } from './shared.ts';
import type { Shutdown } from './shutdown.ts';
import { upgradeFirst } from './upgrade.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const MIGRATIONS = join(ROOT, 'migrations');

/** What everything else stands on: the data folder, the database at its newest version, spool, blobs, keys, clock. */
export interface Foundation {
  readonly config: Config;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly scope: Scope;
  /** The other processes on the same database. */
  readonly peers: Peers;
  readonly seat: Seat;
  readonly spool: Spool;
  readonly blobs: Blobs;
  /** Null: stored files lie in the data folder alone. */
  readonly elsewhere: FilesElsewhere | null;
  readonly stream: Stream;
  readonly presence: Presence;
  readonly schedule: Schedule;
  readonly dns: Dns;
  /** Where people log in to accounts elsewhere, and the tokens that it gave. */
  readonly services: Services;
  readonly accessToken: AccessToken;
  readonly doorkeeper: Doorkeeper;
  readonly turnAways: TurnAways;
  readonly readings: Readings;
  readonly labels: KnownLabels;
  readonly faces: Faces;
  readonly folders: KnownFolders;
  readonly quotas: QuotaGuard;
  readonly disk: DiskMeter;
  readonly news: News;
  readonly updates: Updates;
  /** What `scope.wakeOutbox` calls once the dispatcher runs. */
  readonly onCommit: { wake: () => void };
}

/** Opens everything in order and registers how to close it. */
export async function layFoundation(
  config: Config,
  log: Log,
  shutdown: Shutdown,
  onFatal: (error: Error) => void,
  services: Services,
): Promise<Foundation> {
  prepareDataDir(config.dataDir);
  mustBeSameEngine(config);
  const seat = config.isOneOfMany ? claimSeat(config.dataDir) : { ...claimFolder(config.dataDir), dir: config.dataDir, isFirst: true };
  shutdown.add('claim', () => seat.release());
  const target = { url: config.databaseUrl, file: databaseFile(config) };
  // What is to be cleared up in the data folder is another's work while another has it.
  const place = { dataDir: config.dataDir, target, now: () => new Date(), path: config.backup.path };
  const interrupted = seat.isFirst ? await afterInterruption(place) : null;
  if (interrupted) log.warn('restore_took_place', { result: interrupted });
  await checkListening(config);
  const keyring = createKeyring(installationSecret(config.dataDir, config.secretKey));
  const { db, ran } = await openDatabase(target, MIGRATIONS, {
    make: async (empty) => {
      await mustBeginAnew(config);
      return migrate(empty, MIGRATIONS);
    },
    upgrade: (old) => upgradeFirst({ config, log, old, migrations: MIGRATIONS, locales: join(ROOT, 'views/locales') }),
    onWait: () => log.info('database_waited_for'),
  });
  shutdown.add('database', () => db.destroy());
  await noteEngine(config);
  if (config.databaseUrl === null) {
    const checkpoints = await startCheckpoints(db, databaseFile(config), log);
    shutdown.add('checkpoints', () => checkpoints.stop());
  }
  if (ran.length > 0) log.info('database_migrated', { migrations: ran.length });
  const peers = config.databaseUrl === null ? ALONE : await openPeers(config.databaseUrl, dutiesOf(config.roles), log);
  shutdown.add('peers', () => peers.close());
  const onCommit = { wake: () => {} };
  const actor: Scope['actor'] = { kind: 'system', task: 'main' };
  const scope: Scope = { db, now: () => new Date(), actor, wakeOutbox: () => onCommit.wake(), claimant: peers.me };
  await noteSecret(scope, keyring, log);
  const held = await noteRestored(scope, config.dataDir);
  if (held > 0) log.warn('deliveries_held_after_restore', { count: held });
  const spool = await openSpool({ dir: seat.dir, log, onFatal });
  shutdown.add('spool', () => spool.close());
  const stream = sharedStream(peers);
  shutdown.add('stream', () => stream.close());
  const presence = sharedPresence(peers, stream.pokeHere);
  shutdown.add('presence', () => presence.close());
  const schedule = createSchedule(log, undefined, () => peers.holds('clock'));
  shutdown.add('schedule', () => schedule.stop());
  const { blobs, elsewhere } = openFiles(config, log, shutdown);
  const dns = createDns({ servers: config.dnsServers });
  const accessToken = createAccessTokens({ scope, keyring, services, log });
  const doorkeeper = createDoorkeeper(scope, log);
  await doorkeeper.reload();
  shutdown.add('doorkeeper', () => doorkeeper.flush());
  const turnAways = countTurnAways(scope, log);
  shutdown.add('turn-aways', () => turnAways.flush());
  const readings = createReadings(scope, log);
  shutdown.add('readings', () => readings.flush());
  const news = createNews(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'));
  // Before the first administrator of a new installation, to whom nothing is new.
  await news.noteVersion(scope);
  const updates = createUpdates(config.updatesUrl, news.releases[0]?.version ?? '0', scope.now, log);
  if (config.updatesUrl !== null && config.roles.has('web')) schedule.everywhere('53 * * * * *', 'updates', () => updates.look());
  const known = { labels: knowLabels(), faces: knowFaces(), folders: knowFolders(), quotas: guardQuotas(scope) };
  const disk = meterDisk({ dataDir: config.dataDir, backups: () => folderOnDiskOfData(config.backup), now: scope.now });
  return {
    config,
    log,
    keyring,
    scope,
    peers,
    seat,
    spool,
    blobs,
    elsewhere,
    stream,
    presence,
    schedule,
    dns,
    services,
    accessToken,
    doorkeeper,
    turnAways,
    readings,
    news,
    updates,
    ...known,
    disk,
    onCommit,
  };
}

/** Runs `task` and logs its failure; for work that nobody waits for. */
export function inBackground(log: Log, event: string, task: Promise<unknown>): void {
  task.catch((error: unknown) => log.error(event, errorFacts(error)));
}

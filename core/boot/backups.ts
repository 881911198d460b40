import { readdirSync } from 'node:fs';
import { databaseFile, environmentOf } from '../../config/config.ts';
import type { BackupAlarm } from '../backups/alarm.ts';
import { archiveStream } from '../backups/archive-stream.ts';
import { forgetUploads } from '../backups/archive-upload.ts';
import { bringBack } from '../backups/bring-back.ts';
import { forgetInterrupted, isClaimed } from '../backups/claim.ts';
import { createJudge, createLook, type Judge, type Look } from '../backups/look.ts';
import { backupNotice } from '../backups/notice.ts';
import { recoveryKey } from '../backups/repository-key.ts';
import { createRestorer, type Restorer } from '../backups/restorer.ts';
import { type BackupRunner, createRunner } from '../backups/runner.ts';
import { onDiskOfData } from '../backups/same-disk.ts';
import { lastDue, readSchedule } from '../backups/schedule.ts';
import { lastStartedAt } from '../backups/store.ts';
import { dropTarget } from '../backups/target-file.ts';
import { repairKnown } from '../ledger/repair.ts';
import { ConflictError } from '../lib/errors.ts';
import { formatDate } from '../lib/format-date.ts';
import type { GeneralSettings } from '../settings/general.ts';
import type { MailRenderer } from '../system-mail/notice.ts';
import { watchBackups } from './backup-alarm.ts';
import type { Channels } from './channels.ts';
import { type Foundation, inBackground, MIGRATIONS } from './foundation.ts';
import { type LogShipping, startLogShipping } from './log-shipping.ts';
import type { Shutdown } from './shutdown.ts';
import { tellAdministrators } from './tell-administrators.ts';

interface Telling {
  readonly renderer: MailRenderer;
  readonly general: () => Promise<GeneralSettings>;
  /** Stops the server and starts it again. */
  readonly restart: () => void;
}

export interface Backups {
  readonly runner: BackupRunner;
  readonly restorer: Restorer;
  readonly look: Look;
  readonly judge: Judge;
  readonly logShipping: LogShipping;
  /** Everything as one file, made now. */
  readonly stream: () => ReturnType<typeof archiveStream>;
  /** What every page of an administrator says; null when all is well. */
  alarm(): BackupAlarm | null;
  /** Whether backups lie on the disk of the data. */
  isSameDisk(): Promise<boolean>;
}

const STOP_MS = 10_000;

/**
 * A backup each night, at the next start when its time had passed, and whenever asked; administrators are told when there is no good one. What the
 * proof of the night found damaged comes back from the backups.
 */
export async function startBackups(
  foundation: Foundation,
  channels: Channels,
  { renderer, general, restart }: Telling,
  shutdown: Shutdown,
): Promise<Backups> {
  const { config, scope, schedule, stream, blobs, log } = foundation;
  const startedAt = scope.now();
  const logShipping = await startLogShipping(foundation, shutdown);
  const tell = async (about: BackupAlarm): Promise<void> => {
    const { companyName, timeZone } = await general();
    const link = new URL('/backups', config.publicUrl).href;
    await tellAdministrators(foundation, channels, renderer, companyName, (t, language) =>
      backupNotice(t, { alarm: about, link, companyName, when: (at) => formatDate(at, 'datetime', language, timeZone) }),
    );
  };
  const watch = watchBackups(foundation, logShipping, tell);
  let wasRunning = false;
  const look = async (): Promise<void> => {
    await forgetInterrupted(scope, config.dataDir);
    await watch.look();
  };
  const runner = createRunner({
    env: environmentOf(config),
    log,
    now: scope.now,
    isBusy: () => isClaimed(config.dataDir),
    onChange: () => {
      const isRunning = runner.progress() !== null;
      if (wasRunning && !isRunning) inBackground(log, 'backup_alarm_failed', look());
      wasRunning = isRunning;
      stream.poke(['backups']);
    },
  });
  shutdown.add('backups', () => runner.stop(), STOP_MS);
  const own = createRestorer({
    place: config.backup,
    now: scope.now,
    env: ({ dir, key }) => environmentOf({ ...config, backup: { ...config.backup, dir, key } }),
    log,
    restart,
  });
  // The others would go on in data that is changed under them.
  const refuse = (): never => {
    throw new ConflictError('several_processes', 'Several processes work on this data', 'Stop all and start one without CENTRALA_ROLES.');
  };
  const restorer = config.isOneOfMany ? { ...own, begin: refuse } : own;
  shutdown.add('restores', () => restorer.stop(), STOP_MS);
  await forgetUploads(config.dataDir);
  // Of a restore on an empty machine that came to nothing.
  if (recoveryKey(config.backup) === null) dropTarget(config.backup);
  await look();
  schedule.every('* * * * *', 'backup', async () => {
    await forgetInterrupted(scope, config.dataDir);
    const { isDaily, time, timeZone } = await readSchedule(scope);
    const due = lastDue(time, timeZone ?? (await general()).timeZone, scope.now());
    // A new installation waits for its first night; one that slept makes up for it.
    if (isDaily && due > ((await lastStartedAt(scope)) ?? startedAt)) runner.begin('night');
  });
  // When the proof and the backup of the night are over.
  schedule.every('11 5 * * *', 'damaged files', (stopped) =>
    repairKnown(
      scope,
      (wanted, onBack, signal) => bringBack({ place: config.backup, key: recoveryKey(config.backup), blobs, onBack, signal }, wanted),
      log,
      stopped,
    ),
  );
  const target = { url: config.databaseUrl, file: databaseFile(config) };
  const known = { target, migrations: readdirSync(MIGRATIONS) };
  return {
    runner,
    restorer,
    look: createLook({ place: config.backup, ...known }),
    judge: createJudge(known),
    logShipping,
    stream: () => archiveStream(environmentOf(config)),
    alarm: watch.alarm,
    isSameDisk: () => onDiskOfData(config.backup),
  };
}

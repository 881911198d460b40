import type { Config } from '../../config/config.ts';
import { archiveRoutes } from '../backups/archive-routes.ts';
import { momentRoutes } from '../backups/moment-routes.ts';
import type { PasswordAgain } from '../backups/password-again.ts';
import { backupSource } from '../backups/repository.ts';
import { recoveryKey } from '../backups/repository-key.ts';
import { restoreRoutes } from '../backups/restore-routes.ts';
import { backupRoutes } from '../backups/routes.ts';
import { targetState } from '../backups/set-target.ts';
import { targetRoutes } from '../backups/target-routes.ts';
import type { Scope } from '../db/scope.ts';
import type { Route } from '../http/context.ts';
import type { CachedGeneral } from '../settings/cached-general.ts';
import { setupFileRoutes } from '../setup/restore-file-routes.ts';
import { setupRestoreRoutes } from '../setup/restore-routes.ts';
import type { Backups } from './backups.ts';

interface Parts {
  readonly config: Config;
  readonly backups: Backups;
  readonly general: CachedGeneral;
  readonly passwordAgain: PasswordAgain;
}

/** Settings → Backups, and restoring on an empty machine. */
export function backupPages({ config, backups, general, passwordAgain }: Parts): readonly Route[] {
  const place = config.backup;
  const timeZone = async (scope: Scope): Promise<string> => (await general.read(scope)).timeZone;
  const source = () => backupSource(place);
  return [
    ...setupFileRoutes({ ...backups, place }),
    ...setupRestoreRoutes({ ...backups, place, timeZone }),
    ...backupRoutes({
      runner: backups.runner,
      where: { place: () => targetState(place).place, isSameDisk: backups.isSameDisk },
      timeZone,
      recoveryKey: () => recoveryKey(place),
      passwordAgain,
      lastRestore: backups.restorer.last,
      logShipping: backups.logShipping,
    }),
    ...targetRoutes(place),
    ...archiveRoutes({ ...backups, place, passwordAgain }),
    ...restoreRoutes({ ...backups, source, passwordAgain }),
    ...momentRoutes({ ...backups, source, passwordAgain, timeZone }),
  ];
}

import { LOG_MAX_LAG_MS } from '../../backups/alarm.ts';
import { readIndex, spansOf } from '../../backups/log-index.ts';
import { openLogPlace } from '../../backups/log-place.ts';
import { readsLog } from '../../backups/log-setting.ts';
import type { BackupPlace } from '../../backups/repository-key.ts';
import type { Scope } from '../../db/scope.ts';
import { broken, type Finding, reasonOf, text, utcSecond, well } from './finding.ts';

/** How far the changes are that were brought to the backups, read from there; nothing where none are. */
export async function logFindings(scope: Scope, place: BackupPlace): Promise<readonly Finding[]> {
  if (!(await readsLog(scope))) return [];
  const [what, advice] = [text('health.log.what'), text('health.log.advice')];
  const store = openLogPlace(place);
  if (store === null) return [broken(what, text('backups.problem.no_target'), advice)];
  try {
    const [newest] = spansOf(await readIndex(store));
    if (!newest) return [broken(what, text('health.log.none'), advice)];
    const [lagMs, until] = [scope.now().getTime() - newest.to.getTime(), utcSecond(newest.to)];
    if (lagMs > LOG_MAX_LAG_MS) return [broken(what, text('health.log.stands', { until, minutes: Math.round(lagMs / 60_000) }), advice)];
    return [well(what, text('health.log.ok', { until, seconds: Math.max(0, Math.round(lagMs / 1000)) }))];
  } catch (error) {
    return [broken(what, reasonOf(error), advice)];
  } finally {
    await store.close();
  }
}

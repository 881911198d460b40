import { databaseFile, setNames } from '../../config/config.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { placeOf } from '../db/open.ts';
import { makeBundle } from '../health/bundle.ts';
import { createDoctor } from '../health/doctor/examine.ts';
import type { Metrics } from '../health/metrics.ts';
import type { RecentLog } from '../health/recent-log.ts';
import type { HealthDeps } from '../health/routes.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { isService } from '../plugins/contract.ts';
import { pluginSettings } from '../plugins/settings.ts';
import type { Channels } from './channels.ts';
import { checkMeans } from './check-means.ts';
import { doctorChecks } from './doctor.ts';
import { type Foundation, MIGRATIONS } from './foundation.ts';
import { version } from './version.ts';

/** The doctor of the running server, and the bundle of what it saw. */
export function watchHealth(
  foundation: Foundation,
  { plugins, directory }: Channels,
  { metrics, recent }: { readonly metrics: Metrics; readonly recent: RecentLog },
): HealthDeps {
  const { config, scope, keyring, dns, spool, stream, accessToken } = foundation;
  const file = config.databaseUrl === null ? databaseFile(config) : null;
  const list = async () => plugins.list().map((one) => ({ ...one, isOn: one.state !== 'disabled' }));
  const checks = () =>
    doctorChecks({
      config,
      bucket: foundation.elsewhere?.uploads.state() ?? null,
      dns,
      database: {
        ...{ scope, file, exists: true },
        where: placeOf({ url: config.databaseUrl, file: databaseFile(config) }),
        pendingMigrations: () => pendingMigrations(scope.db, MIGRATIONS),
      },
      inboxes: async () => ({ directory, channel: plugins.channel, means: checkMeans(config, dns, accessToken) }),
      plugins: {
        list,
        checkService: async (plugin, signal) =>
          isService(plugin)
            ? plugin.check(await pluginSettings(scope, keyring, plugin), config.plugins[plugin.manifest.name] ?? {}, signal)
            : { ok: true },
      },
    });
  const doctor = createDoctor(checks, scope.now, () => stream.poke(['health']));
  const bundle = async (): Promise<Buffer> =>
    makeBundle({
      scope,
      version: version(),
      database: file === null ? 'postgres' : 'sqlite',
      environment: setNames(),
      findings: (await doctor.wait()).findings,
      plugins: await list(),
      metrics: await metrics.text(),
      counts: { ...(await readLedger(scope, spool)) },
      log: recent.lines(),
    });
  return { doctor, bundle };
}

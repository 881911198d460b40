import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AcknowledgementSwitch } from '../acknowledgements/switch.ts';
import { monitoring } from '../api/monitoring.ts';
import { verifyApiKey } from '../api-keys/api-keys.ts';
import { pendingMigrations } from '../db/migrate.ts';
import { healthChecks } from '../health/checks.ts';
import { createMetrics } from '../health/metrics.ts';
import { type CheckState, createReadiness } from '../health/readiness.ts';
import type { RecentLog } from '../health/recent-log.ts';
import { createHttpApp } from '../http/app.ts';
import { loadAssets } from '../http/assets.ts';
import { createCookieJar } from '../http/cookies.ts';
import { loadTranslations } from '../http/i18n.ts';
import { createRenderer, type Renderer } from '../http/render.ts';
import { createSessionCookie } from '../http/session.ts';
import { createTrials } from '../inboxes/connecting/trial.ts';
import type { Pump } from '../ingest/pump.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { countUnread } from '../notifications/list.ts';
import { urgentProblems } from '../plugins/urgent-problems.ts';
import { useSession } from '../sessions/use-session.ts';
import { cacheGeneral } from '../settings/cached-general.ts';
import { guardUploads } from '../viruses/guard-uploads.ts';
import { watchAlarms } from './alarms.ts';
import { startBackups } from './backups.ts';
import type { Channels } from './channels.ts';
import { checkMeans } from './check-means.ts';
import { watchDigests } from './digests.ts';
import { type Foundation, MIGRATIONS, ROOT } from './foundation.ts';
import { watchHealth } from './health.ts';
import { watchMailboxes } from './mailboxes.ts';
import { metricSources } from './metrics.ts';
import { startLogins } from './oauth.ts';
import { openPorts } from './ports.ts';
import { watchQuotas } from './quota.ts';
import { allRoutes } from './routes.ts';
import type { Shutdown } from './shutdown.ts';
import { version } from './version.ts';

interface WebParts {
  readonly endpoints: Endpoints;
  readonly pump: Pump;
  readonly acknowledgements: Pick<AcknowledgementSwitch, 'isPaused'>;
  readonly recent: RecentLog;
  /** Stops everything and starts it again. */
  readonly restart: () => void;
}

/** Starts answering HTTP; resolves with the port it listens on. */
export async function startWeb(
  foundation: Foundation,
  channels: Channels,
  { endpoints, pump, acknowledgements, recent, restart }: WebParts,
  shutdown: Shutdown,
): Promise<number> {
  const { config, scope, keyring, blobs, spool, quotas, log } = foundation;
  const jar = createCookieJar(config.publicUrl);
  const sessionCookie = createSessionCookie(keyring, jar);
  const general = cacheGeneral();
  const { renderer, assets } = screens(foundation, channels);
  const backups = await startBackups(foundation, channels, { renderer, general: () => general.read(scope), restart }, shutdown);
  const telling = { renderer, companyName: async () => (await general.read(scope)).companyName };
  watchQuotas(foundation, channels, telling);
  watchDigests(foundation, channels, renderer);
  watchMailboxes(foundation, channels, telling);
  const means = checkMeans(config, foundation.dns, foundation.accessToken);
  const trials = createTrials({ scope, ...channels, keyring, means, log, hasOthers: config.isOneOfMany });
  shutdown.add('inbox trials', trials.stop);
  const logins = startLogins({ foundation, channels, trials, ...telling }, shutdown);
  let certificate: () => readonly CheckState[] = () => [];
  const checks = healthChecks({
    certificate: () => certificate(),
    bucket: () => foundation.elsewhere?.uploads.state() ?? null,
    scope,
    pendingMigrations: () => pendingMigrations(scope.db, MIGRATIONS),
    ...channels,
    spool,
    maxMessageBytes: config.maxMessageBytes,
  });
  const readiness = createReadiness(checks, scope.now);
  const metrics = createMetrics(metricSources(foundation, channels, readiness));
  const uploads = guardUploads(blobs, channels.plugins, scope);
  const app = createHttpApp({
    routes: allRoutes({
      foundation: { ...foundation, blobs: uploads },
      channels,
      endpoints,
      pump,
      renderer,
      sessionCookie,
      jar,
      general,
      backups,
      trials,
      logins,
      alarms: watchAlarms(foundation, channels, { readiness, backups, ...telling }),
      health: watchHealth(foundation, channels, { metrics, recent }),
      version: version(),
    }),
    renderer,
    scope,
    keyring,
    jar,
    sessionCookie,
    gatekeeper: { session: useSession, apiKey: verifyApiKey },
    uploads,
    site: async (own) => ({
      ...(await general.read(own)),
      ...(await foundation.faces.read(own)),
      isDiskFull: (await spool.space.state(config.maxMessageBytes)).isFull,
      tightQuotas: await quotas.tight(),
      backupAlarm: backups.alarm()?.kind ?? null,
      areAcknowledgementsPaused: acknowledgements.isPaused(),
      unreadNotifications: own.actor.kind === 'agent' ? await countUnread(own, own.actor.id) : 0,
      hasNews: own.actor.kind === 'agent' && (await foundation.news.hasUnread(own, own.actor.id)),
      newerVersion: foundation.updates.state().newest,
      isScannerAway: channels.plugins.scanners().some((scanner) => scanner.health().state === 'failing'),
      pluginNotices: urgentProblems(channels.plugins.list()),
    }),
    log,
    publicUrl: config.publicUrl,
    trustProxy: config.http.trustProxy,
    apiPerMinute: config.apiPerMinute,
    assets,
    before: [monitoring({ readiness, metrics, metricsToken: config.metricsToken })],
  });
  const ports = await openPorts(foundation, app, shutdown);
  certificate = ports.certificate;
  return ports.plain;
}

/** Templates, texts and files for browsers, ours and those of every plugin that could be loaded. */
function screens({ log }: Foundation, { plugins }: Channels) {
  const own = join(ROOT, 'views');
  const folders = plugins.list().map(({ name }) => ({ name, dir: join(ROOT, 'plugins', name) }));
  const having = (part: string) => folders.map(({ name, dir }) => ({ name, dir: join(dir, part) })).filter(({ dir }) => existsSync(dir));
  const translations = loadTranslations([
    { dir: join(own, 'locales') },
    ...having('locales').map(({ name, dir }) => ({ dir, prefix: `plugin.${name}` })),
  ]);
  const prefixed = (part: string) => having(part).map(({ name, dir }) => ({ dir, prefix: `plugins/${name}/` }));
  const files = loadAssets([{ dir: join(own, 'assets') }, ...prefixed('assets')], () => renderer.sprite());
  const views = [{ dir: own }, ...prefixed('views')];
  const renderer: Renderer = createRenderer({ views, translations, assetUrl: files.url, log });
  return { renderer, assets: files.middleware };
}

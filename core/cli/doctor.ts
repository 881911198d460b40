import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../config/config.ts';
import { isHalfRestored } from '../backups/swap.ts';
import { hasStoredMail } from '../boot/begin.ts';
import { checkMeans } from '../boot/check-means.ts';
import { installationSecret } from '../boot/data-dir.ts';
import { type DoctorParts, doctorChecks } from '../boot/doctor.ts';
import { isOnPostgres } from '../boot/engine.ts';
import { connect } from '../db/connect.ts';
import { migrationState, pendingMigrations } from '../db/migrate.ts';
import { placeOf } from '../db/open.ts';
import type { Scope } from '../db/scope.ts';
import { createDns } from '../dns/resolver.ts';
import { examine } from '../health/doctor/examine.ts';
import { broken, type Finding, lineOf, text } from '../health/doctor/finding.ts';
import type { DoctorInboxes } from '../health/doctor/inboxes.ts';
import type { DoctorPlugins } from '../health/doctor/plugins.ts';
import { createDirectory } from '../inboxes/directory.ts';
import { silentLog } from '../lib/log.ts';
import { createKeyring } from '../lib/secrets.ts';
import { tokensFor } from '../oauth/tokens.ts';
import { type ChannelPlugin, isChannel, isService } from '../plugins/contract.ts';
import { type LoadedPlugin, loadPlugins } from '../plugins/loader.ts';
import { pluginSettings } from '../plugins/settings.ts';
import { pluginChoices } from '../plugins/store.ts';
import { type Command, EXIT } from './command.ts';
import { isThere, MIGRATIONS, PLUGINS } from './installation.ts';
import { readOptions } from './options.ts';
import { englishTexts } from './texts.ts';

/** Looks at everything Centrala stands on and says, line by line, what it saw and what to do. Changes nothing. */
export const doctor: Command = {
  name: 'doctor',
  usage: '',
  summary: 'checks configuration, data folder, database, ports, plugins and inboxes, and explains what it finds',
  run: async (args, console) => {
    readOptions(args, {});
    const t = englishTexts();
    const findings: Finding[] = [];
    const { parts, close } = await doctorOf(console.config);
    // One after the other: on a machine that is busy, a check must not run out of its time because of the others.
    for (const check of doctorChecks(parts)) {
      for (const finding of await examine(check)) {
        console.say(lineOf(t, finding));
        findings.push(finding);
      }
    }
    await close();
    const problems = findings.filter(({ state }) => state === 'broken').length;
    console.say(problems === 0 ? '\nNothing is broken.' : `\n${problems} ${problems === 1 ? 'thing is' : 'things are'} broken.`);
    return problems === 0 ? EXIT.ok : EXIT.failed;
  },
};

/** The installation beside a server that may be running; nothing is made or changed. */
export async function doctorOf(config: Config): Promise<{ readonly parts: DoctorParts; readonly close: () => Promise<void> }> {
  const target = { url: config.databaseUrl, file: databaseFile(config) };
  const loaded = await loadPlugins(PLUGINS).catch(() => []);
  const isPlaced = config.databaseUrl !== null || (await isThere(target.file));
  // A SQLite file is made by opening it: before the first start there is only memory to look at.
  const db = connect(isPlaced ? target : { url: null, file: ':memory:' });
  // What cannot be asked is there, and damaged.
  const exists =
    isPlaced &&
    (await migrationState(db, MIGRATIONS).then(
      ({ ran }) => ran > 0,
      () => true,
    ));
  const scope: Scope = { db, now: () => new Date(), actor: { kind: 'system', task: 'doctor' }, wakeOutbox: () => {} };
  const parts: DoctorParts = {
    config,
    dns: createDns({ servers: config.dnsServers }),
    database: {
      scope,
      where: placeOf(target),
      file: config.databaseUrl === null ? target.file : null,
      exists,
      isHalfRestored: isHalfRestored(config.dataDir),
      isElsewhere: isOnPostgres(config),
      isLost: async () => !exists && hasStoredMail(config.dataDir),
      pendingMigrations: () => pendingMigrations(db, MIGRATIONS),
    },
    inboxes: () => inboxesOf(config, loaded, scope),
    plugins: pluginsOf(config, loaded, scope),
  };
  return { parts, close: () => db.destroy() };
}

async function inboxesOf(config: Config, loaded: readonly LoadedPlugin[], scope: Scope): Promise<DoctorInboxes | Finding> {
  const channel = (name: string): ChannelPlugin | null => {
    const plugin = loaded.find((one) => one.name === name)?.plugin;
    return isChannel(plugin) ? plugin : null;
  };
  if (!hasSecret(config)) return broken(text('health.secret.what'), text('health.secret.missing'), text('health.secret.advice'));
  const keyring = keyringOf(config);
  const directory = createDirectory({ scope, keyring, channel, log: silentLog });
  await directory.reload();
  return { directory, channel, means: checkMeans(config, createDns({ servers: config.dnsServers }), tokensFor(scope, keyring)) };
}

const hasSecret = (config: Config): boolean => config.secretKey !== null || existsSync(join(config.dataDir, 'secret.key'));
const keyringOf = (config: Config) => createKeyring(installationSecret(config.dataDir, config.secretKey));

function pluginsOf(config: Config, loaded: readonly LoadedPlugin[], scope: Scope): DoctorPlugins {
  return {
    list: async () => {
      const choices: ReadonlyMap<string, boolean> = await pluginChoices(scope).catch(() => new Map());
      return loaded.map((one) => ({
        name: one.name,
        plugin: one.plugin,
        problem: one.plugin ? null : { code: 'broken', message: one.error },
        health: null,
        state: null,
        isOn: choices.get(one.name) ?? startsEnabled(config, one),
      }));
    },
    checkService: async (plugin, signal) => {
      if (!isService(plugin) || !hasSecret(config)) return { ok: true };
      const { name } = plugin.manifest;
      return plugin.check(await pluginSettings(scope, keyringOf(config), plugin), config.plugins[name] ?? {}, signal);
    },
  };
}

/** As the host decides it. */
const startsEnabled = (config: Config, { name, plugin }: LoadedPlugin): boolean =>
  (plugin?.manifest.startsEnabled ?? false) || config.plugins[name]?.['startsEnabled'] === 'true';

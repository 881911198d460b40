import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../../config/config.ts';
import { checkMeans } from '../../boot/check-means.ts';
import { installationSecret } from '../../boot/data-dir.ts';
import type { Scope } from '../../db/scope.ts';
import { createDns } from '../../dns/resolver.ts';
import { createDirectory } from '../../inboxes/directory.ts';
import type { InboxRecord } from '../../inboxes/types.ts';
import { silentLog } from '../../lib/log.ts';
import { createKeyring } from '../../lib/secrets.ts';
import { tokensFor } from '../../oauth/tokens.ts';
import { type ChannelPlugin, type CheckMeans, type CheckResult, type Inbox, isChannel } from '../../plugins/contract.ts';
import type { LoadedPlugin } from '../../plugins/loader.ts';
import { englishTexts } from '../texts.ts';
import { broken, type Finding, reasonOf, well, worthKnowing } from './finding.ts';

const PATIENCE_MS = 20_000;

export function pluginFindings(loaded: readonly LoadedPlugin[]): readonly Finding[] {
  if (loaded.length === 0) return [broken('plugins', 'there are none', 'The folder plugins/ is missing or empty: install Centrala again.')];
  return loaded.map((one) =>
    one.plugin
      ? well(`plugin ${one.name}`, 'loads')
      : broken(`plugin ${one.name}`, one.error, 'Repair or remove its folder under plugins/.'),
  );
}

/** Connects with the settings of every open inbox, as the form does before it saves. */
export async function inboxFindings(config: Config, loaded: readonly LoadedPlugin[], scope: Scope): Promise<readonly Finding[]> {
  const channel = (name: string): ChannelPlugin | null => {
    const plugin = loaded.find((one) => one.name === name)?.plugin;
    return isChannel(plugin) ? plugin : null;
  };
  if (config.secretKey === null && !existsSync(join(config.dataDir, 'secret.key')))
    return [
      broken('secret', 'secret.key is not in the data folder', 'Restore it from a backup: stored passwords cannot be read without it.'),
    ];
  const keyring = createKeyring(installationSecret(config.dataDir, config.secretKey));
  const directory = createDirectory({ scope, keyring, channel, log: silentLog });
  await directory.reload();
  if (directory.all().length === 0)
    return [worthKnowing('inboxes', 'there are none', 'Make one in the browser or with "centrala inbox create".')];
  const means = checkMeans(config, createDns({ servers: config.dnsServers }), tokensFor(scope, keyring));
  return Promise.all(
    directory.all().map((record) => inboxFinding(record, channel(record.channel), directory.typed(record.id), means(record.channel))),
  );
}

async function inboxFinding(
  record: InboxRecord,
  plugin: ChannelPlugin | null,
  inbox: Inbox<unknown> | null,
  means: CheckMeans,
): Promise<Finding> {
  const what = `inbox ${record.address}`;
  if (record.status === 'paused') return worthKnowing(what, 'paused');
  if (!plugin) return broken(what, `its plugin ${record.channel} is missing`, 'Bring the plugin back or pause the inbox.');
  if (!inbox)
    return broken(
      what,
      'its settings cannot be read',
      'The secret differs from the one they were saved with: restore secret.key or CENTRALA_SECRET_KEY.',
    );
  try {
    const result = await plugin.check(inbox, AbortSignal.timeout(PATIENCE_MS), means);
    if (!result.ok) return broken(what, problemOf(record.channel, result), 'Correct it in Settings → Inboxes.');
    const summary = plugin.summary(inbox.settings);
    if (plugin.canSend(inbox.settings)) return well(what, `connected${summary === null ? '' : ` to ${summary}`}`);
    return worthKnowing(what, 'receives, but cannot send', 'Give it a relay in Settings → Inboxes.');
  } catch (error) {
    return broken(what, reasonOf(error), 'This is a fault of the plugin; please report it.');
  }
}

const problemOf = (channel: string, { problem, detail }: Extract<CheckResult, { ok: false }>): string =>
  `${englishTexts()(`plugin.${channel}.problems.${problem}`)}${detail === null ? '' : ` (${detail})`}`;

import { readAlarms } from '../alarms/settings.ts';
import { machineOf } from '../backups/target.ts';
import { readTarget } from '../backups/target-file.ts';
import { type Connection, connections } from '../outgoing/list.ts';
import type { Declared, Purpose } from '../outgoing/types.ts';
import { seenPlaces } from '../outgoing/watch.ts';
import { isChannel, isService, type Reach } from '../plugins/contract.ts';
import { pluginSettings } from '../plugins/settings.ts';
import type { Channels } from './channels.ts';
import type { Foundation } from './foundation.ts';

/** Everything that this installation says it connects to, beside what it connected to. */
export function outgoingOf(foundation: Foundation, channels: Channels): () => Promise<readonly Connection[]> {
  return async () => connections(await declared(foundation, channels), seenPlaces());
}

async function declared(
  { config, scope, keyring, services, dns }: Foundation,
  { plugins, directory }: Channels,
): Promise<readonly Declared[]> {
  const { webhook, ping } = await readAlarms(scope, keyring);
  const logins = Object.values(services).flatMap(({ endpoints }) => {
    const { token, device } = endpoints({ tenant: 'common' });
    return [token, device].flatMap((url) => (url ? [urlPlace(url, 'login')] : []));
  });
  const target = readTarget(config.backup);
  const keeper = target && machineOf(target);
  const own = new URL(config.publicUrl);
  return [
    ...(config.databaseUrl && URL.canParse(config.databaseUrl) ? [database(new URL(config.databaseUrl))] : []),
    ...dns.servers.map((server) => ({ purpose: 'dns', ...hostAndPort(server, 53) }) as const),
    ...plugins.list().flatMap(({ name, plugin }) => (isChannel(plugin) ? (plugin.reaches?.(null, config.plugins[name] ?? {}) ?? []) : [])),
    ...directory.all().flatMap(({ id, channel }) => {
      const [plugin, inbox] = [plugins.channel(channel), directory.typed(id)];
      return plugin?.reaches && inbox ? plugin.reaches(inbox.settings, config.plugins[channel] ?? {}) : [];
    }),
    ...(await reachesOfPlugins({ scope, keyring, config }, plugins)),
    ...logins,
    { purpose: 'probe', host: '*', port: 25 },
    urlPlace(own.href, 'self'),
    ...(webhook ? [urlPlace(webhook, 'webhook')] : []),
    ...(ping ? [urlPlace(ping, 'ping')] : []),
    ...(config.http.acme ? [urlPlace(config.http.acme.directoryUrl, 'certificate')] : []),
    ...(config.updatesUrl ? [urlPlace(config.updatesUrl, 'updates')] : []),
    ...(config.bucket ? [urlPlace(config.bucket.endpoint, 'bucket')] : []),
    ...(keeper ? [{ purpose: 'backup', ...keeper } as const] : []),
  ];
}

async function reachesOfPlugins(
  { scope, keyring, config }: Pick<Foundation, 'scope' | 'keyring' | 'config'>,
  plugins: Channels['plugins'],
): Promise<readonly Reach[]> {
  const all = await Promise.all(
    plugins.list().map(async ({ name, plugin, state }) => {
      if (!isService(plugin) || state === 'disabled' || !plugin.reaches) return [];
      return plugin.reaches(await pluginSettings(scope, keyring, plugin), config.plugins[name] ?? {});
    }),
  );
  return all.flat();
}

function urlPlace(text: string, purpose: Purpose): Declared {
  const { hostname, port, protocol } = new URL(text);
  return { purpose, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'http:' ? 80 : 443)) };
}

const database = ({ hostname, port }: URL): Declared => ({ purpose: 'database', host: hostname, port: Number(port || 5432) });

function hostAndPort(text: string, usual: number): { readonly host: string; readonly port: number } {
  const [, host = text, port] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(text) ?? [];
  return { host, port: Number(port ?? usual) };
}

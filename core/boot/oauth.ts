import { goOn, grantsInUse, isOfItsAccount as provenToken } from '../inboxes/connecting/logging-in.ts';
import type { Trials } from '../inboxes/connecting/trial.ts';
import { formatDate } from '../lib/format-date.ts';
import { createDevices, type Devices } from '../oauth/devices.ts';
import { endingNotice, endingSoon, noteTold } from '../oauth/expiry.ts';
import { forgetOldGrants, grants } from '../oauth/list.ts';
import type { LoginDeps } from '../oauth/log-in.ts';
import type { Service } from '../oauth/types.ts';
import { isChannel } from '../plugins/contract.ts';
import type { MailRenderer } from '../system-mail/notice.ts';
import type { Channels } from './channels.ts';
import { checkMeans } from './check-means.ts';
import { type Foundation, inBackground } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';
import { tellAdministrators } from './tell-administrators.ts';

/** What the routes of logging in need. */
export interface Logins extends LoginDeps {
  readonly devices: Devices;
  readonly scopesOf: (service: Service) => readonly string[];
  readonly accountsOf: (service: Service) => Promise<readonly string[]>;
}

interface Parts {
  readonly foundation: Foundation;
  readonly channels: Channels;
  readonly trials: Trials;
  readonly renderer: MailRenderer;
  readonly companyName: () => Promise<string>;
}

/**
 * Logging in to accounts elsewhere: codes that wait to be typed are asked about, also those of before the start. Each hour administrators are
 * told by mail what ends in 30, 7 and 1 days; at night what was granted and is in no use goes.
 */
export function startLogins({ foundation, channels, trials, renderer, companyName }: Parts, shutdown: Shutdown): Logins {
  const { scope, keyring, services, schedule, config, log } = foundation;
  const { plugins, directory } = channels;
  const means = checkMeans(config, foundation.dns, foundation.accessToken);
  const onGranted = (id: Parameters<LoginDeps['onGranted']>[0]): Promise<void> =>
    goOn(scope, { plugins, directory, keyring, means, trials }, id);
  const isOfItsAccount: LoginDeps['isOfItsAccount'] = (id, token) => provenToken(channels, id, token);
  const logins = { scope, keyring, services, log, publicUrl: config.publicUrl, isOfItsAccount, onGranted };
  const devices = createDevices(logins);
  inBackground(log, 'oauth_devices_failed', devices.wake());
  shutdown.add('oauth devices', () => devices.stop());
  const telling = { scope, keyring, publicUrl: config.publicUrl, channels, renderer, companyName };
  schedule.every('13 9 * * * *', 'ends of log-ins', () => tellOfEndings(telling));
  schedule.every('37 3 * * *', 'unused log-ins', async () => void (await forgetOldGrants(scope, await grantsInUse(scope, channels))));
  const scopesOf = (service: Service): readonly string[] => {
    const all = plugins.list().flatMap(({ plugin }) => (isChannel(plugin) ? (plugin.connecting?.providers ?? []) : []));
    return [...new Set(all.flatMap(({ logIn }) => (logIn?.service === service ? logIn.scopes : [])))];
  };
  const accountsOf = async (service: Service): Promise<readonly string[]> => {
    const [known, used] = [await grants(scope), await grantsInUse(scope, channels)];
    return [...new Set(used)].flatMap((id) => {
      const grant = known.get(id);
      return grant?.service === service && grant.state !== 'asked' ? [grant.account] : [];
    });
  };
  return { ...logins, devices, scopesOf, accountsOf };
}

/** Queues a mail to each administrator about what ends in 30, 7 and 1 days, once for each. */
export async function tellOfEndings({
  scope,
  keyring,
  publicUrl,
  channels,
  renderer,
  companyName,
}: Pick<Foundation, 'scope' | 'keyring'> &
  TellingChannels &
  Pick<Parts, 'renderer' | 'companyName'> & { readonly publicUrl: string }): Promise<void> {
  const endings = await endingSoon(scope);
  if (endings.length === 0) return;
  const about = { endings, companyName: await companyName(), link: new URL('/mailboxes', publicUrl).href };
  await tellAdministrators({ scope, keyring }, channels, renderer, about.companyName, (t, language) =>
    endingNotice(t, { ...about, dateOf: (at) => formatDate(at, 'long', language, 'UTC') }),
  );
  await noteTold(scope, endings);
}

interface TellingChannels {
  readonly channels: Parameters<typeof tellAdministrators>[1];
}

import type { Config } from '../../config/config.ts';
import type { Dns } from '../lib/dns.ts';
import type { AccessToken, CheckMeans } from '../plugins/contract.ts';

/** What the check of a channel's inbox may use: the same names and values as the running plugin. */
export const checkMeans =
  (config: Pick<Config, 'plugins'>, dns: Dns, accessToken: AccessToken) =>
  (channel: string): CheckMeans => ({ dns, accessToken, server: config.plugins[channel] ?? {} });

import { AppError } from '../../core/lib/errors.ts';
import { CONTRACT_VERSION, defineFilter, type Health } from '../../core/plugins/contract.ts';
import { checkSpamd } from './check.ts';
import { judge, learn, pingAll } from './client/judge.ts';
import { OVERSIZE, readSpamAssassinSettings, type SpamAssassinSettings } from './settings.ts';
import { hostsOf, startSource } from './source.ts';

const OK: Health = { state: 'ok', problem: null, detail: null };

/** SpamAssassin: scores mail by a spamd, ours or somebody's, and teaches its Bayes database. */
export default defineFilter<SpamAssassinSettings>({
  manifest: {
    name: 'spamassassin',
    contract: CONTRACT_VERSION,
    kind: 'filter',
    startsEnabled: false,
    icon: 'mail-exclamation',
    contentTypes: ['message/rfc822'],
    pluginSettings: [
      { key: 'hosts', type: 'text', required: false, default: '' },
      { key: 'user', type: 'text', required: false, default: '' },
      { key: 'timeoutSeconds', type: 'text', required: true, default: '20' },
      { key: 'maxKb', type: 'text', required: true, default: '512' },
      { key: 'oversize', type: 'choice', required: true, choices: OVERSIZE, default: 'skip' },
    ],
  },
  readPluginSettings: readSpamAssassinSettings,
  check: checkSpamd,
  reaches: (settings, server) => {
    const hosts = hostsOf(settings, server);
    return hosts === 'embedded' ? [] : hosts.flatMap((one) => ('host' in one ? [{ purpose: 'scoring', ...one } as const] : []));
  },
  async start(host) {
    const { settings } = host;
    const source = startSource(host);
    if (!source) throw new AppError('settings', 500, 'No spamd is named: enter a host, or set CENTRALA_SPAMD and start again');
    let health: Health = OK;
    const note = <T extends { readonly state: string }>(result: T): T => {
      if (result.state !== 'unavailable') health = OK;
      else if ('reason' in result) {
        const detail = 'detail' in result && typeof result.detail === 'string' ? result.detail : null;
        health = { state: 'failing', problem: String(result.reason), detail };
      }
      return result;
    };
    host.everywhere('23 * * * * *', async (signal) => {
      note((await pingAll(source.hosts, AbortSignal.any([signal, AbortSignal.timeout(10_000)]))) ?? { state: 'pong' });
    });
    return {
      judge: async (input, signal) => {
        const starting = await source.whenReady(signal);
        return note(starting ?? (await judge(source.hosts, settings, input, signal)));
      },
      learn: async (input, as, signal) => {
        const starting = await source.whenReady(signal);
        return starting ?? learn(source.hosts, settings, input, as, signal);
      },
      health: () => source.health() ?? health,
      stop: () => source.stop(),
    };
  },
});

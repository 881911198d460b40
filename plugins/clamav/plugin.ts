import { AppError } from '../../core/lib/errors.ts';
import { type CheckResult, CONTRACT_VERSION, defineScanner, type Health, type ScanResult } from '../../core/plugins/contract.ts';
import { oldestSignatures, pingAll, scan } from './client/scan.ts';
import { type ClamavSettings, hostsOf, readClamavSettings } from './settings.ts';

const OK: Health = { state: 'ok', problem: null, detail: null };
/** New signatures come daily; older ones mean that nothing fetches them. */
const OLD_MS = 7 * 86_400_000;

/** ClamAV: finds viruses by asking a clamd. */
export default defineScanner<ClamavSettings>({
  manifest: {
    name: 'clamav',
    contract: CONTRACT_VERSION,
    kind: 'scanner',
    startsEnabled: false,
    icon: 'virus-search',
    pluginSettings: [
      { key: 'hosts', type: 'text', required: false, default: '' },
      { key: 'timeoutSeconds', type: 'text', required: true, default: '20' },
      { key: 'maxMb', type: 'text', required: true, default: '25' },
    ],
  },
  readPluginSettings: readClamavSettings,
  check: async (settings, server, signal): Promise<CheckResult> => {
    const hosts = hostsOf(settings, server);
    if (hosts.length === 0) return { ok: false, field: 'hosts', problem: 'no_host', detail: null };
    const refused = await pingAll(hosts, signal);
    return refused ? { ok: false, field: 'hosts', problem: refused.reason, detail: refused.detail } : { ok: true };
  },
  reaches: (settings, server) =>
    hostsOf(settings, server).flatMap((one) => ('host' in one ? [{ purpose: 'scanning', ...one } as const] : [])),
  async start(host) {
    const { settings, server, now } = host;
    const hosts = hostsOf(settings, server);
    if (hosts.length === 0) throw new AppError('settings', 500, 'No clamd is named: enter a host, or set CENTRALA_CLAMD and start again');
    let health: Health = OK;
    const note = (result: ScanResult | null): void => {
      if (result?.state === 'unavailable') health = { state: 'failing', problem: result.reason, detail: result.detail };
      else if (health.state === 'failing') health = OK;
    };
    host.everywhere('37 * * * * *', async (signal) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
      note(await pingAll(hosts, limit));
      if (health.state === 'failing') return;
      const madeAt = await oldestSignatures(hosts, limit);
      const isOld = madeAt !== null && now().getTime() - madeAt.getTime() > OLD_MS;
      health = isOld ? { state: 'ok', problem: 'old_signatures', detail: madeAt.toISOString().slice(0, 10) } : OK;
    });
    return {
      scan: async (input, signal) => {
        const result = await scan(hosts, settings, input, signal);
        note(result);
        return result;
      },
      health: () => health,
      // Nothing runs between two calls: no connection, no timer but the host's.
      stop: async () => {},
    };
  },
});

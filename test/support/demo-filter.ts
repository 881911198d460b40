import { InvalidError } from '../../core/lib/errors.ts';
import { CONTRACT_VERSION, defineFilter, type FilterPlugin, type FilterVerdict } from '../../core/plugins/contract.ts';

export interface DemoFilterSettings {
  readonly host: string;
}

/** What a demo filter was asked, in order ("start", "judge 12", "learn 12 spam"), and what it answers next. */
export interface DemoFilter {
  readonly plugin: FilterPlugin<DemoFilterSettings>;
  readonly did: string[];
  verdict: FilterVerdict | ((bytes: Buffer) => FilterVerdict);
}

/** A complete filter of our own for tests of core. A host named "wrong" fails its check. */
export function demoFilter(name = 'sieve'): DemoFilter {
  const did: string[] = [];
  const demo: { verdict: DemoFilter['verdict'] } = { verdict: { state: 'scored', score: 0, threshold: 5, symbols: [] } };
  const plugin = defineFilter<DemoFilterSettings>({
    manifest: {
      name,
      contract: CONTRACT_VERSION,
      kind: 'filter',
      startsEnabled: true,
      icon: 'filter',
      contentTypes: ['message/rfc822'],
      pluginSettings: [{ key: 'host', type: 'host', required: true, default: 'localhost' }],
    },
    readPluginSettings: (raw) => {
      if (typeof raw['host'] !== 'string' || raw['host'] === '') throw new InvalidError({ host: 'host_missing' });
      return { host: raw['host'] };
    },
    check: async ({ host }) => (host === 'wrong' ? { ok: false, field: 'host', problem: 'refused', detail: null } : { ok: true }),
    start: async (host) => {
      did.push(`start ${host.settings.host}`);
      return {
        judge: async (input) => {
          did.push(`judge ${input.bytes}`);
          const bytes = Buffer.concat(await Array.fromAsync(input.open()));
          return typeof demo.verdict === 'function' ? demo.verdict(bytes) : demo.verdict;
        },
        learn: async (input, as) => {
          did.push(`learn ${input.bytes} ${as}`);
          return { state: 'learned' };
        },
        health: () => ({ state: 'ok', problem: null, detail: null }),
        stop: async () => void did.push('stop'),
      };
    },
  });
  return Object.assign(demo, { plugin, did });
}

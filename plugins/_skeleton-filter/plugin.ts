import { CONTRACT_VERSION, defineFilter, type FilterVerdict, type Health, type LearnResult } from '../../core/plugins/contract.ts';
import { checkFolder } from './check.ts';
import { judge } from './judge.ts';
import { learn } from './learn.ts';
import { readSettings, type Settings } from './settings.ts';

const OK: Health = { state: 'ok', problem: null, detail: null };

/** A filter over a shared folder: `words.txt` says what is bad and how much. Replace the judge, keep the shape. */
export default defineFilter<Settings>({
  manifest: {
    name: 'skeleton',
    contract: CONTRACT_VERSION,
    kind: 'filter',
    startsEnabled: false,
    icon: 'filter',
    contentTypes: ['message/rfc822'],
    pluginSettings: [{ key: 'folder', type: 'text', required: true, default: '/srv/filter' }],
  },
  readPluginSettings: readSettings,
  check: ({ folder }) => checkFolder(folder),
  async start({ settings: { folder } }) {
    let health: Health = OK;
    const note = <T extends FilterVerdict | LearnResult>(result: T): T => {
      if (result.state === 'unavailable') health = { state: 'failing', problem: result.reason, detail: result.detail };
      else health = OK;
      return result;
    };
    return {
      judge: async (input, signal) => note(await judge(folder, input, signal)),
      learn: async (input, as, signal) => note(await learn(folder, input, as, signal)),
      health: () => health,
      // Nothing runs between two calls: no connection, no timer.
      stop: async () => {},
    };
  },
});

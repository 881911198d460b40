import { type CheckResult, isService, type Plugin } from '../../plugins/contract.ts';
import type { PluginStatus } from '../../plugins/host.ts';
import { broken, type Finding, problemWords, reasonOf, text, well, worthKnowing } from './finding.ts';

/** A plugin as the server has it, or as the command line finds its folder (`state` null: whether it runs is not known here). */
export interface DoctorPlugin extends Pick<PluginStatus, 'name' | 'plugin' | 'problem' | 'health'> {
  readonly state: PluginStatus['state'] | null;
  readonly isOn: boolean;
}

export interface DoctorPlugins {
  readonly list: () => Promise<readonly DoctorPlugin[]>;
  /** Connects a filter or scanner with its stored settings. */
  readonly checkService: (plugin: Plugin, signal: AbortSignal) => Promise<CheckResult>;
}

/** How each plugin is, by its own health and, of a filter or scanner, by a real connection. */
export async function pluginFindings({ list, checkService }: DoctorPlugins, signal: AbortSignal): Promise<readonly Finding[]> {
  const all = await list();
  if (all.length === 0) return [broken(text('health.plugins.what'), text('health.plugins.none'), text('health.plugins.noneAdvice'))];
  return Promise.all(all.map((one) => pluginFinding(one, checkService, signal)));
}

async function pluginFinding(one: DoctorPlugin, check: DoctorPlugins['checkService'], signal: AbortSignal): Promise<Finding> {
  const { name, plugin, state, problem, health, isOn } = one;
  const what = text('health.plugins.one', { name });
  if (!plugin) return broken(what, problem?.message ?? text('health.plugins.broken'), text('health.plugins.brokenAdvice'));
  if (!isOn) return well(what, text('health.plugins.off'));
  if (state === 'failed') return broken(what, problem?.message ?? text('health.plugins.failed'), text('health.plugins.failedAdvice'));
  if (state === 'starting') return worthKnowing(what, text('health.plugins.starting'));
  try {
    const result = isService(plugin) ? await check(plugin, signal) : null;
    if (result?.ok === false) return broken(what, problemWords(name, result.problem, result.detail), text('health.plugins.failedAdvice'));
  } catch (error) {
    return broken(what, reasonOf(error), text('health.plugins.failedAdvice'));
  }
  if (!health || health.problem === null) return well(what, text(state === null ? 'health.plugins.loads' : 'health.plugins.runs'));
  const seen = problemWords(name, health.problem, health.detail);
  return health.state === 'failing'
    ? broken(what, seen, text('health.plugins.failedAdvice'))
    : worthKnowing(what, seen, text('health.plugins.failedAdvice'));
}

import type { Translate } from '../http/context.ts';
import { isChannel } from './contract.ts';
import type { PluginStatus } from './host.ts';

/** One plugin as Settings → Plugins and its own page show it. */
export function pluginView(t: Translate, status: PluginStatus, inboxes: number) {
  const { name, plugin, state, problem, health } = status;
  const shown = state === 'running' && health?.state === 'failing' ? 'failing' : state;
  return {
    name,
    title: plugin ? t(`plugin.${name}.title`) : name,
    description: plugin ? t(`plugin.${name}.description`) : '',
    icon: plugin?.manifest.icon ?? 'plug-x',
    kindText: plugin ? t(`plugins.kind.${plugin.manifest.kind}`) : null,
    state: shown,
    stateText: t(`plugins.state.${shown}`),
    isEnabled: state === 'running' || state === 'starting' || (state === 'failed' && plugin !== null),
    isBroken: plugin === null,
    hasSettings: (plugin?.manifest.pluginSettings?.length ?? 0) > 0,
    problem: problem ? { text: t(`plugins.problem.${problem.code}`), detail: problem.message } : null,
    health: health?.problem ? { text: t(`plugin.${name}.problems.${health.problem}`), detail: health.detail } : null,
    /** Null for what has none. */
    inboxes: isChannel(plugin) ? inboxes : null,
  };
}

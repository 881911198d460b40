import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { enablePlugin } from './enable.ts';
import type { PluginStatus, Plugins } from './host.ts';

const POSTED = z.object({ enabled: z.enum(['true', 'false']) });

/** Settings → Plugins: what was found in plugins/, its state and health, and a switch that works at once. */
export function pluginRoutes({ plugins, inboxCount }: { plugins: Plugins; inboxCount: (channel: string) => number }): readonly Route[] {
  const rows = (ctx: PageContext) => plugins.list().map((status) => pluginRow(ctx, status, inboxCount(status.name)));
  return [
    { method: 'GET', path: '/plugins', may: 'administrator', handle: (ctx) => ctx.page('plugins/list', { plugins: rows(ctx) }) },
    {
      method: 'POST',
      path: '/plugins/:name/state',
      may: 'administrator',
      handle: async (ctx) => {
        await enablePlugin(ctx.scope, plugins, ctx.params['name'] ?? '', POSTED.parse(ctx.form).enabled === 'true');
        if (ctx.isFragment) ctx.fragment('plugins/_list', { plugins: rows(ctx) });
        else ctx.seeOther('/plugins');
      },
    },
  ];
}

function pluginRow(ctx: PageContext, status: PluginStatus, inboxes: number) {
  const { name, plugin, state, problem, health } = status;
  return {
    name,
    title: plugin ? ctx.t(`plugin.${name}.title`) : name,
    description: plugin ? ctx.t(`plugin.${name}.description`) : '',
    icon: plugin?.manifest.icon ?? 'plug-x',
    kind: plugin?.manifest.kind ?? null,
    state: state === 'running' && health?.state === 'failing' ? 'failing' : state,
    stateText: ctx.t(`plugins.state.${state === 'running' && health?.state === 'failing' ? 'failing' : state}`),
    isEnabled: state === 'running' || state === 'starting' || (state === 'failed' && plugin !== null),
    isBroken: plugin === null,
    problem: problem ? { text: ctx.t(`plugins.problem.${problem.code}`), detail: problem.message } : null,
    health: health?.problem ? { text: ctx.t(`plugin.${name}.problems.${health.problem}`), detail: health.detail } : null,
    inboxes,
  };
}

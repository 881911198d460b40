import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { Plugin } from './contract.ts';
import { enablePlugin } from './enable.ts';
import { type FieldState, fieldViews } from './field-views.ts';
import { valuesFromForm } from './fields.ts';
import { pluginFormErrors } from './form-errors.ts';
import type { PluginStatus, Plugins } from './host.ts';
import { changePluginSettings, type PluginSettingsDeps, pluginValues } from './settings.ts';
import { pluginView } from './view.ts';

const POSTED = z.object({ enabled: z.enum(['true', 'false']) });

export interface PluginRouteDeps extends PluginSettingsDeps {
  readonly plugins: Plugins;
  readonly inboxCount: (channel: string) => number;
}

/** Settings → Plugins: what was found in plugins/, its state and health, a switch that works at once, and the plugin-wide settings. */
export function pluginRoutes(deps: PluginRouteDeps): readonly Route[] {
  const { plugins, inboxCount } = deps;
  const view = (ctx: PageContext, status: PluginStatus) => pluginView(ctx.t, status, inboxCount(status.name));
  const views = (ctx: PageContext) => plugins.list().map((status) => view(ctx, status));

  const asked = (ctx: PageContext): { status: PluginStatus; plugin: Plugin } => {
    const status = plugins.list().find(({ name }) => name === ctx.params['name']);
    if (!status?.plugin?.manifest.pluginSettings?.length) throw new NotFoundError('Plugin');
    return { status, plugin: status.plugin };
  };

  const form = (ctx: PageContext, { status, plugin }: ReturnType<typeof asked>, state: FieldState, code = 200): void => {
    const fields = fieldViews(ctx.t, status.name, plugin.manifest.pluginSettings ?? [], state);
    ctx.page('plugins/show', { plugin: view(ctx, status), fields, errors: state.errors }, code);
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const found = asked(ctx);
    const values = await pluginValues(ctx.scope, deps.keyring, found.plugin);
    form(ctx, found, { values, stored: values, errors: {} });
  };

  const save = async (ctx: PageContext): Promise<void> => {
    const found = asked(ctx);
    const { name, pluginSettings = [] } = found.plugin.manifest;
    const stored = await pluginValues(ctx.scope, deps.keyring, found.plugin);
    const values = valuesFromForm(pluginSettings, ctx.form, stored);
    try {
      await changePluginSettings(ctx.scope, deps, name, values);
    } catch (error) {
      const errors = pluginFormErrors(ctx.t, name, pluginSettings, error);
      if (!errors) throw error;
      return form(ctx, found, { values, stored, errors }, 422);
    }
    ctx.toast(ctx.t('plugins.saved', { title: ctx.t(`plugin.${name}.title`) }));
    ctx.seeOther(`/plugins/${name}`);
  };

  const changeState = async (ctx: PageContext): Promise<void> => {
    await enablePlugin(ctx.scope, plugins, ctx.params['name'] ?? '', POSTED.parse(ctx.form).enabled === 'true');
    if (ctx.isFragment) ctx.fragment('plugins/_list', { plugins: views(ctx) });
    else ctx.seeOther('/plugins');
  };

  return [
    { method: 'GET', path: '/plugins', may: 'administrator', handle: (ctx) => ctx.page('plugins/list', { plugins: views(ctx) }) },
    { method: 'GET', path: '/plugins/:name', may: 'administrator', handle: show },
    { method: 'POST', path: '/plugins/:name', may: 'administrator', handle: save },
    { method: 'POST', path: '/plugins/:name/state', may: 'administrator', handle: changeState },
  ];
}

import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { optionalLineField, orRedraw, readForm, switchField, typed } from '../http/params.ts';
import type { CachedWidget } from './cached.ts';
import { type ChatDeps, chatInbox } from './chat-inbox.ts';
import { changeWidget, originOf, readWidget } from './settings.ts';
import { type NoteDeps, widgetInbox } from './take-note.ts';
import { MAX_GREETING_CHARS, MAX_OFFSET, MAX_SITES, SIDES } from './types.ts';
import { widgetView } from './view.ts';

const NAMES = ['isOn', 'sites', 'colour', 'side', 'offsetX', 'offsetY', 'greeting', 'showsAgent'] as const;
const offset = z
  .string()
  .transform((text) => text.trim())
  .pipe(z.string().regex(/^\d{1,3}$/, 'widget.problem.offset'))
  .transform(Number)
  .pipe(z.number().max(MAX_OFFSET, 'widget.problem.offset'));

const sites = z.string().transform((text, check) => {
  const lines = text.split(/[\s,;]+/).filter((line) => line !== '');
  const origins = lines.map(originOf);
  if (origins.includes(null)) check.addIssue({ code: 'custom', message: 'widget.problem.site' });
  if (lines.length > MAX_SITES) check.addIssue({ code: 'custom', message: 'widget.problem.many_sites' });
  return [...new Set(origins.filter((one) => one !== null))];
});

const FORM = z
  .object({
    isOn: switchField,
    sites,
    colour: z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.string().regex(/^#[0-9a-f]{6}$/, 'widget.problem.colour')),
    side: z.enum(SIDES),
    offsetX: offset,
    offsetY: offset,
    greeting: optionalLineField(MAX_GREETING_CHARS),
    showsAgent: switchField,
  })
  .refine((form) => !form.isOn || form.sites.length > 0, { path: ['sites'], message: 'widget.problem.no_site' });

export interface WidgetSettingsDeps extends Pick<NoteDeps, 'channel'>, ChatDeps {
  readonly directory: NoteDeps['directory'] & ChatDeps['directory'];
  readonly widget: CachedWidget;
  readonly publicUrl: string;
}

/** Settings → Website widget. */
export function widgetSettingsRoutes({ widget, publicUrl, ...deps }: WidgetSettingsDeps): readonly Route[] {
  const draw = async (ctx: PageContext, values: object, errors: Readonly<Record<string, string>>, status = 200): Promise<void> => {
    const saved = await readWidget(ctx.scope);
    ctx.page(
      'widget/settings',
      {
        ...widgetView(saved, await widgetInbox(ctx.scope, deps), (await chatInbox(ctx.scope, deps))?.record ?? null, publicUrl),
        values,
        errors,
      },
      status,
    );
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const saved = await readWidget(ctx.scope);
    await draw(ctx, { ...saved, sites: saved.sites.join('\n') }, {});
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await changeWidget(ctx.scope, readForm(FORM, ctx.form));
        widget.forget();
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/widget/settings');
      },
      (errors) => draw(ctx, { ...typed(ctx, ...NAMES), ...switches(ctx) }, errors, 422),
    );

  return [
    { method: 'GET', path: '/widget/settings', may: 'administrator', handle: show },
    { method: 'POST', path: '/widget/settings', may: 'administrator', handle: save },
  ];
}

/** As they were set on the form that comes back. */
const switches = (ctx: PageContext): object =>
  Object.fromEntries(['isOn', 'showsAgent'].map((name) => [name, [ctx.form[name]].flat().at(-1) === 'on']));

import { z } from 'zod';
import { companyValues, ownVariables } from '../company/read.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typed } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { type InboxRecord, isOpenTo } from '../inboxes/types.ts';
import { NotFoundError } from '../lib/errors.ts';
import { isLanguage, LANGUAGES, type Language } from '../lib/language.ts';
import { storable } from '../lib/text.ts';
import type { CachedGeneral } from '../settings/cached-general.ts';
import { MAX_PER_HOUR, MAX_PER_MINUTE, pausedSince, resume } from './breaker.ts';
import { acknowledgementOf, listAcknowledgements, saveAcknowledgement } from './save.ts';
import { defaultTexts, previewOf, type TranslatorOf, type Typed, variablesOf } from './view.ts';

const longText = (maxChars: number) =>
  z
    .string()
    .transform((text) => storable(text).trim())
    .pipe(z.string().min(1, 'forms.required').max(maxChars, 'forms.too_long'));
/** A switch posts a hidden "off" before its own value. */
const switched = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value : (value.at(-1) ?? '')))
  .pipe(z.literal(['on', 'off']))
  .transform((value) => value === 'on');
const FORM = z.object({
  enabled: switched,
  language: z.enum(LANGUAGES),
  subject: longText(200),
  text: longText(5_000),
});

export interface AcknowledgementRouteDeps {
  readonly directory: Pick<InboxDirectory, 'openTo' | 'record'>;
  /** Whether a channel writes to e-mail addresses: only there machines can be told apart. */
  readonly isEmail: (channel: string) => boolean;
  readonly general: CachedGeneral;
  readonly translator: TranslatorOf;
}

/** Settings → Mail → Automatic replies: which inboxes confirm that a message came, in which words, and the way on after a pause. */
export function acknowledgementRoutes({ directory, isEmail, general, translator }: AcknowledgementRouteDeps): readonly Route[] {
  const inboxOf = (ctx: PageContext): InboxRecord => {
    const record = directory.record(idParam(ctx, 'inboxes'));
    if (!record || !isOpenTo(record, null) || !isEmail(record.channel)) throw new NotFoundError('Inbox');
    return record;
  };

  const list = async (ctx: PageContext): Promise<void> => {
    const on = new Set((await listAcknowledgements(ctx.scope)).flatMap(({ inboxId, enabled }) => (enabled ? [inboxId] : [])));
    const inboxes = directory.openTo(null).filter(({ channel }) => isEmail(channel));
    ctx.page('acknowledgements/list', {
      pausedAt: await pausedSince(ctx.scope),
      limits: { minute: MAX_PER_MINUTE, hour: MAX_PER_HOUR },
      inboxes: inboxes.map(({ id, name, address }) => ({ id, name, address, isOn: on.has(id) })),
    });
  };

  const preview = async (ctx: PageContext, record: InboxRecord, texts: Typed) => {
    const { companyName } = await general.read(ctx.scope);
    return previewOf(texts, {
      inboxName: record.name,
      company: companyName || record.name,
      companyValues: await companyValues(ctx.scope),
    });
  };

  const form = async (
    ctx: PageContext,
    values: Typed & { language: string; enabled: boolean },
    errors = {},
    status = 200,
  ): Promise<void> => {
    const record = inboxOf(ctx);
    const shown = { id: record.id, name: record.name, variables: variablesOf(ctx.t, await ownVariables(ctx.scope)), values, errors };
    ctx.page('acknowledgements/edit', { ...shown, preview: await preview(ctx, record, values) }, status);
  };

  const edit = async (ctx: PageContext): Promise<void> => {
    const stored = await acknowledgementOf(ctx.scope, inboxOf(ctx).id);
    const asked = ctx.query['language'];
    if (stored && asked === undefined) return form(ctx, stored);
    const language: Language = isLanguage(asked) ? asked : (await general.read(ctx.scope)).defaultLanguage;
    await form(ctx, { ...defaultTexts(translator(language)), language, enabled: stored?.enabled ?? false });
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { id, name } = inboxOf(ctx);
        await saveAcknowledgement(ctx.scope, { inboxId: id, ...readForm(FORM, ctx.form) });
        ctx.toast(ctx.t('acknowledgements.saved', { name }));
        ctx.seeOther('/acknowledgements');
      },
      (errors) => {
        const { subject = '', text = '', language = '' } = typed(ctx, 'subject', 'text', 'language');
        const enabled = switched.safeParse(ctx.form['enabled']).data ?? false;
        return form(ctx, { subject, text, language, enabled }, errors, 422);
      },
    );

  const show = async (ctx: PageContext): Promise<void> => {
    const { subject = '', text = '' } = typed(ctx, 'subject', 'text');
    ctx.fragment('acknowledgements/_preview', { preview: await preview(ctx, inboxOf(ctx), { subject, text }) });
  };

  const goOn = async (ctx: PageContext): Promise<void> => {
    await resume(ctx.scope);
    ctx.toast(ctx.t('acknowledgements.resumed'));
    ctx.seeOther('/acknowledgements');
  };

  return [
    { method: 'GET', path: '/acknowledgements', may: 'administrator', handle: list },
    { method: 'POST', path: '/acknowledgements/resumption', may: 'administrator', handle: goOn },
    { method: 'GET', path: '/acknowledgements/:id', may: 'administrator', handle: edit },
    { method: 'POST', path: '/acknowledgements/:id', may: 'administrator', handle: save },
    { method: 'POST', path: '/acknowledgements/:id/preview', may: 'administrator', handle: show },
  ];
}

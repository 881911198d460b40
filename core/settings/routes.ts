import { z } from 'zod';
import type { Faces } from '../agents/faces.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { isTimeZone } from '../http/format.ts';
import { lineField, orRedraw, readForm, typed } from '../http/params.ts';
import { NotFoundError } from '../lib/errors.ts';
import { LANGUAGES } from '../lib/language.ts';
import { storable } from '../lib/text.ts';
import { removePicture, savePicture } from '../pictures/save.ts';
import { MAX_UPLOAD_BYTES } from '../pictures/types.ts';
import type { CachedGeneral } from './cached-general.ts';
import {
  ATTACHMENTS,
  changeGeneral,
  DEFAULT_TIME_ZONE,
  DEFAULT_UNDO_SECONDS,
  GENERAL_NAMES,
  isAddress,
  MAX_UNDO_SECONDS,
  MESSAGE_MB,
  OTHER_SUBJECTS,
  readGeneral,
} from './general.ts';
import { generalView } from './view.ts';

const longText = z
  .string()
  .default('')
  .transform((text) => storable(text).trim())
  .pipe(z.string().max(100_000, 'forms.too_long'));

const wholeNumber = ({ least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number }, problem: string) =>
  z
    .string()
    .default(String(usual))
    .transform((text) => text.trim())
    .pipe(z.string().regex(/^\d{1,3}$/, problem))
    .transform(Number)
    .pipe(z.number().min(least, problem).max(most, problem));

const GENERAL = z.object({
  companyName: lineField(120),
  terms: longText,
  privacy: longText,
  support: longText.pipe(z.string().max(2_000, 'forms.too_long')),
  defaultLanguage: z.enum(LANGUAGES),
  undoSeconds: wholeNumber({ least: 0, most: MAX_UNDO_SECONDS, usual: DEFAULT_UNDO_SECONDS }, 'settings.general.undoWrong'),
  maxAttachments: wholeNumber(ATTACHMENTS, 'settings.general.maxAttachmentsWrong'),
  maxMessageMb: wholeNumber(MESSAGE_MB, 'settings.general.maxMessageMbWrong'),
  timeZone: z.string().default(DEFAULT_TIME_ZONE).refine(isTimeZone, 'settings.general.timeZoneWrong'),
  otherSubject: z.enum(OTHER_SUBJECTS).default('ask'),
});

export interface SettingsRouteDeps {
  readonly blobs: Pick<Blobs, 'read'>;
  readonly faces: Pick<Faces, 'forget'>;
  readonly general: CachedGeneral;
  readonly publicUrl: string;
}

/** Settings → General, and the pages with the operator's own terms and privacy policy. */
export function settingsRoutes({ general, publicUrl, blobs, faces }: SettingsRouteDeps): readonly Route[] {
  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await changeGeneral(ctx.scope, readForm(GENERAL, ctx.form));
        general.forget();
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/settings');
      },
      (errors) => ctx.page('settings/general', generalView(typed(ctx, ...GENERAL_NAMES), publicUrl, errors), 422),
    );

  const logo = (work: (ctx: PageContext) => Promise<void>) => (ctx: PageContext) =>
    orRedraw(
      ctx,
      async () => {
        await work(ctx);
        faces.forget();
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/settings');
      },
      async (errors) => ctx.page('settings/general', generalView(await readGeneral(ctx.scope), publicUrl, errors), 422),
    );
  const saveLogo = logo((ctx) => savePicture(ctx.scope, blobs, { kind: 'company' }, ctx.uploads[0] ?? null));
  const removeLogo = logo((ctx) => removePicture(ctx.scope, { kind: 'company' }));

  const showText = async (ctx: PageContext, name: 'terms' | 'privacy'): Promise<void> => {
    const text = (await general.read(ctx.scope))[name];
    if (text === '') throw new NotFoundError('This page');
    if (isAddress(text)) {
      ctx.status = 303;
      ctx.set('Location', text);
    } else ctx.page('settings/legal', { name, paragraphs: text.split(/\n{2,}/) });
  };

  return [
    {
      method: 'GET',
      path: '/settings',
      may: 'administrator',
      handle: async (ctx) => ctx.page('settings/general', generalView(await readGeneral(ctx.scope), publicUrl, {})),
    },
    { method: 'POST', path: '/settings', may: 'administrator', handle: save },
    { method: 'POST', path: '/settings/logo', may: 'administrator', handle: saveLogo, maxBodyBytes: MAX_UPLOAD_BYTES },
    { method: 'POST', path: '/settings/logo/removal', may: 'administrator', handle: removeLogo },
    { method: 'GET', path: '/terms', may: 'public', handle: (ctx) => showText(ctx, 'terms') },
    { method: 'GET', path: '/privacy', may: 'public', handle: (ctx) => showText(ctx, 'privacy') },
  ];
}

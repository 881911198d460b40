import { z } from 'zod';
import { noteExport } from '../audit/note.ts';
import type { Blobs } from '../blobs/blobs.ts';
import type { PageContext, Route } from '../http/context.ts';
import { sendFile } from '../http/files.ts';
import { emailField, orRedraw, readForm, typedText } from '../http/params.ts';
import { zipOf } from '../lib/zip.ts';
import { readGeneral } from '../settings/general.ts';
import { copyFor } from './copy.ts';
import { askErasure } from './erase.ts';
import { findPerson } from './find.ts';
import type { Person } from './types.ts';

const ASKED = z.object({ address: emailField });
const CONFIRMED = z.object({ address: emailField, again: emailField });

/** Settings → Data of a person: what there is of an address, a copy of it, and its removal for good. Addresses are in no URL: those are logged. */
export function erasureRoutes(blobs: Pick<Blobs, 'has' | 'open'>): readonly Route[] {
  const draw = (ctx: PageContext, person: Person | null, errors: Readonly<Record<string, string>> = {}): void => {
    const isWrong = Object.keys(errors).length > 0;
    const typed = { address: typedText(ctx, 'address').slice(0, 320), again: typedText(ctx, 'again').slice(0, 320) };
    ctx.page('erasures/show', { person, typed, errors }, isWrong ? 422 : 200);
  };

  const look = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => draw(ctx, await findPerson(ctx.scope, readForm(ASKED, ctx.form).address)),
      (errors) => draw(ctx, null, errors),
    );

  const erase = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { address, again } = readForm(CONFIRMED, ctx.form);
        const isBegun = await askErasure(ctx.scope, address, again);
        ctx.toast(ctx.t(isBegun ? 'erasures.begun' : 'erasures.nothing'));
        ctx.seeOther('/erasures');
      },
      async (errors) => draw(ctx, errors['address'] ? null : await findPerson(ctx.scope, typedText(ctx, 'address')), errors),
    );

  const copy = async (ctx: PageContext): Promise<void> => {
    const person = await findPerson(ctx.scope, readForm(ASKED, ctx.form).address);
    await noteExport(ctx.scope, 'person');
    const { scope, t, language } = ctx;
    const { timeZone } = await readGeneral(scope);
    const content = zipOf(copyFor({ scope, blobs, t, language, timeZone }, person));
    sendFile(ctx, content, { filename: `${t('erasures.file')}-${person.address}.zip`, contentType: 'application/zip' });
  };

  return [
    { method: 'GET', path: '/erasures', may: 'administrator', handle: (ctx) => draw(ctx, null) },
    { method: 'POST', path: '/erasures', may: 'administrator', handle: look },
    { method: 'POST', path: '/erasures/removal', may: 'administrator', handle: erase },
    { method: 'POST', path: '/erasures/copy', may: 'administrator', handle: copy },
  ];
}

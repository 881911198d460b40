import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, switchField } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import { type InboxId, parseId } from '../lib/ids.ts';
import { beginImport, importForReal, listImports } from './run.ts';
import { REASONS } from './types.ts';
import { keepImport } from './uploads.ts';

export interface ImportRouteDeps {
  readonly dataDir: string;
  readonly directory: Pick<InboxDirectory, 'openTo'>;
  /** Whether mail can be put into an inbox of this channel. */
  readonly takesMail: (channel: string) => boolean;
}

/** As much as the disk takes. */
const MAX_BYTES = 2 ** 50;
const SHOWN = 50;
const SENT = z.object({ inboxId: z.unknown().transform((value) => parseId<'inboxes'>(value)), isSent: switchField, isTrial: switchField });

const inWords =
  (t: PageContext['t']) =>
  (skipped: string): string => {
    const reason = REASONS.find((one) => skipped.endsWith(`: ${one}`));
    return reason ? `${skipped.slice(0, -reason.length)}${t(`imports.why.${reason.replace(' ', '_')}`)}` : skipped;
  };

/** Settings → Import of mail: archives of other programs, taken over as history. */
export function importRoutes({ dataDir, directory, takesMail }: ImportRouteDeps): readonly Route[] {
  // Nobody puts mail into a personal mailbox but its owner's own server.
  const inboxes = () => directory.openTo(null).filter(({ channel }) => takesMail(channel));

  const known = async (ctx: PageContext) => {
    const names = new Map(inboxes().map(({ id, name }) => [id as number, name]));
    const all = await listImports(ctx.scope, SHOWN);
    const shown = all.filter(({ inboxId }) => names.has(inboxId));
    return { imports: shown.map((one) => ({ ...one, inbox: names.get(one.inboxId), leftOut: one.counts.skipped.map(inWords(ctx.t)) })) };
  };

  const draw = async (ctx: PageContext, errors: object = {}, status = 200): Promise<void> => {
    const choices = inboxes().map(({ id, name, address }) => ({ value: String(id), text: `${name} (${address})` }));
    ctx.page('imports/list', { ...(await known(ctx)), choices, form: ctx.form, errors }, status);
  };

  const send = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { inboxId, isSent, isTrial } = readForm(SENT, ctx.form);
        const files = ctx.uploads.map(({ filename, sha256, bytes }) => ({ filename, sha256, bytes }));
        if (files.length === 0) throw new InvalidError({ files: 'imports.problem.no_file' });
        const inbox = inboxes().find(({ id }) => id === inboxId);
        if (!inbox) throw new InvalidError({ inboxId: 'forms.required' });
        await beginImport(ctx.scope, ctx.agent.id, { inboxId: inbox.id as InboxId, files, isSent, isTrial });
        ctx.seeOther('/imports');
      },
      (errors) => draw(ctx, errors, 422),
    );

  const really = async (ctx: PageContext): Promise<void> => {
    try {
      await importForReal(ctx.scope, ctx.agent.id, idParam(ctx, 'mail_imports'));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ctx.toast(ctx.t('imports.problem.files_gone'), 'problem');
    }
    ctx.seeOther('/imports');
  };

  return [
    { method: 'GET', path: '/imports', may: 'administrator', handle: (ctx) => draw(ctx) },
    { method: 'GET', path: '/imports/state', may: 'administrator', handle: async (ctx) => ctx.fragment('imports/_list', await known(ctx)) },
    {
      method: 'POST',
      path: '/imports',
      may: 'administrator',
      handle: send,
      maxBodyBytes: MAX_BYTES,
      uploads: { put: (content) => keepImport(dataDir, content) },
    },
    { method: 'POST', path: '/imports/:id/real', may: 'administrator', handle: really },
  ];
}

import { z } from 'zod';
import { lockedFoldersOf } from '../../folders/personal.ts';
import type { PageContext, Route } from '../../http/context.ts';
import { orRedraw, readForm } from '../../http/params.ts';
import { limitGuesses } from '../../lib/rate-limit.ts';
import { readDefaults } from '../default.ts';
import { defaultView } from '../default-view.ts';
import { unfinished } from './list.ts';
import { mayConnectOwn } from './option.ts';
import { mailboxIn, type OneDeps } from './routes.ts';
import { OWN } from './shelf.ts';
import { unlockMailbox } from './unlock.ts';
import { granted, mailboxes } from './view.ts';

const OPENING = z.object({ password: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long') });

/** My profile → My mailbox: those that I connected for myself alone, and opening them again after somebody else set my password. */
export function ownMailboxRoutes(deps: OneDeps): readonly Route[] {
  const guesses = limitGuesses();

  const list = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const own = mailboxes(ctx.t, deps, await granted(ctx.scope)).filter(({ ownerId }) => ownerId === ctx.agent.id);
    const closed = new Set<number>(await lockedFoldersOf(ctx.scope, ctx.agent.id));
    const isLocked = closed.size > 0;
    const locked = own.filter(({ id }) => closed.has(deps.directory.record(id)?.folderId ?? 0));
    const isOn = await mayConnectOwn(ctx.scope);
    const begun = isOn && !isLocked ? await unfinished(ctx.scope, ctx.agent.id) : [];
    const { own: ownDefault, company } = await readDefaults(ctx.scope, ctx.agent.id);
    const usual = (company && deps.directory.record(company)?.address) ?? '';
    const none = usual === '' ? ctx.t('mailboxes.default.first') : ctx.t('mailboxes.default.asCompany', { address: usual });
    const preset = defaultView(ctx.t, ownDefault, deps.directory.openTo(ctx.agent.id), none);
    const shown = {
      base: OWN.base,
      mailboxes: isLocked ? [] : own,
      locked,
      isLocked,
      isOn,
      unfinished: begun,
      errors,
      errorOf: ctx.params['id'],
      preset,
    };
    ctx.page('mailboxes/mine', shown, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const open = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const record = mailboxIn(deps, ctx, ({ ownerId }) => ownerId === ctx.agent.id);
        const { password } = readForm(OPENING, ctx.form);
        await guesses(String(ctx.agent.id), ctx.scope.now(), () => unlockMailbox(ctx.scope, deps, record, password));
        ctx.toast(ctx.t('mailboxes.locked.opened'));
        ctx.seeOther(OWN.base);
      },
      (errors) => list(ctx, errors),
    );

  return [
    { method: 'GET', path: OWN.base, may: OWN.may, handle: (ctx) => list(ctx) },
    { method: 'POST', path: `${OWN.base}/:id/opening`, may: OWN.may, handle: open },
  ];
}

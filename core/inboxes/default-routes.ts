import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { readForm } from '../http/params.ts';
import { type InboxId, parseId } from '../lib/ids.ts';
import { chooseCompanyDefault, chooseOwnDefault } from './default.ts';
import type { InboxDirectory } from './directory.ts';

const CHOSEN = z.object({ inboxId: z.unknown().transform((value) => parseId<'inboxes'>(value)) });

/** Which address new messages leave from: for the company beside its mailboxes, for oneself in the profile. */
export function defaultInboxRoutes(directory: Pick<InboxDirectory, 'openTo'>): readonly Route[] {
  const choose = async (ctx: PageContext, back: string, save: (id: InboxId | null) => Promise<void>): Promise<void> => {
    await save(readForm(CHOSEN, ctx.form).inboxId);
    ctx.toast(ctx.t('common.saved'));
    ctx.seeOther(back);
  };
  const ofCompany = (ctx: PageContext): Promise<void> =>
    choose(ctx, '/mailboxes', (id) => chooseCompanyDefault(ctx.scope, id, directory.openTo(null)));
  const own = (ctx: PageContext): Promise<void> =>
    choose(ctx, '/profile/mailboxes', (id) => chooseOwnDefault(ctx.scope, ctx.agent.id, id, directory.openTo(ctx.agent.id)));
  return [
    { method: 'POST', path: '/mailboxes/default', may: 'administrator', handle: ofCompany },
    { method: 'POST', path: '/profile/mailboxes/default', may: 'agent', handle: own },
  ];
}

import { z } from 'zod';
import { RECENT_DAYS, recentContacts, recentCount } from '../../contacts/recent.ts';
import type { Scope } from '../../db/scope.ts';
import type { PageContext, Route } from '../../http/context.ts';
import { NotFoundError } from '../../lib/errors.ts';
import { type InboxId, parseId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import type { Plugins } from '../../plugins/host.ts';
import type { InboxDeps } from '../change.ts';
import type { InboxRecord } from '../types.ts';
import { accountOf, connectionById, reopenConnection, stepsOf } from './begin.ts';
import { comparedView, compareNow } from './compared.ts';
import { disconnectInbox } from './finish.ts';
import type { Shelf } from './shelf.ts';
import type { Trials } from './trial.ts';
import { granted, mailboxView } from './view.ts';

export interface MailboxDeps extends InboxDeps {
  readonly plugins: Plugins;
  readonly trials: Trials;
}

export interface OneDeps extends MailboxDeps {
  readonly log: Log;
  /** Begins to put all conversations of an inbox that the agent may delete into the trash. */
  readonly emptyInbox: (scope: Scope, id: InboxId) => Promise<void>;
  /** What came to it and could not be read, for whoever alone may see it. */
  readonly unreadableOf: (scope: Scope, id: InboxId) => Promise<readonly unknown[]>;
}

const AGAIN = z.object({ to: z.enum(['places', 'account']) });

/** The inbox in the path, when it is connected to an account and `isMeant`. Raises not_found. */
export function mailboxIn(deps: OneDeps, ctx: PageContext, isMeant: (record: InboxRecord) => boolean): InboxRecord {
  const id = parseId<'inboxes'>(ctx.params['id']);
  const record = id && deps.directory.record(id);
  if (!record || !isMeant(record) || accountOf(deps, record) === null) throw new NotFoundError('Mailbox');
  return record;
}

/** One connected mailbox for whoever may read it: how it does, other places, other data, and disconnecting. */
export function mailboxRoutes(deps: OneDeps, { base, may, ownerOf, expectUnlocked, expectOpen }: Shelf): readonly Route[] {
  const recordOf = (ctx: PageContext): InboxRecord => mailboxIn(deps, ctx, ({ ownerId = null }) => ownerId === ownerOf(ctx));

  const viewOf = async (ctx: PageContext) => mailboxView(ctx.t, deps, recordOf(ctx), await granted(ctx.scope));

  const show = async (ctx: PageContext): Promise<void> => {
    const record = recordOf(ctx);
    const typed = deps.directory.typed(record.id);
    const chosen = stepsOf(deps.plugins.channel(record.channel)).chosen(typed?.settings);
    const compared = await comparedView(deps, record);
    const unreadable = record.ownerId ? await deps.unreadableOf(ctx.scope, record.id) : [];
    const contacts = await recentCount(ctx.scope, record.id);
    const shown = { contacts, unreadable, mailbox: await viewOf(ctx), chosen, compared, isNew: ctx.query['new'] !== undefined };
    ctx.page('mailboxes/show', { base, ...shown });
  };

  const again = async (ctx: PageContext): Promise<void> => {
    await expectOpen(ctx);
    const { to } = AGAIN.parse(ctx.form);
    const id = await reopenConnection(ctx.scope, recordOf(ctx), to === 'places' ? 'trying' : 'account');
    if (to === 'places') deps.trials.begin(await connectionById(ctx.scope, id, ownerOf(ctx)));
    ctx.seeOther(`${base}/connections/${id}${to === 'account' ? '/account' : ''}`);
  };

  const compare = async (ctx: PageContext): Promise<void> => {
    const record = recordOf(ctx);
    const result = await compareNow(deps, record, deps.log);
    ctx.toast(ctx.t(`mailboxes.compared.${result}`), result === 'failed' ? 'problem' : 'done');
    ctx.seeOther(`${base}/${record.id}`);
  };

  const disconnect = async (ctx: PageContext): Promise<void> => {
    const isEmptied = ctx.form['trash'] === 'yes';
    const { id, name } = await disconnectInbox(ctx.scope, deps, recordOf(ctx).id);
    if (isEmptied) await deps.emptyInbox(ctx.scope, id);
    ctx.toast(ctx.t(isEmptied ? 'mailboxes.disconnectedEmptied' : 'mailboxes.disconnected', { name }));
    ctx.seeOther(base);
  };

  const page = (method: 'GET' | 'POST', path: string, handle: Route['handle']): Route => ({
    ...{ method, path: base + path, may },
    handle: async (ctx) => {
      await expectUnlocked(ctx);
      await handle(ctx);
    },
  });
  return [
    page('GET', '/:id', show),
    page('GET', '/:id/state', async (ctx) => ctx.fragment('mailboxes/_state', { base, mailbox: await viewOf(ctx) })),
    page('GET', '/:id/contacts', async (ctx) => {
      const found = await recentContacts(ctx.scope, recordOf(ctx).id);
      ctx.page('mailboxes/contacts', { base, mailbox: await viewOf(ctx), days: RECENT_DAYS, ...found });
    }),
    page('POST', '/:id/comparison', compare),
    page('POST', '/:id/connections', again),
    page('GET', '/:id/removal', async (ctx) => ctx.page('mailboxes/removal', { base, mailbox: await viewOf(ctx) })),
    page('POST', '/:id/removal', disconnect),
  ];
}

import { z } from 'zod';
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
import { unfinished } from './list.ts';
import type { Trials } from './trial.ts';
import { mailboxes, mailboxView } from './view.ts';

export interface MailboxDeps extends InboxDeps {
  readonly plugins: Plugins;
  readonly trials: Trials;
}

interface ListDeps extends MailboxDeps {
  readonly log: Log;
  /** Begins to put all conversations of an inbox that the agent may delete into the trash. */
  readonly emptyInbox: (scope: Scope, id: InboxId) => Promise<void>;
}

const AGAIN = z.object({ to: z.enum(['places', 'account']) });

/** Settings → Mailboxes: those that are connected, how each does, other places, other data, and disconnecting. */
export function mailboxRoutes(deps: ListDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> =>
    ctx.page('mailboxes/list', { mailboxes: mailboxes(ctx.t, deps), unfinished: await unfinished(ctx.scope) });

  const recordOf = (ctx: PageContext): InboxRecord => {
    const id = parseId<'inboxes'>(ctx.params['id']);
    const record = id && deps.directory.record(id);
    if (!record || accountOf(deps, record) === null) throw new NotFoundError('Mailbox');
    return record;
  };

  const show = async (ctx: PageContext): Promise<void> => {
    const record = recordOf(ctx);
    const typed = deps.directory.typed(record.id);
    const chosen = stepsOf(deps.plugins.channel(record.channel)).chosen(typed?.settings);
    const compared = await comparedView(deps, record);
    ctx.page('mailboxes/show', { mailbox: mailboxView(ctx.t, deps, record), chosen, compared, isNew: ctx.query['new'] !== undefined });
  };

  const again = async (ctx: PageContext): Promise<void> => {
    const { to } = AGAIN.parse(ctx.form);
    const id = await reopenConnection(ctx.scope, recordOf(ctx), to === 'places' ? 'trying' : 'account');
    if (to === 'places') deps.trials.begin(await connectionById(ctx.scope, id));
    ctx.seeOther(`/mailboxes/connections/${id}${to === 'account' ? '/account' : ''}`);
  };

  const compare = async (ctx: PageContext): Promise<void> => {
    const record = recordOf(ctx);
    const result = await compareNow(deps, record, deps.log);
    ctx.toast(ctx.t(`mailboxes.compared.${result}`), result === 'failed' ? 'problem' : 'done');
    ctx.seeOther(`/mailboxes/${record.id}`);
  };

  const disconnect = async (ctx: PageContext): Promise<void> => {
    const isEmptied = ctx.form['trash'] === 'yes';
    const { id, name } = await disconnectInbox(ctx.scope, deps, recordOf(ctx).id);
    if (isEmptied) await deps.emptyInbox(ctx.scope, id);
    ctx.toast(ctx.t(isEmptied ? 'mailboxes.disconnectedEmptied' : 'mailboxes.disconnected', { name }));
    ctx.seeOther('/mailboxes');
  };

  return [
    { method: 'GET', path: '/mailboxes', may: 'administrator', handle: list },
    { method: 'GET', path: '/mailboxes/:id', may: 'administrator', handle: show },
    {
      method: 'GET',
      path: '/mailboxes/:id/state',
      may: 'administrator',
      handle: (ctx) => ctx.fragment('mailboxes/_state', { mailbox: mailboxView(ctx.t, deps, recordOf(ctx)) }),
    },
    { method: 'POST', path: '/mailboxes/:id/comparison', may: 'administrator', handle: compare },
    { method: 'POST', path: '/mailboxes/:id/connections', may: 'administrator', handle: again },
    {
      method: 'GET',
      path: '/mailboxes/:id/removal',
      may: 'administrator',
      handle: (ctx) => ctx.page('mailboxes/removal', { mailbox: mailboxView(ctx.t, deps, recordOf(ctx)) }),
    },
    { method: 'POST', path: '/mailboxes/:id/removal', may: 'administrator', handle: disconnect },
  ];
}

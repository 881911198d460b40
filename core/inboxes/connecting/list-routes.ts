import { existingAgent } from '../../agents/edit-agent.ts';
import { listAgents } from '../../agents/list-agents.ts';
import { nameOf } from '../../agents/types.ts';
import type { PageContext, Route } from '../../http/context.ts';
import { readDefaults } from '../default.ts';
import { defaultView } from '../default-view.ts';
import type { InboxRecord } from '../types.ts';
import { disconnectInbox } from './finish.ts';
import { unfinished } from './list.ts';
import { letConnectOwn, mayConnectOwn } from './option.ts';
import { mailboxIn, type OneDeps } from './routes.ts';
import { COMPANY } from './shelf.ts';
import { granted, mailboxes, mailboxView } from './view.ts';

/**
 * Settings → Mailboxes: those of the company, and that colleagues have personal ones. Of a personal one an administrator sees whose it is
 * and how it does, and can disconnect it; what is in it he sees nowhere.
 */
export function mailboxListRoutes(deps: OneDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const names = new Map((await listAgents(ctx.scope)).map((agent) => [agent.id, nameOf(agent) || agent.email]));
    const shown = mailboxes(ctx.t, deps, await granted(ctx.scope)).map((one) => ({
      ...one,
      owner: one.ownerId && (names.get(one.ownerId) ?? ''),
    }));
    const known = { mailboxes: shown, unfinished: await unfinished(ctx.scope, null), mayConnectOwn: await mayConnectOwn(ctx.scope) };
    const { company } = await readDefaults(ctx.scope, ctx.agent.id);
    const preset = defaultView(ctx.t, company, deps.directory.openTo(null), ctx.t('mailboxes.default.first'));
    ctx.page('mailboxes/list', { base: COMPANY.base, ...known, preset });
  };

  const option = async (ctx: PageContext): Promise<void> => {
    await letConnectOwn(ctx.scope, [ctx.form['personal']].flat().at(-1) === 'on');
    ctx.toast(ctx.t('common.saved'));
    ctx.seeOther(COMPANY.base);
  };

  const personal = (ctx: PageContext): InboxRecord => mailboxIn(deps, ctx, ({ ownerId = null }) => ownerId !== null);

  const showPersonal = async (ctx: PageContext): Promise<void> => {
    const record = personal(ctx);
    const owner = record.ownerId ? await existingAgent(ctx.scope, record.ownerId) : null;
    const about = { owner: owner && (nameOf(owner) || owner.email), isOwn: record.ownerId === ctx.agent.id };
    ctx.page('mailboxes/personal', { mailbox: mailboxView(ctx.t, deps, record, await granted(ctx.scope)), ...about });
  };

  const disconnect = async (ctx: PageContext): Promise<void> => {
    const { name } = await disconnectInbox(ctx.scope, deps, personal(ctx).id);
    ctx.toast(ctx.t('mailboxes.disconnected', { name }));
    ctx.seeOther(COMPANY.base);
  };

  return [
    { method: 'GET', path: '/mailboxes', may: 'administrator', handle: list },
    { method: 'POST', path: '/mailboxes/option', may: 'administrator', handle: option },
    { method: 'GET', path: '/mailboxes/personal/:id', may: 'administrator', handle: showPersonal },
    { method: 'POST', path: '/mailboxes/personal/:id/removal', may: 'administrator', handle: disconnect },
  ];
}

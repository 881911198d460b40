import { z } from 'zod';
import { existingAgent } from '../agents/edit-agent.ts';
import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import { senderValues } from '../canned-responses/facts.ts';
import { NOTHING } from '../canned-responses/variables.ts';
import { variableViews } from '../canned-responses/view.ts';
import { ownVariables } from '../company/read.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typed } from '../http/params.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { isOpenTo } from '../inboxes/types.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import { type InboxId, parseId } from '../lib/ids.ts';
import { sanitiseFragment } from '../lib/sanitise-html.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { fillFooter, footerFor } from './fill.ts';
import { footerOf, letAgentsEdit, listFooterOwners, mayAgentsEdit, saveFooter, saveOwnFooter } from './save.ts';
import { FOOTER_VARIABLES, type FooterOf } from './types.ts';

const LONG = z.string().max(100_000, 'forms.too_long').default('');
const FORM = z.object({ text: LONG, html: LONG });

export interface FooterRouteDeps {
  readonly directory: Pick<InboxDirectory, 'openTo' | 'record'>;
  readonly endpoints: Pick<Endpoints, 'find'>;
}

/** A footer on its page: whose it is, how he is called, where one comes from and goes back to. */
interface Place {
  readonly of: FooterOf;
  readonly name: string;
  readonly action: string;
  readonly back: string;
  readonly mayEdit: boolean;
}

/** Settings → Footers for administrators, My footer for everybody, and what stands below a new message. */
export function footerRoutes({ directory, endpoints }: FooterRouteDeps): readonly Route[] {
  const list = async (ctx: PageContext): Promise<void> => {
    const { agents, inboxes } = await listFooterOwners(ctx.scope);
    const people = (await listAgents(ctx.scope)).filter(({ status }) => status === 'active');
    ctx.page('footers/list', {
      mayAgentsEdit: await mayAgentsEdit(ctx.scope),
      agents: people.map((one) => ({ id: one.id, name: nameOf(one) || one.email, has: agents.has(one.id) })),
      inboxes: directory.openTo(null).map(({ id, name, address }) => ({ id, name, address, has: inboxes.has(id) })),
    });
  };
  const option = async (ctx: PageContext): Promise<void> => {
    const values = [ctx.form['agentsMayEdit']].flat();
    await letAgentsEdit(ctx.scope, values.at(-1) === 'on');
    ctx.toast(ctx.t('common.saved'));
    ctx.seeOther('/footers');
  };

  const ofAgent = async (ctx: PageContext): Promise<Place> => {
    const agent = await existingAgent(ctx.scope, idParam(ctx, 'agents'));
    return {
      of: { agentId: agent.id },
      name: nameOf(agent) || agent.email,
      action: `/footers/agents/${agent.id}`,
      back: '/footers',
      mayEdit: true,
    };
  };
  const ofInbox = (ctx: PageContext): Place => {
    const record = directory.record(idParam(ctx, 'inboxes'));
    if (!record || !isOpenTo(record, null)) throw new NotFoundError('Inbox');
    return { of: { inboxId: record.id }, name: record.name, action: `/footers/inboxes/${record.id}`, back: '/footers', mayEdit: true };
  };
  const ofMine = async (ctx: PageContext): Promise<Place> => {
    const mayEdit = ctx.agent.role === 'administrator' || (await mayAgentsEdit(ctx.scope));
    return { of: { agentId: ctx.agent.id }, name: nameOf(ctx.agent), action: '/footers/mine', back: '/footers/mine', mayEdit };
  };

  const preview = async (ctx: PageContext, of: FooterOf, { text, html }: { readonly text: string; readonly html: string }) => {
    const [first] = directory.openTo(ctx.agent.id);
    const inbox = 'inboxId' in of ? directory.record(of.inboxId) : (first ?? null);
    const values = { ...NOTHING, ...(await senderValues(ctx.scope, 'agentId' in of ? of.agentId : ctx.agent.id, inbox)) };
    try {
      const filled = fillFooter({ text, html: html === '' ? null : sanitiseFragment(html) }, values);
      return { filled: { ...filled, subject: '' }, problem: null };
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      return { filled: null, problem: ctx.t('canned-responses.problem.liquid') };
    }
  };
  const form = async (ctx: PageContext, place: Place, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const stored = await footerOf(ctx.scope, place.of);
    const values = {
      text: stored?.text ?? '',
      html: stored?.html ?? '',
      ...typed(ctx, ...['text', 'html'].filter((name) => name in ctx.form)),
    };
    const format = values.html === '' && values.text !== '' ? 'plain' : 'rich';
    const shown = { ...place, isInbox: 'inboxId' in place.of, values: { ...values, format }, errors };
    const variables = variableViews(ctx.t, await ownVariables(ctx.scope), FOOTER_VARIABLES);
    ctx.page(
      'footers/edit',
      { ...shown, variables, files: [], ...(await preview(ctx, place.of, values)) },
      Object.keys(errors).length > 0 ? 422 : 200,
    );
  };
  const save = (ctx: PageContext, place: Place, keep: (written: z.output<typeof FORM>) => Promise<void>): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await keep(readForm(FORM, ctx.form));
        ctx.toast(ctx.t('footers.saved', { name: place.name }));
        ctx.seeOther(place.back);
      },
      (errors) => form(ctx, place, errors),
    );
  const tried = async (ctx: PageContext, { of }: Place): Promise<void> => {
    const { text = '', html = '' } = typed(ctx, 'text', 'html');
    ctx.fragment('canned-responses/_filled', { ...(await preview(ctx, of, { text, html })), files: [] });
  };

  const shown = async (ctx: PageContext): Promise<void> => {
    const id: InboxId | null = parseId<'inboxes'>(ctx.query['inboxId']);
    const endpoint = id && endpoints.find(id);
    ctx.fragment('conversations/_composer-footer', {
      footer: endpoint && isOpenTo(endpoint, ctx.agent.id) ? await footerFor(ctx.scope, ctx.agent.id, endpoint) : null,
    });
  };

  const pages = (path: string, may: Route['may'], placeOf: (ctx: PageContext) => Place | Promise<Place>): readonly Route[] => [
    { method: 'GET', path, may, handle: async (ctx) => form(ctx, await placeOf(ctx)) },
    { method: 'POST', path: `${path}/preview`, may, handle: async (ctx) => tried(ctx, await placeOf(ctx)) },
  ];
  const saving = (placeOf: (ctx: PageContext) => Place | Promise<Place>) => async (ctx: PageContext) => {
    const place = await placeOf(ctx);
    await save(ctx, place, (written) => saveFooter(ctx.scope, place.of, written));
  };
  return [
    { method: 'GET', path: '/footers', may: 'administrator', handle: list },
    { method: 'POST', path: '/footers/option', may: 'administrator', handle: option },
    { method: 'GET', path: '/footers/shown', may: 'agent', handle: shown },
    ...pages('/footers/mine', 'agent', ofMine),
    {
      method: 'POST',
      path: '/footers/mine',
      may: 'agent',
      handle: async (ctx) => save(ctx, await ofMine(ctx), (written) => saveOwnFooter(ctx.scope, ctx.agent, written)),
    },
    ...pages('/footers/agents/:id', 'administrator', ofAgent),
    { method: 'POST', path: '/footers/agents/:id', may: 'administrator', handle: saving(ofAgent) },
    ...pages('/footers/inboxes/:id', 'administrator', ofInbox),
    { method: 'POST', path: '/footers/inboxes/:id', may: 'administrator', handle: saving(ofInbox) },
  ];
}

import { z } from 'zod';
import { keyNamesOf } from '../api-keys/api-keys.ts';
import { variableViews } from '../canned-responses/view.ts';
import { ownVariables } from '../company/read.ts';
import { readCounters } from '../conversations/counters.ts';
import { listSharedFolders } from '../folders/list.ts';
import { folderChoices } from '../folders/view.ts';
import { saveFooter } from '../footers/save.ts';
import { FOOTER_VARIABLES } from '../footers/types.ts';
import type { PageContext, Route } from '../http/context.ts';
import { emailField, idParam, lineField, optionalLineField, orRedraw, readForm, typed } from '../http/params.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import { type AgentId, parseId } from '../lib/ids.ts';
import { LANGUAGES } from '../lib/language.ts';
import { PERMISSIONS } from '../lib/permissions.ts';
import { type MailRenderer, passwordMail } from '../password-resets/mail.ts';
import { makePasswordLink } from '../password-resets/make-link.ts';
import type { SendSystemMail } from '../password-resets/types.ts';
import { removePicture } from '../pictures/save.ts';
import { rulesNaming } from '../rules/naming.ts';
import { readGeneral } from '../settings/general.ts';
import { listTeams } from '../teams/list.ts';
import { setPassword } from './change-password.ts';
import { createAgent } from './create-agent.ts';
import { changeAgentStatus, editAgent, existingAgent } from './edit-agent.ts';
import type { Faces } from './faces.ts';
import { changeLimit, LIMIT, readLimit } from './limit.ts';
import { listAgents } from './list-agents.ts';
import { AGENT_STATUSES, nameOf, ROLES } from './types.ts';
import { agentRow, editView, newView, permissionChoices } from './view.ts';

const DETAILS = {
  firstName: lineField(100),
  lastName: lineField(100),
  jobTitle: optionalLineField(100),
  email: emailField,
  role: z.enum(ROLES),
  language: z.enum(LANGUAGES),
  permissions: z
    .unknown()
    .optional()
    .transform((value) => PERMISSIONS.filter((one) => [value].flat().includes(one))),
};
/** Which folders a new user sees: all, or those that are ticked. */
const FOLDERS = {
  folders: z.enum(['all', 'chosen']).default('all'),
  folderIds: z
    .unknown()
    .optional()
    .transform((value) => [value ?? []].flat().flatMap((one) => parseId<'folders'>(one) ?? [])),
};
/** What stands below his mail; empty = nothing. */
const LONG = z.string().max(100_000, 'forms.too_long').default('');
const FOOTER = { text: LONG, html: LONG };
const EDIT = z.object(DETAILS);
const NEW = z.discriminatedUnion('access', [
  z.object({ access: z.literal('invitation'), ...DETAILS, ...FOLDERS, ...FOOTER }),
  z.object({
    access: z.literal('password'),
    password: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long'),
    ...DETAILS,
    ...FOLDERS,
    ...FOOTER,
  }),
]);
const PASSWORD = z.object({ password: z.string().min(1, 'forms.required').max(4_000, 'forms.too_long') });
const LIMITED = z.object({
  limit: z
    .string()
    .trim()
    .transform((text) => (text === '' ? null : Number(text)))
    .pipe(z.int('agents.limit.wrong').min(LIMIT.least, 'agents.limit.wrong').max(LIMIT.most, 'agents.limit.wrong').nullable()),
});
const STATUS = z.object({ status: z.enum(AGENT_STATUSES) });
const FIELDS = ['firstName', 'lastName', 'jobTitle', 'email', 'role', 'language', 'access', 'folders'] as const;
const NEW_FIELDS = [...FIELDS, 'text', 'html'] as const;

export interface AgentRouteDeps {
  readonly faces: Pick<Faces, 'forget'>;
  readonly renderer: MailRenderer;
  readonly sendSystemMail: SendSystemMail;
  readonly publicUrl: string;
}

/** Settings → Users: who may log in, with which right. Only administrators get here: nobody else can give anything away. */
export function agentRoutes(deps: AgentRouteDeps): readonly Route[] {
  const edit = async (ctx: PageContext, id: AgentId, errors: Record<string, string> = {}): Promise<void> => {
    const agent = await existingAgent(ctx.scope, id);
    const entered = typed(ctx, ...FIELDS.filter((name) => name in ctx.form));
    const ticked = ctx.method === 'POST' && 'firstName' in ctx.form ? ctx.form['permissions'] : agent.permissions;
    const open = (await readCounters(ctx.scope)).openByAssignee.get(id) ?? 0;
    const teams = (await listTeams(ctx.scope))
      .filter(({ memberIds }) => memberIds.includes(id))
      .map((team) => ({ id: team.id, name: team.name }));
    const rules = await rulesNaming(ctx.scope, { agentId: id });
    const keys = await keyNamesOf(ctx.scope, id);
    const view = { ...editView(agent, entered, errors, ctx.agent.id), permissions: permissionChoices(ticked), open, teams, rules, keys };
    ctx.page('agents/edit', view, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const list = async (ctx: PageContext, errors: Record<string, string> = {}): Promise<void> => {
    const agents = (await listAgents(ctx.scope)).map((agent) => agentRow(agent, ctx.agent.id));
    const isTyped = Object.keys(errors).length > 0;
    const value = isTyped ? (typed(ctx, 'limit')['limit'] ?? '') : String((await readLimit(ctx.scope)) ?? '');
    const working = agents.filter(({ state }) => state !== 'disabled').length;
    ctx.page('agents/list', { agents, working, limit: { value, ...LIMIT }, errors }, isTyped ? 422 : 200);
  };
  const limit = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        await changeLimit(ctx.scope, readForm(LIMITED, ctx.form).limit);
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/agents');
      },
      (errors) => list(ctx, errors),
    );

  /** The form of a new user, empty or as it was typed. */
  const blank = async (ctx: PageContext, values: Readonly<Record<string, string>>, errors: Record<string, string> = {}): Promise<void> => {
    const ticked = new Set([ctx.form['folderIds'] ?? []].flat().map(String));
    const folders = folderChoices(ctx.t, await listSharedFolders(ctx.scope)).map((one) => ({
      ...one,
      isTicked: ticked.has(String(one.value)),
    }));
    ctx.page(
      'agents/new',
      {
        ...newView(values, errors),
        folders,
        permissions: permissionChoices(ctx.form['permissions']),
        variables: variableViews(ctx.t, await ownVariables(ctx.scope), FOOTER_VARIABLES),
      },
      Object.keys(errors).length > 0 ? 422 : 200,
    );
  };

  /** Mails the invitation, or, when no channel can send, shows the link to hand over. */
  const invite = async (ctx: PageContext, id: AgentId): Promise<void> => {
    const agent = await existingAgent(ctx.scope, id);
    if (agent.status !== 'active')
      throw new ConflictError('agent_disabled', 'A disabled agent cannot be invited', 'Enable the agent first.');
    const kind = agent.hasPassword ? 'reset' : 'invitation';
    const link = await makePasswordLink(ctx.scope, id, kind, deps.publicUrl);
    const { companyName } = await readGeneral(ctx.scope);
    const isMailed = await deps.sendSystemMail(passwordMail(deps.renderer, { kind, agent, link, companyName })).catch(() => false);
    ctx.page('agents/invited', { name: nameOf(agent), email: agent.email, link: isMailed ? null : link, kind });
  };

  const create = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const form = readForm(NEW, ctx.form);
        if (form.folders === 'chosen' && form.folderIds.length === 0) throw new InvalidError({ folders: 'agents.problem.folders' });
        const folderIds = form.folders === 'all' ? null : form.folderIds;
        const password = form.access === 'password' ? form.password : null;
        const id = await createAgent(ctx.scope, { ...form, folderIds, password }, async (tx, agentId) => {
          if (form.text !== '' || form.html !== '') await saveFooter(tx, { agentId }, form);
        });
        if (form.access === 'invitation') return invite(ctx, id);
        ctx.toast(ctx.t('agents.added', { name: nameOf(form) }));
        ctx.seeOther('/agents');
      },
      (errors) => blank(ctx, typed(ctx, ...NEW_FIELDS), errors),
    );

  const change = (ctx: PageContext, work: (id: AgentId) => Promise<void>): Promise<void> => {
    const id = idParam(ctx, 'agents');
    return orRedraw(
      ctx,
      async () => {
        await work(id);
        ctx.toast(ctx.t('common.saved'));
        ctx.seeOther('/agents');
      },
      (errors) => edit(ctx, id, errors),
    );
  };

  const save = (ctx: PageContext): Promise<void> =>
    change(ctx, async (id) => {
      const isOwn = id === ctx.agent.id;
      const own = isOwn ? { email: ctx.agent.email, role: ctx.agent.role } : {};
      const { permissions, ...edit } = readForm(EDIT, { ...ctx.form, ...own });
      await editAgent(ctx.scope, id, isOwn ? edit : { ...edit, permissions });
    });

  return [
    {
      method: 'GET',
      path: '/agents',
      may: 'administrator',
      handle: (ctx) => list(ctx),
    },
    { method: 'POST', path: '/agents/limit', may: 'administrator', handle: limit },
    {
      method: 'GET',
      path: '/agents/new',
      may: 'administrator',
      handle: (ctx) => blank(ctx, { language: ctx.language }),
    },
    { method: 'POST', path: '/agents', may: 'administrator', handle: create },
    { method: 'GET', path: '/agents/:id', may: 'administrator', handle: (ctx) => edit(ctx, idParam(ctx, 'agents')) },
    { method: 'POST', path: '/agents/:id', may: 'administrator', handle: save },
    {
      method: 'POST',
      path: '/agents/:id/password',
      may: 'administrator',
      handle: (ctx) => change(ctx, (id) => setPassword(ctx.scope, id, readForm(PASSWORD, ctx.form).password)),
    },
    {
      method: 'POST',
      path: '/agents/:id/status',
      may: 'administrator',
      handle: (ctx) => change(ctx, (id) => changeAgentStatus(ctx.scope, id, readForm(STATUS, ctx.form).status)),
    },
    {
      method: 'POST',
      path: '/agents/:id/picture/removal',
      may: 'administrator',
      handle: (ctx) =>
        change(ctx, async (id) => {
          await removePicture(ctx.scope, { kind: 'agent', id });
          deps.faces.forget();
        }),
    },
    { method: 'POST', path: '/agents/:id/invitation', may: 'administrator', handle: (ctx) => invite(ctx, idParam(ctx, 'agents')) },
  ];
}

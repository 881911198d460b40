import { z } from 'zod';
import { MACRO, orNothing } from '../canned-responses/actions.ts';
import { listCanned, usableCanned } from '../canned-responses/list.ts';
import { changeCanned, createCanned, ownedCanned, removeCanned } from '../canned-responses/save.ts';
import { expectKeptTeam } from '../canned-responses/team.ts';
import type { CannedResponse } from '../canned-responses/types.ts';
import type { Scope } from '../db/scope.ts';
import type { CurrentAgent } from '../http/context.ts';
import { ForbiddenError, InvalidError } from '../lib/errors.ts';
import type { AgentId, CannedResponseId, TeamId } from '../lib/ids.ts';
import { expectKnown, macroNames } from '../macros/names.ts';
import { type Endpoint, endpoint, forbiddenWithout } from './endpoint.ts';
import { id, idNumber, instant, named, pageOf, paging } from './schemas.ts';

const macro = named(
  'MacroActions',
  z.strictObject({
    labelIds: z.array(id),
    assignee: z
      .union([z.literal('me'), id])
      .nullable()
      .describe('`me` = whoever sends it.'),
    teamId: id.nullable().describe('Given to a team; then `assignee` is null.'),
    close: z.boolean(),
    snoozeDays: z.int().nullable(),
    folderId: id.nullable(),
  }),
);
const cannedResponse = named(
  'CannedResponse',
  z.strictObject({
    id,
    scope: z.enum(['company', 'own']),
    teamId: id.nullable().describe("Of the company's: only for the members of this team."),
    name: z.string(),
    folder: z.string().describe('Empty = in none.'),
    channel: z.string().nullable().describe('Only for this channel; null = for any.'),
    subject: z.string().describe('Of a new message. Liquid.'),
    text: z.string().describe('Liquid: {{ contact.name }} and the others of the list in the settings.'),
    html: z.string().nullable().describe('Liquid; null when it was written as plain text.'),
    actions: macro.nullable().describe('What is done beside sending an answer with it; null = nothing.'),
    attachments: z.array(z.strictObject({ id, filename: z.string(), contentType: z.string(), bytes: z.int().nonnegative() })),
    usedCount: z.int().nonnegative(),
    lastUsedAt: instant.nullable(),
    updatedAt: instant,
  }),
);
const removed = named('RemovedCannedResponse', z.strictObject({ id }));

const fields = {
  name: z.string().max(500),
  folder: z.string().max(200),
  channel: z.string().max(60).nullable(),
  subject: z.string().max(1_000),
  text: z.string().max(200_000),
  html: z.string().max(200_000).nullable().describe('Sanitised before it is stored; the text is made from it.'),
  actions: MACRO.nullable(),
  teamId: idNumber
    .nullable()
    .describe('Only for the members of this team, of which the agent of the key must be one, or an administrator; with "company" only.'),
};
const newCanned = z.strictObject({
  scope: z.enum(['company', 'own']).default('own').describe('"company" needs the permission "templates".'),
  ...{ name: fields.name, text: fields.text.default(''), html: fields.html.default(null) },
  ...{
    folder: fields.folder.default(''),
    channel: fields.channel.default(null),
    subject: fields.subject.default(''),
    actions: fields.actions.default(null),
    teamId: fields.teamId.default(null),
  },
});
const changes = z.strictObject(fields).partial();

const view = (one: CannedResponse): z.input<typeof cannedResponse> => {
  const { ownerId, attachments, lastUsedAt, updatedAt, ...rest } = one;
  return {
    ...rest,
    scope: ownerId === null ? 'company' : 'own',
    actions: one.actions && { ...one.actions, labelIds: [...one.actions.labelIds] },
    attachments: attachments.map(({ sha256: _, ...file }) => file),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
  };
};

/** Templates of the company and of the key's agent; those of the company need a permission to change. */
export function cannedResponseEndpoints(): readonly Endpoint[] {
  const errors = { 403: `It belongs to the company and ${forbiddenWithout('templates')}` };
  return [
    endpoint({
      method: 'GET',
      path: '/canned-responses',
      summary: 'Templates that the agent of the key can use, by name',
      query: z.strictObject({ q: z.string().max(200).default('').describe('Words of name, folder or text.'), ...paging }),
      response: pageOf('CannedResponsePage', cannedResponse),
      handle: async ({ scope, agent, query }) => {
        const { items, next } = await listCanned(scope, { company: true, teamsOf: agent.id, agentId: agent.id }, query);
        return { items: items.map(view), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/canned-responses',
      summary: 'Add a template',
      body: newCanned,
      response: cannedResponse,
      status: 201,
      errors: { ...errors, 409: '`too_many_canned_responses`' },
      handle: async ({ scope, agent, body: { scope: whose, ...input } }) => {
        if (input.actions) expectKnown(input.actions, await macroNames(scope, ''));
        const owner = ownerFor(agent, whose === 'company');
        await expectTeam(scope, agent, owner, input.teamId);
        return view(await ownedCanned(scope, owner, await createCanned(scope, owner, input)));
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/canned-responses/:id',
      summary: 'Change a template',
      description: 'What is left out stays. A new text without HTML makes it a plain one.',
      body: changes,
      response: cannedResponse,
      errors,
      handle: async ({ scope, agent, id: given, body }) => {
        const before = await reached(scope, agent, given);
        const { name = before.name, folder = before.folder, subject = before.subject, channel = before.channel } = body;
        const { text = before.text, html = body.text === undefined ? before.html : null } = body;
        const actions = body.actions === undefined ? {} : { actions: body.actions && orNothing(body.actions) };
        if (body.actions) expectKnown(body.actions, await macroNames(scope, ''));
        const owner = ownerFor(agent, before.ownerId === null);
        const { teamId = before.teamId } = body;
        await expectTeam(scope, agent, owner, teamId);
        await changeCanned(scope, owner, before.id, { name, folder, subject, channel, text, html, teamId, ...actions });
        return view(await ownedCanned(scope, owner, before.id));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/canned-responses/:id',
      summary: 'Delete a template',
      response: removed,
      errors,
      handle: async ({ scope, agent, id: given }) => {
        const { id: found, ownerId } = await reached(scope, agent, given);
        await removeCanned(scope, ownerFor(agent, ownerId === null), found);
        return { id: found };
      },
    }),
  ];
}

/** One that he can use; an administrator also those of teams that he is not in. Raises not_found. */
async function reached(scope: Scope, agent: CurrentAgent, id: CannedResponseId): Promise<CannedResponse> {
  if (agent.role !== 'administrator') return usableCanned(scope, agent.id, id);
  return ownedCanned(scope, null, id).catch(() => ownedCanned(scope, agent.id, id));
}

async function expectTeam(scope: Scope, agent: CurrentAgent, owner: AgentId | null, teamId: TeamId | null): Promise<void> {
  if (teamId !== null && owner !== null) throw new InvalidError({ teamId: 'goes with scope "company"' });
  await expectKeptTeam(scope, agent, teamId);
}

/** Whose it becomes or is; null = the company's. Raises forbidden. */
function ownerFor(agent: CurrentAgent, isCompany: boolean): AgentId | null {
  if (!isCompany) return agent.id;
  if (!agent.permissions.includes('templates')) throw new ForbiddenError();
  return null;
}

import { z } from 'zod';
import { MACRO, orNothing } from '../canned-responses/actions.ts';
import { listCanned, usableCanned } from '../canned-responses/list.ts';
import { changeCanned, createCanned, removeCanned } from '../canned-responses/save.ts';
import type { CannedResponse } from '../canned-responses/types.ts';
import type { CurrentAgent } from '../http/context.ts';
import { ForbiddenError } from '../lib/errors.ts';
import type { AgentId } from '../lib/ids.ts';
import { expectKnown, macroNames } from '../macros/names.ts';
import { type Endpoint, endpoint, forbiddenWithout } from './endpoint.ts';
import { id, instant, named, pageOf, paging } from './schemas.ts';

const macro = named(
  'MacroActions',
  z.strictObject({
    labelIds: z.array(id),
    assignee: z
      .union([z.literal('me'), id])
      .nullable()
      .describe('`me` = whoever sends it.'),
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
};
const newCanned = z.strictObject({
  scope: z.enum(['company', 'own']).default('own').describe('"company" needs the permission "templates".'),
  ...{ name: fields.name, text: fields.text.default(''), html: fields.html.default(null) },
  ...{
    folder: fields.folder.default(''),
    channel: fields.channel.default(null),
    subject: fields.subject.default(''),
    actions: fields.actions.default(null),
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
        const { items, next } = await listCanned(scope, { company: true, agentId: agent.id }, query);
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
        const made = await createCanned(scope, ownerFor(agent, whose === 'company'), input);
        return view(await usableCanned(scope, agent.id, made));
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
        const before = await usableCanned(scope, agent.id, given);
        const { name = before.name, folder = before.folder, subject = before.subject, channel = before.channel } = body;
        const { text = before.text, html = body.text === undefined ? before.html : null } = body;
        const actions = body.actions === undefined ? {} : { actions: body.actions && orNothing(body.actions) };
        if (body.actions) expectKnown(body.actions, await macroNames(scope, ''));
        const input = { name, folder, subject, channel, text, html, ...actions };
        await changeCanned(scope, ownerFor(agent, before.ownerId === null), before.id, input);
        return view(await usableCanned(scope, agent.id, before.id));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/canned-responses/:id',
      summary: 'Delete a template',
      response: removed,
      errors,
      handle: async ({ scope, agent, id: given }) => {
        const { id: found, ownerId } = await usableCanned(scope, agent.id, given);
        await removeCanned(scope, ownerFor(agent, ownerId === null), found);
        return { id: found };
      },
    }),
  ];
}

/** Whose it becomes or is; null = the company's. Raises forbidden. */
function ownerFor(agent: CurrentAgent, isCompany: boolean): AgentId | null {
  if (!isCompany) return agent.id;
  if (!agent.permissions.includes('templates')) throw new ForbiddenError();
  return null;
}

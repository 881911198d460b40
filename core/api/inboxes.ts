import { z } from 'zod';
import { foldersFor } from '../folders/allow.ts';
import { TOP_FOLDER } from '../folders/types.ts';
import type { Translate } from '../http/context.ts';
import { createInbox, type InboxDeps, placeInbox } from '../inboxes/change.ts';
import { settingsWithDefaults } from '../inboxes/settings.ts';
import { INBOX_STATUSES, type InboxRecord } from '../inboxes/types.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import type { FolderId } from '../lib/ids.ts';
import { CheckFailedError } from '../plugins/check-failed.ts';
import type { Plugins } from '../plugins/host.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageInMemory } from './paging.ts';
import { id, idNumber, instant, named, pageOf, paging } from './schemas.ts';

const fetching = named(
  'Fetching',
  z.strictObject({
    state: z.enum(['starting', 'filling', 'current', 'failing']).describe('`filling`: what was there before is still being fetched.'),
    lastSuccessAt: instant.nullable().describe('When everything there was last known to be here.'),
    failingSince: instant.nullable(),
    problem: z.string().nullable().describe('Of the last failure, in English.'),
    fetched: z.number().int().nonnegative(),
    total: z.number().int().nonnegative().nullable().describe('How many were to be fetched; null = not known yet.'),
  }),
);

export const inbox = named(
  'Inbox',
  z.strictObject({
    id,
    channel: z.string().describe('Name of the plugin, such as "email".'),
    name: z.string(),
    address: z.string(),
    status: z.enum(INBOX_STATUSES),
    ownerId: id.nullable().describe("Whose personal mailbox it is; null = the company's. Of those of others only administrators know."),
    folderId: id.nullable().describe('Where its conversations begin; null when the agent of the key does not see that folder.'),
    canSend: z.boolean().describe('Its settings say how to send.'),
    fetching: fetching.nullable().describe('How a connected mailbox does; null when it is paused, or nothing is fetched.'),
    createdAt: instant,
  }),
);

const newInbox = z.strictObject({
  channel: z.string().max(60).describe('Name of a plugin, such as "email".'),
  name: z.string().max(120),
  address: z.string().max(255),
  folderId: idNumber.optional().describe('Absent = the folder that always exists.'),
  relay: z.string().max(1000).optional().describe('Short for `settings.relayUrl`: smtp://user:password@host:587.'),
  settings: z.record(z.string().max(60), z.union([z.string().max(4000), z.boolean(), z.number()])).optional(),
});

/** List and create inboxes. Creating connects for real and needs a key of an administrator. */
export function inboxEndpoints(deps: InboxDeps & { readonly plugins: Pick<Plugins, 'running'> }, t: Translate): readonly Endpoint[] {
  const fetchingOf = ({ id, channel }: InboxRecord): z.input<typeof fetching> | null => {
    const health = deps.plugins.running(channel)?.inboxHealth?.(id);
    if (!health) return null;
    const { state, lastSuccessAt, failingSince, problem, fetched, total } = health;
    return {
      ...{ state, fetched, total },
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
      failingSince: failingSince?.toISOString() ?? null,
      problem: problem && t(`plugin.${channel}.problems.${problem}`),
    };
  };

  const view = (record: InboxRecord, seen: ReadonlySet<number>): z.input<typeof inbox> => {
    const plugin = deps.plugins.channel(record.channel);
    const typed = deps.directory.typed(record.id);
    const { id, channel, name, address, ownerId = null, status, createdAt } = record;
    const place = record.folderId ?? TOP_FOLDER;
    const canSend = plugin !== null && typed !== null && plugin.canSend(typed.settings);
    const folderId = seen.has(place) ? place : null;
    return {
      id,
      channel,
      name,
      address,
      ownerId,
      status,
      folderId,
      canSend,
      fetching: fetchingOf(record),
      createdAt: createdAt.toISOString(),
    };
  };
  return [
    endpoint({
      method: 'GET',
      path: '/inboxes',
      summary: 'All inboxes',
      query: z.strictObject(paging),
      response: pageOf('InboxPage', inbox),
      handle: async ({ scope, agent, query }) => {
        const known = agent.role === 'administrator' ? deps.directory.all() : deps.directory.openTo(agent.id);
        const { items, next } = pageInMemory(known, query.limit, query.cursor);
        const seen = await seenBy(scope);
        return { items: items.map((one) => view(one, seen)), next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/inboxes',
      needs: 'administrator',
      summary: 'Create an inbox',
      description: 'The connection is tried first; nothing is stored when it fails. Settings that are left out have their defaults.',
      body: newInbox,
      response: inbox,
      status: 201,
      errors: {
        409: '`address_taken`',
        422: '`invalid`, or `check_failed`: the connection was tried and failed',
      },
      handle: async ({ scope, body }) => {
        return view(await create(deps, t, scope, body), await seenBy(scope));
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/inboxes/:id',
      needs: 'administrator',
      summary: 'Say in which folder the conversations of an inbox begin',
      description: 'Conversations that are there stay where they are. A personal mailbox keeps its own folder.',
      body: z.strictObject({ folderId: idNumber }),
      response: inbox,
      handle: async ({ scope, id: given, body: { folderId } }) =>
        view(await placeInbox(scope, deps, given, folderId as FolderId), await seenBy(scope)),
    }),
  ];
}

/** The folders that the agent of the key sees. */
const seenBy = async (scope: Scope): Promise<ReadonlySet<number>> => new Set((await foldersFor(scope, 'see')).map(({ id }) => id));

type Scope = Parameters<typeof createInbox>[0];

async function create(deps: InboxDeps, t: Translate, scope: Scope, body: z.output<typeof newInbox>): Promise<InboxRecord> {
  const { channel, name, address, folderId } = body;
  const plugin = deps.plugins.channel(channel);
  if (!plugin) throw new InvalidError({ channel: 'there is no such channel' });
  const given = { ...body.settings, ...(body.relay === undefined ? {} : { relayUrl: body.relay }) };
  const known = new Set(plugin.manifest.settings.map((field) => field.key));
  const strange = Object.keys(given).filter((key) => !known.has(key));
  if (strange.length > 0) throw new InvalidError(Object.fromEntries(strange.map((key) => [`settings.${key}`, 'is not known here'])));
  try {
    return await createInbox(scope, deps, channel, {
      name,
      address,
      settings: settingsWithDefaults(plugin, given),
      folderId: folderId as FolderId | undefined,
    });
  } catch (error) {
    if (error instanceof InvalidError) throw new InvalidError(underSettings(error, channel, known));
    if (error instanceof CheckFailedError) throw explained(error, t);
    throw error;
  }
}

/** Names of a plugin's own settings as they stand in the body, its words as keys of its locales. */
const underSettings = (error: InvalidError, channel: string, settings: ReadonlySet<string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(error.fields).map(([name, problem]) =>
      settings.has(name) ? [`settings.${name}`, `plugin.${channel}.problems.${problem}`] : [name, problem],
    ),
  );

function explained({ plugin: channel, result, code, status, help }: CheckFailedError, t: Translate): AppError {
  const words = [t(`plugin.${channel}.problems.${result.problem}`), result.detail].filter(Boolean).join(' ');
  const setting = result.field === null ? '' : ` Setting: ${result.field}.`;
  return new AppError(code, status, `The connection was tried and failed. ${words}${setting}`, help === null ? {} : { help });
}

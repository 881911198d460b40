import { z } from 'zod';
import { comparedView, compareNow } from '../inboxes/connecting/compared.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { InboxRecord } from '../inboxes/types.ts';
import { AppError, NotFoundError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Plugins } from '../plugins/host.ts';
import { type Call, type Endpoint, endpoint } from './endpoint.ts';
import { id, instant, named } from './schemas.ts';

const count = z.int().nonnegative();
const comparison = named(
  'Comparison',
  z.strictObject({
    inboxId: id,
    at: instant.nullable().describe('Of the last one; null = there was none.'),
    isRunning: z.boolean().describe('One that was just asked for takes longer; the figures are those of the one before.'),
    folders: z.array(
      z.strictObject({
        path: z.string().describe('At the provider.'),
        server: count.describe('Messages there that were to be fetched.'),
        here: count.describe('Of these, how many are here.'),
        fetched: count.describe('Missed before, and fetched by the comparison.'),
        gone: count.describe('Here, and no longer there.'),
        missing: z
          .array(z.strictObject({ subject: z.string(), from: z.string(), at: instant.nullable() }))
          .describe('The first of those missed.'),
      }),
    ),
  }),
);

interface Deps {
  readonly plugins: Pick<Plugins, 'running'>;
  readonly directory: Pick<InboxDirectory, 'record'>;
}

/** Account and inbox, message by message: for administrators, and of a personal mailbox for its owner alone. */
export function comparisonEndpoints(deps: Deps, log: Log): readonly Endpoint[] {
  const inboxOf = ({ id: given, agent }: Pick<Call<unknown, unknown>, 'id' | 'agent'>): InboxRecord => {
    const record = deps.directory.record(given);
    const isHis = record?.ownerId ? record.ownerId === agent.id : agent.role === 'administrator';
    if (!record || !isHis || !deps.plugins.running(record.channel)?.compared) throw new NotFoundError('Connected mailbox');
    return record;
  };

  const view = async (record: InboxRecord, isRunning: boolean): Promise<z.input<typeof comparison>> => {
    const last = await comparedView(deps, record);
    const folders = (last?.folders ?? []).map(({ path, server, here, fetched, gone, missing }) => ({
      ...{ path, server, here, fetched, gone },
      missing: missing.map((one) => ({ ...one, at: one.at?.toISOString() ?? null })),
    }));
    return { inboxId: record.id, at: last?.at.toISOString() ?? null, isRunning, folders };
  };

  return [
    endpoint({
      method: 'GET',
      path: '/inboxes/:id/comparison',
      summary: 'What the last comparison of a connected mailbox with its account found',
      description: 'For administrators; of a personal mailbox for its owner alone.',
      response: comparison,
      handle: (call) => view(inboxOf(call), false),
    }),
    endpoint({
      method: 'POST',
      path: '/inboxes/:id/comparison',
      summary: 'Compare a connected mailbox with its account now',
      description: 'What is missing is fetched at once. The answer comes after 15 seconds at the latest.',
      response: comparison,
      errors: { 502: '`not_compared`: the account could not be read' },
      handle: async (call) => {
        const record = inboxOf(call);
        const result = await compareNow(deps, record, log);
        if (result === 'failed')
          throw new AppError('not_compared', 502, 'The account could not be read.', {
            help: 'GET /inboxes says under `fetching` what is wrong with it.',
          });
        return view(record, result === 'going');
      },
    }),
  ];
}

import { z } from 'zod';
import { isDay } from '../lib/day.ts';
import { clockOf } from '../statistics/clock.ts';
import { readPeriod } from '../statistics/period.ts';
import { DIMENSIONS, readTable, type Wanted } from '../statistics/report.ts';
import { readWorkingHours } from '../working-hours/save.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { idText, named } from './schemas.ts';

const count = z.int().nonnegative();
const spread = named(
  'Spread',
  z.strictObject({
    median: z.number().nullable().describe('Half were no longer than so many working seconds; null = there were none.'),
    p90: z.number().nullable().describe('Nine of ten were no longer.'),
  }),
);
const figures = {
  received: count.describe('Messages of customers.'),
  opened: count.describe('Conversations that a customer began.'),
  reads: count.describe('Conversations that were unread or waited, and that somebody opened, once a day for each person.'),
  sent: count.describe('Messages that agents wrote.'),
  answers: count.describe('Those that ended a wait of a customer.'),
  onTime: count.describe('Those of them within the target.'),
  closed: count,
  first: spread.describe('To the first answer in a conversation.'),
  answer: spread.describe('To any answer.'),
  resolution: spread.describe('To the end of conversations.'),
};
const line = named(
  'StatisticsLine',
  z.strictObject({ of: z.string().describe('A day, or the id of the agent, inbox, folder or label.'), ...figures }),
);
const statistics = named(
  'Statistics',
  z.strictObject({ from: z.iso.date(), until: z.iso.date(), totals: z.strictObject(figures), items: z.array(line) }),
);
const day = z.string().refine(isDay, 'must be a day such as 2026-11-26').optional();

/** What the agent of the key may see of the figures of a period. */
export function statisticsEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/statistics',
      summary: 'Figures of a period: what came, who read and answered, how fast',
      description:
        'At most 366 days. An agent gets his own and those of folders that he manages; with the permission "statistics" those of folders that he sees; administrators get all.',
      query: z.strictObject({
        from: day.describe('First day; 30 days in all unless told.'),
        until: day.describe('Last day; today unless told.'),
        by: z
          .enum(['day', ...DIMENSIONS])
          .default('day')
          .describe('What the items are; `day` unless told.'),
        inbox: idText.optional(),
        folder: idText.optional(),
        label: idText.optional(),
        agent: idText.optional(),
      }),
      response: statistics,
      handle: async ({ scope, query: { by, inbox, folder, label, agent, ...asked } }) => {
        const { timeZone } = await readWorkingHours(scope);
        const period = readPeriod(asked.from ?? '', asked.until ?? '', clockOf(timeZone)(scope.now()).day);
        const wanted: Wanted = {
          ...period,
          inboxId: inbox ?? null,
          folderId: folder ?? null,
          labelId: label ?? null,
          agentId: agent ?? null,
        };
        const { totals, items } = await readTable(scope, wanted, by);
        return { ...period, totals, items: [...items] };
      },
    }),
  ];
}

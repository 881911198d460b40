import { z } from 'zod';
import { auditPeriod, listAudit } from '../audit/list.ts';
import { AREA_NAMES } from '../audit/types.ts';
import { isDay } from '../lib/day.ts';
import { decodeCursor } from '../lib/page.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { badCursor } from './paging.ts';
import { idText, instant, named, pageOf, paging } from './schemas.ts';

const entry = named(
  'AuditEntry',
  z.strictObject({
    seq: z.int().positive().describe('Place in the chain; without gaps.'),
    at: instant,
    area: z.enum(AREA_NAMES),
    act: z.string().describe('What was done: `settings.changed`, `session.started` and so on.'),
    agentId: z.int().nonnegative().describe('Who did it; 0 = no person.'),
    origin: z.string().describe('`agent`, or which part of the machine it was.'),
    data: z.string().describe('JSON: ids and names of settings.'),
    hash: z.string().describe('SHA-256 over a JSON array of all before, in this order, and of the hash before it.'),
  }),
);
const day = z.string().refine(isDay, 'must be a day such as 2026-11-26').optional();

/** Who did what and when; for keys of administrators. */
export function auditEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/audit',
      needs: 'audit',
      summary: 'Who did what and when, newest first',
      query: z.strictObject({
        agent: idText.optional(),
        area: z.enum(AREA_NAMES).optional(),
        from: day,
        until: day.describe('The last day.'),
        ...paging,
      }),
      response: pageOf('AuditPage', entry),
      handle: async ({ scope, query: { agent: who, area, from, until, cursor, limit } }) => {
        if (cursor !== undefined && decodeCursor(cursor, 1) === null) throw badCursor();
        const period = await auditPeriod(scope, from ?? '', until ?? '');
        const { items, next } = await listAudit(scope, { agentId: who ?? null, area: area ?? null, ...period }, cursor ?? null, limit);
        return { items: [...items], next };
      },
    }),
  ];
}

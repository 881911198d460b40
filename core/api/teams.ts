import { z } from 'zod';
import { type Scope, transact } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { TeamId } from '../lib/ids.ts';
import { addTeam, changeTeam, orderTeam } from '../teams/edit.ts';
import { listTeams } from '../teams/list.ts';
import { removeTeam } from '../teams/remove.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { pageInMemory } from './paging.ts';
import { id, idNumber, idText, named, pageOf, paging } from './schemas.ts';

const name = z.string().max(500).describe('1 to 60 characters; no two differ only in case.');
const memberIds = z.array(idNumber).max(1_000).describe('Agents in the team: all of them.');
const position = z.int().min(1).max(10_000).describe('1 = the first.');
const team = named('Team', z.strictObject({ id, name: z.string(), memberIds: z.array(id), position }));
const removed = named('RemovedTeam', z.strictObject({ id, name: z.string() }));

const all = async (scope: Scope): Promise<readonly z.input<typeof team>[]> =>
  (await listTeams(scope)).map(({ id, name, memberIds }, at) => ({ id, name, memberIds: [...memberIds], position: at + 1 }));

async function answer(scope: Scope, teamId: TeamId): Promise<z.input<typeof team>> {
  const found = (await all(scope)).find((one) => one.id === teamId);
  if (!found) throw new NotFoundError('The team');
  return found;
}

/** Teams; changing them needs a key of an administrator. */
export function teamEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/teams',
      summary: 'All teams, each with its members',
      query: z.strictObject(paging),
      response: pageOf('TeamPage', team),
      handle: async ({ scope, query }) => {
        const { items, next } = pageInMemory(await all(scope), query.limit, query.cursor);
        return { items: [...items], next };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/teams',
      needs: 'administrator',
      summary: 'Add a team, as the last one',
      body: z.strictObject({ name, memberIds: memberIds.optional() }),
      response: team,
      status: 201,
      errors: { 409: '`too_many_teams`' },
      handle: async ({ scope, body }) => {
        return answer(scope, (await addTeam(scope, body.name, body.memberIds)).id);
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/teams/:id',
      needs: 'administrator',
      summary: 'Rename a team, say who is in it, or move it among the others',
      body: z.strictObject({
        name: name.optional(),
        memberIds: memberIds.optional(),
        position: position.optional(),
      }),
      response: team,
      handle: async ({ scope, id: teamId, body: { position, ...changes } }) => {
        await transact(scope, async (tx) => {
          await changeTeam(tx, teamId, changes);
          if (position !== undefined) await orderTeam(tx, teamId, position);
        });
        return answer(scope, teamId);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/teams/:id',
      needs: 'administrator',
      summary: 'Remove a team; the people in it see what they see without it',
      query: z.strictObject({
        into: idText
          .optional()
          .describe(
            'Team that gets its conversations and stands in its place in rules, templates and saved views; absent = no team, and rules that give to this one are left out until they are changed.',
          ),
      }),
      response: removed,
      handle: async ({ scope, id: teamId, query }) => {
        return { id: teamId, name: await removeTeam(scope, teamId, query.into ?? null) };
      },
    }),
  ];
}

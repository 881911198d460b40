import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { templatesInstead } from '../canned-responses/instead.ts';
import { passOn } from '../conversations/assign.ts';
import { conversationsOfTeam } from '../conversations/in-folder.ts';
import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { refreshAccess } from '../folders/access.ts';
import { enqueue } from '../jobs/store.ts';
import type { JobHandler } from '../jobs/worker.ts';
import { InvalidError } from '../lib/errors.ts';
import { parseId, type TeamId } from '../lib/ids.ts';
import { rulesInstead } from '../rules/instead.ts';
import { viewsInstead } from '../saved-views/instead.ts';
import { findTeam, listTeams } from './list.ts';
import { retireTeam } from './store.ts';

export const RELEASE_TEAM_JOB = 'team_release';

const DATA = z.object({ teamId: z.int(), intoId: z.int().nullable() });
const BATCH = 50;
/** Between batches the database belongs to those who work. */
const PAUSE_MS = 10;

/**
 * Removes a team: whoever was in it sees at once what he sees without it. What it had goes, one by one in a job, to the team `intoId`, or
 * is no team's any more; who has a conversation himself keeps it. Rules, templates and saved views that name it name `intoId`; without one,
 * such rules are left out until somebody changes them. Answers its name. Raises not_found, or invalid for `intoId`.
 */
export async function removeTeam(scope: Scope | WriteScope, id: TeamId, intoId: TeamId | null = null): Promise<string> {
  return transact(scope, async (tx) => {
    const { name, memberIds } = await findTeam(tx, id);
    if (intoId !== null && (intoId === id || !(await listTeams(tx)).some((team) => team.id === intoId)))
      throw new InvalidError({ into: 'teams.problem.into' });
    await retireTeam(tx, id);
    if (intoId !== null) for (const follow of [rulesInstead, templatesInstead, viewsInstead]) await follow(tx, { team: [id, intoId] });
    await refreshAccess(tx, memberIds);
    if (memberIds.length > 0) tx.emit({ type: 'team_members.changed', data: { teamId: id, agentIds: memberIds } });
    tx.emit({ type: 'team.removed', data: { teamId: id } });
    await enqueue(tx, [{ kind: RELEASE_TEAM_JOB, data: { teamId: id, intoId } }]);
    return name;
  });
}

/** Hands on what a team had that is gone. */
export function releaseTeamHandler(): JobHandler {
  return async (scope, job, signal) => {
    const data = DATA.parse(job.data);
    const [teamId, intoId] = [parseId<'teams'>(data.teamId), parseId<'teams'>(data.intoId)];
    if (teamId === null) return;
    while (await releaseSome(scope, teamId, intoId)) {
      if (signal.aborted) return transact(scope, (tx) => enqueue(tx, [{ kind: RELEASE_TEAM_JOB, data: { teamId, intoId } }]));
      await wait(PAUSE_MS);
    }
  };
}

/** False when nothing is left to do. */
const releaseSome = (scope: Scope, teamId: TeamId, intoId: TeamId | null): Promise<boolean> =>
  transact(scope, async (tx) => {
    const ids = await conversationsOfTeam(tx, teamId, BATCH);
    for (const id of ids) await passOn(tx, id, intoId);
    return ids.length > 0;
  });

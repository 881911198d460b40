import { z } from 'zod';
import { existingAgent } from '../agents/edit-agent.ts';
import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import { readCounters } from '../conversations/counters.ts';
import { transact } from '../db/scope.ts';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typedText } from '../http/params.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import { type AgentId, type FolderId, parseId, type TeamId } from '../lib/ids.ts';
import { findTeam, listTeams } from '../teams/list.ts';
import { addFolder, changeFolder, orderFolder } from './edit.ts';
import { findSharedFolder, listSharedFolders } from './list.ts';
import { removeFolder } from './remove.ts';
import { type Grant, grant, standings } from './rights.ts';
import { givenByTeams, grantTeams, teamStandings } from './team-rights.ts';
import { familyOf } from './tree.ts';
import { TOP_FOLDER } from './types.ts';
import { agentLines, folderChoices, folderLines, folderName, foldersOfTeam, SAYABLE, teamLines, treeView } from './view.ts';

const place = z
  .string()
  .default('')
  .transform((text) => parseId<'folders'>(text));
const POSTED = z.object({ name: z.string().max(500), parentId: place });
const MOVED = z.object({ position: z.coerce.number().int().min(1).max(10_000) });
const REMOVED = z.object({ into: place });
const LEVEL = z.enum(['', ...SAYABLE]).transform((level) => (level === '' ? null : level));

/** Settings → Company → Folders: the tree, and who may do what where. */
export function folderRoutes(): readonly Route[] {
  const list = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const folders = await listSharedFolders(ctx.scope);
    const { openByFolder } = await readCounters(ctx.scope);
    const typed = { name: typedText(ctx, 'name').slice(0, 200), parentId: parseId<'folders'>(typedText(ctx, 'parentId')) ?? TOP_FOLDER };
    const data = { folders: treeView(ctx.t, folders, openByFolder), places: folderChoices(ctx.t, folders), typed, errors };
    ctx.page('folders/list', data, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const folder = await findSharedFolder(ctx.scope, idParam(ctx, 'folders'));
    const folders = await listSharedFolders(ctx.scope);
    const own = new Set<FolderId>(familyOf(folders, folder.id));
    const agents = (await listAgents(ctx.scope)).filter(({ status }) => status === 'active');
    const name = errors['name'] ? typedText(ctx, 'name').slice(0, 200) : folderName(ctx.t, folder);
    const data = {
      folder: { ...folder, name: folderName(ctx.t, folder), isTop: folder.id === TOP_FOLDER, hasOthers: own.size > 1 },
      typed: { name, parentId: folder.parentId },
      places: folderChoices(ctx.t, folders).filter(({ value }) => !own.has(value)),
      lines: [
        ...teamLines(ctx.t, await listTeams(ctx.scope), folder.id, await teamStandings(ctx.scope)),
        ...agentLines(ctx.t, agents, folder.id, await standings(ctx.scope, null), await givenByTeams(ctx.scope)),
      ],
      errors,
    };
    ctx.page('folders/show', data, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const ofAgent = async (ctx: PageContext): Promise<void> => {
    const agent = await existingAgent(ctx.scope, idParam(ctx, 'agents'));
    const given = await givenByTeams(ctx.scope);
    const lines = folderLines(ctx.t, await listSharedFolders(ctx.scope), agent.id, await standings(ctx.scope, [agent.id]), given);
    ctx.page('folders/agent', {
      person: { id: agent.id, name: nameOf(agent) || agent.email, isAdministrator: agent.role === 'administrator' },
      lines,
    });
  };

  const ofTeam = async (ctx: PageContext): Promise<void> => {
    const team = await findTeam(ctx.scope, idParam(ctx, 'teams'));
    ctx.page('folders/team', {
      team,
      lines: foldersOfTeam(ctx.t, await listSharedFolders(ctx.scope), team.id, await teamStandings(ctx.scope)),
    });
  };

  const done = (ctx: PageContext, key: string, name: string, path = '/folders'): void => {
    ctx.toast(ctx.t(`folders.toast.${key}`, { name }));
    ctx.seeOther(path);
  };

  const add = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name, parentId } = readForm(POSTED, ctx.form);
        done(ctx, 'added', (await addFolder(ctx.scope, name, parentId ?? TOP_FOLDER)).name);
      },
      (errors) => list(ctx, errors),
    );

  const change = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { name, parentId } = readForm(POSTED, ctx.form);
        const changed = await changeFolder(ctx.scope, idParam(ctx, 'folders'), { name, parentId: parentId ?? undefined });
        done(ctx, 'changed', changed.name);
      },
      (errors) => show(ctx, errors),
    );

  const order = async (ctx: PageContext): Promise<void> => {
    await orderFolder(ctx.scope, idParam(ctx, 'folders'), MOVED.parse(ctx.form).position);
    ctx.seeOther('/folders');
  };

  const remove = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const folder = await findSharedFolder(ctx.scope, idParam(ctx, 'folders'));
        const isGone = await removeFolder(ctx.scope, folder.id, readForm(REMOVED, ctx.form).into).catch(asField);
        done(ctx, isGone ? 'removed' : 'emptying', folderName(ctx.t, folder));
      },
      (errors) => show(ctx, errors),
    );

  /** The levels of the form, of those about whom something can be said. */
  const said = <T>(ctx: PageContext, of: (id: number) => T, pattern = /^level-(\d+)$/): readonly (T & Pick<Grant, 'level'>)[] =>
    Object.entries(ctx.form).flatMap(([field, value]) => {
      const id = parseId(pattern.exec(field)?.[1]);
      return id === null ? [] : [{ ...of(id), level: LEVEL.parse(value) }];
    });

  const rights = async (ctx: PageContext): Promise<void> => {
    const folder = await findSharedFolder(ctx.scope, idParam(ctx, 'folders'));
    const known = new Set((await listAgents(ctx.scope)).map(({ id }) => id));
    const grants = said(ctx, (id) => ({ agentId: id as AgentId, folderId: folder.id })).filter(({ agentId }) => known.has(agentId));
    const teams = new Set((await listTeams(ctx.scope)).map(({ id }) => id));
    const ofTeams = said(ctx, (id) => ({ teamId: id as TeamId, folderId: folder.id }), /^team-(\d+)$/).filter((one) =>
      teams.has(one.teamId),
    );
    await transact(ctx.scope, async (tx) => {
      await grant(tx, grants);
      await grantTeams(tx, ofTeams);
    });
    done(ctx, 'rights', folderName(ctx.t, folder), `/folders/${folder.id}`);
  };

  const rightsOfAgent = async (ctx: PageContext): Promise<void> => {
    const agent = await existingAgent(ctx.scope, idParam(ctx, 'agents'));
    await grant(
      ctx.scope,
      said(ctx, (id) => ({ agentId: agent.id, folderId: id as FolderId })),
    );
    done(ctx, 'rights', nameOf(agent) || agent.email, `/agents/${agent.id}`);
  };

  const rightsOfTeam = async (ctx: PageContext): Promise<void> => {
    const team = await findTeam(ctx.scope, idParam(ctx, 'teams'));
    await grantTeams(
      ctx.scope,
      said(ctx, (id) => ({ teamId: team.id, folderId: id as FolderId })),
    );
    done(ctx, 'rights', team.name, `/teams/${team.id}`);
  };

  return [
    { method: 'GET', path: '/folders', may: 'administrator', handle: (ctx) => list(ctx) },
    { method: 'POST', path: '/folders', may: 'administrator', handle: add },
    { method: 'GET', path: '/folders/agents/:id', may: 'administrator', handle: ofAgent },
    { method: 'POST', path: '/folders/agents/:id', may: 'administrator', handle: rightsOfAgent },
    { method: 'GET', path: '/folders/teams/:id', may: 'administrator', handle: ofTeam },
    { method: 'POST', path: '/folders/teams/:id', may: 'administrator', handle: rightsOfTeam },
    { method: 'GET', path: '/folders/:id', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/folders/:id', may: 'administrator', handle: change },
    { method: 'POST', path: '/folders/:id/position', may: 'administrator', handle: order },
    { method: 'POST', path: '/folders/:id/rights', may: 'administrator', handle: rights },
    { method: 'POST', path: '/folders/:id/removal', may: 'administrator', handle: remove },
  ];
}

/** What stands in the way of removing is said beside the choice of where its conversations go. */
function asField(error: unknown): never {
  if (error instanceof ConflictError) throw new InvalidError({ into: `folders.problem.${error.code}` });
  throw error;
}

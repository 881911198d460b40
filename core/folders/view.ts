import type { Agent } from '../agents/types.ts';
import { nameOf } from '../agents/types.ts';
import type { Translate } from '../http/context.ts';
import type { AgentId, FolderId, TeamId } from '../lib/ids.ts';
import type { Team } from '../teams/types.ts';
import type { Standing } from './rights.ts';
import type { TeamStanding } from './team-rights.ts';
import { pathOf } from './tree.ts';
import { LEVELS, type Level, TOP_FOLDER, type TreeFolder } from './types.ts';

/** What can be said about an agent; the last level is what administrators have. */
export const SAYABLE = LEVELS.filter((level) => level !== 'manage');

export const folderName = (t: Translate, { id, name }: Pick<TreeFolder, 'id' | 'name'>): string =>
  name || (id === TOP_FOLDER ? t('folders.top') : `#${id}`);

/** Folders as the choices of a field, each with the names of those above it. */
export const folderChoices = (t: Translate, folders: readonly TreeFolder[]) =>
  folders.map(({ id }) => ({ value: id, text: pathOf(folders, id, t('folders.top')) }));

/** The tree as the settings show it. */
export const treeView = (t: Translate, folders: readonly TreeFolder[], openByFolder: ReadonlyMap<FolderId, number>) =>
  folders.map((folder) => {
    const place = folders.filter((one) => one.parentId === folder.parentId).findIndex((one) => one.id === folder.id) + 1;
    return { ...folder, name: folderName(t, folder), isTop: folder.parentId === null, place, open: openByFolder.get(folder.id) ?? 0 };
  });

/** A line with a choice of level: `inherits` says whether "as above" is one of them, `holds` what that comes to. */
function levelLine(t: Translate, name: string, { level, holds, folderId }: Standing) {
  const above =
    folderId === TOP_FOLDER
      ? []
      : [{ value: '', text: level === null ? t('folders.as_above', { level: t(`folders.level.${holds}`) }) : t('folders.as_above_plain') }];
  return { name, value: level ?? '', choices: [...above, ...SAYABLE.map((value) => ({ value, text: t(`folders.level.${value}`) }))] };
}

type Standings = (agentId: AgentId, folderId: FolderId) => Standing;
type Given = (agentId: AgentId, folderId: FolderId) => Level;
type TeamStandings = (teamId: TeamId, folderId: FolderId) => TeamStanding;

/** What somebody's teams give him, beside what he may himself; nothing = ''. */
const noteOf = (t: Translate, given: Level): string =>
  given === 'none' ? '' : t('folders.by_team', { level: t(`folders.level.${given}`) });

/** A line for a team: it only adds, so that no word about it is "nothing" in the top folder. */
function teamLine(t: Translate, name: string, folderId: FolderId, { level, holds }: TeamStanding) {
  const word = (one: Level): string => t(one === 'none' ? 'folders.team.nothing' : `folders.level.${one}`);
  const above =
    folderId === TOP_FOLDER ? word('none') : level === null ? t('folders.as_above', { level: word(holds) }) : t('folders.as_above_plain');
  const levels = SAYABLE.filter((one) => one !== 'none' || folderId !== TOP_FOLDER);
  return {
    ...{ name, value: level === 'none' && folderId === TOP_FOLDER ? '' : (level ?? '') },
    choices: [{ value: '', text: above }, ...levels.map((value) => ({ value, text: word(value) }))],
  };
}

/** What teams may do in one folder. */
export const teamLines = (t: Translate, teams: readonly Team[], folderId: FolderId, of: TeamStandings) =>
  teams.map(({ id, name }) => ({ ...teamLine(t, name, folderId, of(id, folderId)), field: `team-${id}`, isTeam: true }));

/** What one team may do in which folder. */
export const foldersOfTeam = (t: Translate, folders: readonly TreeFolder[], teamId: TeamId, of: TeamStandings) =>
  folders.map((folder) => ({
    ...teamLine(t, folderName(t, folder), folder.id, of(teamId, folder.id)),
    ...{ id: folder.id, depth: folder.depth },
  }));

/** Who may do what in one folder. */
export const agentLines = (t: Translate, agents: readonly Agent[], folderId: FolderId, of: Standings, given: Given) =>
  agents.map((agent) => ({
    ...levelLine(t, nameOf(agent) || agent.email, of(agent.id, folderId)),
    note: noteOf(t, given(agent.id, folderId)),
    id: agent.id,
    isAdministrator: agent.role === 'administrator',
  }));

/** What one agent may do in which folder. */
export const folderLines = (t: Translate, folders: readonly TreeFolder[], agentId: AgentId, of: Standings, given: Given) =>
  folders.map((folder) => ({
    ...levelLine(t, folderName(t, folder), of(agentId, folder.id)),
    note: noteOf(t, given(agentId, folder.id)),
    id: folder.id,
    depth: folder.depth,
    isAdministrator: false,
  }));

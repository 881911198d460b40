import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import { companyTemplateNames } from '../canned-responses/list.ts';
import type { Scope } from '../db/scope.ts';
import { foldersFor } from '../folders/allow.ts';
import { folderName } from '../folders/view.ts';
import type { Translate } from '../http/context.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import { listLabels } from '../labels/list.ts';
import { listRules } from '../rules/save.ts';
import { teamNames } from '../teams/list.ts';
import { settingNames } from './setting-names.ts';
import type { AuditNames } from './view.ts';

/** Of folders and rules only those that the actor sees, of templates only the company's: the others are numbers to him. */
export async function auditNames(scope: Scope, directory: Pick<InboxDirectory, 'all'>, t: Translate): Promise<AuditNames> {
  const inbox = new Map(directory.all().map(({ id, name }) => [id, name]));
  return {
    agent: new Map((await listAgents(scope)).map((agent) => [agent.id, nameOf(agent) || agent.email])),
    inbox,
    setting: settingNames(t, inbox),
    team: await teamNames(scope),
    folder: new Map((await foldersFor(scope, 'see')).map((folder) => [folder.id, folderName(t, folder)])),
    permission: (one) => t(`agents.permission.${one}`),
    rule: new Map((await listRules(scope)).map(({ id, name }) => [id, name])),
    template: await companyTemplateNames(scope),
    label: new Map((await listLabels(scope)).map(({ id, name }) => [id, name])),
  };
}

import { listAgents } from '../agents/list-agents.ts';
import { nameOf } from '../agents/types.ts';
import type { Scope } from '../db/scope.ts';
import { foldersFor } from '../folders/allow.ts';
import { folderName } from '../folders/view.ts';
import type { Translate } from '../http/context.ts';
import type { InboxDirectory } from '../inboxes/directory.ts';
import type { KnownLabels } from '../labels/known.ts';
import { type Dimension, managesAny } from './report.ts';

export interface NameDeps {
  readonly directory: Pick<InboxDirectory, 'openTo'>;
  readonly labels: Pick<KnownLabels, 'read'>;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/** What can be chosen and what figures are of; of colleagues only those whose figures the actor may see. */
export type Names = Readonly<Record<Dimension, readonly Named[]>> & { readonly isManager: boolean };

export async function namesFor(scope: Scope, { directory, labels }: NameDeps, t: Translate): Promise<Names> {
  const isManager = await managesAny(scope);
  const { actor } = scope;
  const agents = (await listAgents(scope)).filter(({ id }) => isManager || (actor.kind === 'agent' && actor.id === id));
  return {
    isManager,
    agent: agents.map((agent) => ({ id: agent.id, name: nameOf(agent) || agent.email })),
    inbox: directory.openTo(actor.kind === 'agent' ? actor.id : null).map(({ id, name }) => ({ id, name })),
    folder: (await foldersFor(scope, 'see')).map((folder) => ({ id: folder.id, name: folderName(t, folder) })),
    label: (await labels.read(scope)).map(({ id, name }) => ({ id, name })),
  };
}

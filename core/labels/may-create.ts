import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { CurrentAgent } from '../http/context.ts';
import { ForbiddenError } from '../lib/errors.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';

const KEY = 'labels.created_by_agents';

/** Whether every agent may make a new label while labelling; unless told otherwise he may. */
export const agentsMayCreate = async (scope: Scope): Promise<boolean> => (await readSetting(scope, KEY)) !== 'no';

export async function letAgentsCreate(scope: Scope | WriteScope, may: boolean): Promise<void> {
  await transact(scope, (tx) => writeSetting(tx, KEY, may ? 'yes' : 'no'));
}

/** Who asks: whoever keeps the labels makes them too. */
type Maker = Pick<CurrentAgent, 'permissions'>;

/** Whether he may make a label. */
export const mayCreate = async (scope: Scope, { permissions }: Maker): Promise<boolean> =>
  permissions.includes('labels') || (await agentsMayCreate(scope));

/** Raises forbidden when he may not. */
export async function allowCreation(scope: Scope, maker: Maker): Promise<void> {
  if (!(await mayCreate(scope, maker))) throw new ForbiddenError('Only administrators make labels here');
}

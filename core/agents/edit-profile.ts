import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import type { AgentId } from '../lib/ids.ts';
import type { OwnKeys } from '../lib/keys.ts';
import type { Language } from '../lib/language.ts';
import { updateDetails, updateKeys, updateLanguage, updateRing, updateTheme } from './store.ts';
import type { AgentDetails, Ring, Theme } from './types.ts';

/** What an agent may change of himself without a password: never his role, e-mail or status. */
export async function editProfile(scope: Scope | WriteScope, id: AgentId, details: AgentDetails): Promise<void> {
  await transact(scope, async (tx) => {
    await updateDetails(tx, id, details);
    tx.emit({ type: 'agent.changed', data: { agentId: id } });
  });
}

export async function chooseTheme(scope: Scope, id: AgentId, theme: Theme): Promise<void> {
  await transact(scope, (tx) => updateTheme(tx, id, theme));
}

export async function chooseRing(scope: Scope | WriteScope, id: AgentId, ring: Ring): Promise<void> {
  await transact(scope, (tx) => updateRing(tx, id, ring));
}

/** Keys that were looked through with `keyProblems`. */
export async function chooseKeys(scope: Scope, id: AgentId, keys: OwnKeys): Promise<void> {
  await transact(scope, (tx) => updateKeys(tx, id, keys));
}

export async function chooseLanguage(scope: Scope | WriteScope, id: AgentId, language: Language): Promise<void> {
  await transact(scope, (tx) => updateLanguage(tx, id, language));
}

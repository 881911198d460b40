import type { Scope, WriteScope } from '../db/scope.ts';
import { NotFoundError } from '../lib/errors.ts';
import type { LabelId } from '../lib/ids.ts';
import { findByName, findPresent, listPresent, pinPresent } from './store.ts';
import type { KnownLabel, Label } from './types.ts';

/** All of them, MAX_LABELS at most, in their order. */
export const listLabels = (scope: Scope): Promise<readonly KnownLabel[]> => listPresent(scope);

/** Raises not_found. */
export async function findLabel(scope: Scope, id: LabelId): Promise<KnownLabel> {
  const label = await findPresent(scope, id);
  if (!label) throw new NotFoundError('The label');
  return label;
}

/** Keeps a label from being removed until the transaction ends. Raises not_found. */
export async function holdLabel(tx: WriteScope, id: LabelId): Promise<void> {
  if (!(await pinPresent(tx, id))) throw new NotFoundError('The label');
}

/** The label that is called so, whatever the case, or null. */
export const labelNamed = (scope: Scope, name: string): Promise<Label | null> => findByName(scope, name.replace(/\s+/g, ' ').trim());

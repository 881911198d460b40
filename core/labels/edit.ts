import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { LabelId } from '../lib/ids.ts';
import { composed, storable } from '../lib/text.ts';
import { findByName, findPresent, insertLabel, listPresent, saveOrder, updateLabel } from './store.ts';
import { COLOURS, type Colour, type Label, MAX_LABELS, MAX_NAME_CHARS } from './types.ts';

/** Adds a label at the end; without a colour it gets the next of the palette. Raises invalid for a name that is wrong or taken, too_many_labels. */
export async function addLabel(scope: Scope | WriteScope, name: string, colour: Colour | null = null): Promise<Label> {
  const line = checkedName(name);
  return transact(scope, async (tx) => {
    const known = await listPresent(tx);
    if (known.length >= MAX_LABELS)
      throw new ConflictError('too_many_labels', `There may be ${MAX_LABELS} labels at most`, 'Merge or delete some that nobody uses.');
    const own = colour ?? COLOURS[known.length % COLOURS.length] ?? 'grey';
    const id = await insertLabel(tx, line, own);
    if (id === null) throw new InvalidError({ name: 'labels.problem.taken' });
    tx.emit({ type: 'label.changed', data: { labelId: id } });
    return { id, name: line, colour: own };
  });
}

/** Renames or recolours; absent = stays. Raises not_found, or invalid for a name that is wrong or another label's. */
export async function changeLabel(
  scope: Scope | WriteScope,
  id: LabelId,
  changes: { readonly name?: string | undefined; readonly colour?: Colour | undefined },
): Promise<Label> {
  return transact(scope, async (tx) => {
    const before = await findPresent(tx, id);
    if (!before) throw new NotFoundError('The label');
    const name = changes.name === undefined ? before.name : checkedName(changes.name);
    const after = { id, name, colour: changes.colour ?? before.colour };
    const namesake = await findByName(tx, name);
    if (namesake && namesake.id !== id) throw new InvalidError({ name: 'labels.problem.taken' });
    if (after.name === before.name && after.colour === before.colour) return after;
    await updateLabel(tx, id, after.name, after.colour);
    tx.emit({ type: 'label.changed', data: { labelId: id } });
    return after;
  });
}

/** Moves a label to a place in the order, 1 = the first; beyond the end = the last. Raises not_found. */
export async function moveLabel(scope: Scope | WriteScope, id: LabelId, position: number): Promise<void> {
  await transact(scope, async (tx) => {
    const ids = (await listPresent(tx)).map((label) => label.id);
    if (!ids.includes(id)) throw new NotFoundError('The label');
    const others = ids.filter((one) => one !== id);
    await saveOrder(tx, others.toSpliced(Math.max(0, position - 1), 0, id));
    tx.emit({ type: 'label.changed', data: { labelId: id } });
  });
}

/** The name in the form that is stored: one line of 1 to 60 characters. Raises invalid. */
function checkedName(text: string): string {
  const name = composed(
    storable(text)
      .replace(/[\s\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim(),
    MAX_NAME_CHARS,
  );
  if (name === '') throw new InvalidError({ name: 'forms.required' });
  if (name.length > MAX_NAME_CHARS) throw new InvalidError({ name: 'labels.problem.too_long' });
  return name;
}

import { type Scope, transact, type WriteScope } from '../db/scope.ts';
import { ConflictError, InvalidError, NotFoundError } from '../lib/errors.ts';
import type { CompanyVariableId } from '../lib/ids.ts';
import { storable } from '../lib/text.ts';
import { writeSetting } from '../settings/settings.ts';
import { keyOf, readCompany, usesOf } from './read.ts';
import { deleteOwn, findOwn, insertOwn, updateOwn } from './store.ts';
import { COMPANY_FIELDS, type CompanyField, type CompanyVariable, LONG_FIELDS, MAX_OWN, MAX_VALUE_CHARS } from './types.ts';

const NAME = /^[a-z][a-z0-9_]{0,39}$/;
/** What a word after "company." could be taken for. */
const TAKEN: ReadonlySet<string> = new Set([...COMPANY_FIELDS, 'name', 'size', 'first', 'last', 'empty', 'blank']);
const MAX_LABEL_CHARS = 80;

const line = (text: string): string => storable(text).replace(/\s+/g, ' ').trim();
const lines = (text: string): string => storable(text).replaceAll('\r\n', '\n').trim();
const changed = (tx: WriteScope, name: string): void => tx.emit({ type: 'settings.changed', data: { key: `company.${name}` } });

/** Writes those that differ. */
async function changeFields(scope: WriteScope, given: Readonly<Partial<Record<CompanyField, string>>>): Promise<void> {
  const fields = COMPANY_FIELDS.flatMap((field) => {
    const text = given[field];
    return text === undefined ? [] : [[field, LONG_FIELDS.has(field) ? lines(text) : line(text)] as const];
  });
  const long = fields.filter(([, value]) => value.length > MAX_VALUE_CHARS);
  if (long.length > 0) throw new InvalidError(Object.fromEntries(long.map(([field]) => [field, 'forms.too_long'])));
  const before = (await readCompany(scope)).fields;
  for (const [field, value] of fields) if (value !== before[field]) await writeSetting(scope, keyOf(field), value);
}

/** A variable to add or to change; `value` null = delete it. */
export interface VariableChange {
  readonly name: string;
  readonly label?: string | undefined;
  readonly value?: string | null | undefined;
}

export interface CompanyChanges {
  readonly fields?: Readonly<Partial<Record<CompanyField, string>>>;
  readonly variables?: readonly VariableChange[];
  /** Deletes variables that a letter names, too. */
  readonly evenIfUsed?: boolean;
}

/** All of it or nothing. Raises invalid (what is wrong with a value is said of "value-" and its name), not_found, variable_in_use, too_many_variables. */
export async function changeCompany(
  scope: Scope | WriteScope,
  { fields = {}, variables = [], evenIfUsed = false }: CompanyChanges,
): Promise<void> {
  await transact(scope, async (tx) => {
    await changeFields(tx, fields);
    const known = new Map((await findOwn(tx)).map((one) => [one.name, one.id]));
    for (const { name, label, value } of variables) {
      const id = known.get(name);
      if (value === null) {
        if (id === undefined) throw new NotFoundError(`The variable ${name.slice(0, 60)}`);
        await removeVariable(tx, id, evenIfUsed);
        known.delete(name);
      } else if (id === undefined) await addVariable(tx, { name, label: label ?? name, value: value ?? '' });
      else
        await named(name, changeVariable(tx, id, { ...(label === undefined ? {} : { label }), ...(value === undefined ? {} : { value }) }));
    }
  });
}

async function named(name: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof InvalidError) || !error.fields['value']) throw error;
    throw new InvalidError({ [`value-${name}`]: error.fields['value'] });
  }
}

/** Adds one. Raises invalid; too_many_variables. */
export async function addVariable(scope: Scope | WriteScope, given: Omit<CompanyVariable, 'id'>): Promise<void> {
  const one = checked(given);
  if (!NAME.test(one.name)) throw new InvalidError({ name: 'company.problem.name' });
  if (TAKEN.has(one.name)) throw new InvalidError({ name: 'company.problem.taken' });
  await transact(scope, async (tx) => {
    if ((await findOwn(tx)).length >= MAX_OWN)
      throw new ConflictError('too_many_variables', `There may be ${MAX_OWN} at most`, 'Remove some that nothing names.');
    if (!(await insertOwn(tx, one))) throw new InvalidError({ name: 'company.problem.taken' });
    changed(tx, one.name);
  });
}

/** Changes how one is called and what it stands for. Raises not_found, invalid. */
async function changeVariable(
  tx: WriteScope,
  id: CompanyVariableId,
  given: Partial<Pick<CompanyVariable, 'label' | 'value'>>,
): Promise<void> {
  const before = await ownVariable(tx, id);
  const after = checked({ ...before, ...given });
  if (after.label === before.label && after.value === before.value) return;
  await updateOwn(tx, { ...before, ...after });
  changed(tx, before.name);
}

/** Deletes one. Raises not_found, and variable_in_use while a letter names it, unless `evenIfUsed`: then it is empty there. */
export async function removeVariable(scope: Scope | WriteScope, id: CompanyVariableId, evenIfUsed: boolean): Promise<CompanyVariable> {
  return transact(scope, async (tx) => {
    const one = await ownVariable(tx, id);
    const uses = evenIfUsed ? [] : await usesOf(tx, one.name);
    if (uses.length > 0) {
      const where = uses.slice(0, 10).map(({ kind, name }) => `${kind.replaceAll('_', ' ')} "${name}"`);
      throw new ConflictError(
        'variable_in_use',
        `company.${one.name} is named in ${where.join(', ')}`,
        'Take it out there first, or say that it may be empty.',
      );
    }
    await deleteOwn(tx, id);
    changed(tx, one.name);
    return one;
  });
}

export async function ownVariable(scope: Scope, id: CompanyVariableId): Promise<CompanyVariable> {
  const found = (await findOwn(scope)).find((one) => one.id === id);
  if (!found) throw new NotFoundError('The variable');
  return found;
}

function checked(given: Omit<CompanyVariable, 'id'>): Omit<CompanyVariable, 'id'> {
  const one = { name: given.name.trim(), label: line(given.label), value: lines(given.value) };
  const wrong: Record<string, string> = {};
  if (one.label === '') wrong['label'] = 'forms.required';
  if (one.label.length > MAX_LABEL_CHARS) wrong['label'] = 'forms.too_long';
  if (one.value.length > MAX_VALUE_CHARS) wrong['value'] = 'forms.too_long';
  if (Object.keys(wrong).length > 0) throw new InvalidError(wrong);
  return one;
}

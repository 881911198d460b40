import type { Scope } from '../db/scope.ts';
import { readSettings } from '../settings/settings.ts';
import { findLettersWith, findOwn } from './store.ts';
import { COMPANY_FIELDS, type Company, type CompanyField, type Use } from './types.ts';

export const keyOf = (field: CompanyField): string => `company.${field}`;

/** What the company says of itself; empty = not said. */
export async function readCompany(scope: Scope): Promise<Company> {
  const values = await readSettings(scope, COMPANY_FIELDS.map(keyOf));
  const fields = Object.fromEntries(COMPANY_FIELDS.map((field) => [field, values.get(keyOf(field)) ?? ''])) as Company['fields'];
  return { fields, own: await findOwn(scope) };
}

/** The same as variables of letters: "company.phone" and its value. */
export async function companyValues(scope: Scope): Promise<Readonly<Record<`company.${string}`, string>>> {
  const { fields, own } = await readCompany(scope);
  return Object.fromEntries([
    ...COMPANY_FIELDS.map((field) => [keyOf(field), fields[field]]),
    ...own.map(({ name, value }) => [`company.${name}`, value]),
  ]);
}

/** The variables that this company has beside those of every company, with how they are called. */
export const ownVariables = async (scope: Scope): Promise<ReadonlyMap<string, string>> =>
  new Map((await findOwn(scope)).map(({ name, label }) => [`company.${name}`, label]));

/** Where a variable stands in a letter, whatever surrounds it there. */
export async function usesOf(scope: Scope, name: string): Promise<readonly Use[]> {
  const pattern = new RegExp(`(?<![\\w.])company\\.${name}(?!\\w)`);
  return (await findLettersWith(scope, `company.${name}`))
    .filter(({ texts }) => texts.some((text) => pattern.test(text)))
    .map(({ use }) => use);
}

import type { CompanyVariableId } from '../lib/ids.ts';

/** What every company has; each is the last word of its variable ("company.phone") and of its setting. Its name is in the general settings. */
export const COMPANY_FIELDS = ['address', 'phone', 'www', 'tax_number', 'hours'] as const;
export type CompanyField = (typeof COMPANY_FIELDS)[number];

/** Those that may have several lines. */
export const LONG_FIELDS: ReadonlySet<string> = new Set(['address', 'hours']);

/** The variables of letters that they make. */
export const COMPANY_VARIABLES = ['company.address', 'company.phone', 'company.www', 'company.tax_number', 'company.hours'] as const;

/** One that this company has beside them: `{{ company.name }}` with `name` in place of the last word. */
export interface CompanyVariable {
  readonly id: CompanyVariableId;
  /** Lower-case letters, digits and _; never changes. */
  readonly name: string;
  /** How people call it. */
  readonly label: string;
  readonly value: string;
}

export interface Company {
  readonly fields: Readonly<Record<CompanyField, string>>;
  /** By name. */
  readonly own: readonly CompanyVariable[];
}

/** A letter that names a variable. `href` = where an administrator changes it; null for what is another agent's own. */
export interface Use {
  readonly kind: 'canned_response' | 'own_canned_response' | 'agent_footer' | 'inbox_footer' | 'acknowledgement';
  readonly name: string;
  readonly href: string | null;
}

export const MAX_OWN = 100;
export const MAX_VALUE_CHARS = 1_000;

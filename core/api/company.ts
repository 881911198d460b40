import { z } from 'zod';
import { changeCompany } from '../company/change.ts';
import { readCompany } from '../company/read.ts';
import { MAX_OWN } from '../company/types.ts';
import { type Scope, transact } from '../db/scope.ts';
import { changeGeneral, readGeneral } from '../settings/general.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

const text = z.string().max(2_000);
const variable = z.strictObject({
  name: z.string().describe('`{{ company.name }}` with this in place of the last word.'),
  label: z.string(),
  value: z.string(),
});
const company = named(
  'Company',
  z.strictObject({
    name: z.string().describe('`{{ company }}`'),
    address: z.string().describe('`{{ company.address }}`; may have several lines.'),
    phone: z.string().describe('`{{ company.phone }}`'),
    www: z.string().describe('`{{ company.www }}`'),
    taxNumber: z.string().describe('`{{ company.tax_number }}`'),
    hours: z.string().describe('`{{ company.hours }}`; may have several lines.'),
    variables: z.array(variable).describe('Those that this company has beside them, by name.'),
  }),
);
const changes = named(
  'CompanyChanges',
  z.strictObject({
    name: z.string().trim().min(1).max(120).optional(),
    ...{ address: text.optional(), phone: text.optional(), www: text.optional(), taxNumber: text.optional(), hours: text.optional() },
    variables: z
      .array(z.strictObject({ name: z.string().max(40), label: z.string().max(200).optional(), value: text.nullable().optional() }))
      .max(MAX_OWN)
      .optional()
      .describe('To add or change; a `value` of null deletes one. What is not named stays.'),
    evenIfUsed: z
      .boolean()
      .default(false)
      .describe('Deletes variables that templates, footers or confirmations name; they are empty there.'),
  }),
);

async function view(scope: Scope): Promise<z.input<typeof company>> {
  const [{ companyName }, { fields, own }] = [await readGeneral(scope), await readCompany(scope)];
  const { tax_number: taxNumber, ...rest } = fields;
  return { name: companyName, ...rest, taxNumber, variables: own.map(({ name, label, value }) => ({ name, label, value })) };
}

/** What letters say of the company; changing it needs a key of an administrator. */
export function companyEndpoints(): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/company',
      summary: 'What templates, footers and confirmations can say of the company',
      response: company,
      handle: ({ scope }) => view(scope),
    }),
    endpoint({
      method: 'PATCH',
      path: '/company',
      needs: 'administrator',
      summary: 'Change it, all or nothing',
      body: changes,
      response: company,
      errors: {
        409: '`variable_in_use`: where it is used is said; `too_many_variables`',
      },
      handle: async ({ scope, body: { name, taxNumber, variables = [], evenIfUsed, ...fields } }) => {
        await transact(scope, async (tx) => {
          if (name !== undefined) await changeGeneral(tx, { companyName: name });
          const given = Object.entries({ ...fields, tax_number: taxNumber }).filter(([, value]) => value !== undefined);
          await changeCompany(tx, { fields: Object.fromEntries(given), variables, evenIfUsed });
        });
        return view(scope);
      },
    }),
  ];
}

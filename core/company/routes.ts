import { z } from 'zod';
import type { PageContext, Route } from '../http/context.ts';
import { idParam, orRedraw, readForm, typedText } from '../http/params.ts';
import { InvalidError } from '../lib/errors.ts';
import { fold } from '../lib/text.ts';
import { addVariable, changeCompany, ownVariable, removeVariable } from './change.ts';
import { readCompany, usesOf } from './read.ts';
import { COMPANY_FIELDS, LONG_FIELDS } from './types.ts';

const text = z.string().max(10_000, 'forms.too_long').default('');
const FIELDS = z.object(Object.fromEntries(COMPANY_FIELDS.map((field) => [field, text])));
const ADDED = z.object({ label: text, value: text });

/** Settings → Company: what letters may say of it. */
export function companyRoutes(): readonly Route[] {
  const show = async (ctx: PageContext, errors: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { fields, own } = await readCompany(ctx.scope);
    const written = (name: string, otherwise: string): string => (name in ctx.form ? typedText(ctx, name) : otherwise);
    const data = {
      code: '{{ company }}',
      example: codeOf(ctx.t('company.exampleName')),
      fields: COMPANY_FIELDS.map((name) => ({
        name,
        code: codeOf(name),
        value: written(name, fields[name]),
        isLong: LONG_FIELDS.has(name),
      })),
      own: own.map((one) => ({
        ...one,
        code: codeOf(one.name),
        isLong: one.value.includes('\n'),
        value: written(`value-${one.name}`, one.value),
      })),
      added: { label: written('label', ''), value: written('value', '') },
      errors,
    };
    ctx.page('company/show', data, Object.keys(errors).length > 0 ? 422 : 200);
  };

  const saved = (ctx: PageContext): void => {
    ctx.toast(ctx.t('common.saved'));
    ctx.seeOther('/company');
  };

  const save = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { own } = await readCompany(ctx.scope);
        const sent = own.filter(({ name }) => `value-${name}` in ctx.form);
        const variables = sent.map(({ name }) => ({ name, code: codeOf(name), value: typedText(ctx, `value-${name}`) }));
        await changeCompany(ctx.scope, { fields: readForm(FIELDS, ctx.form), variables });
        saved(ctx);
      },
      (errors) => show(ctx, errors),
    );

  const add = (ctx: PageContext): Promise<void> =>
    orRedraw(
      ctx,
      async () => {
        const { label, value } = readForm(ADDED, ctx.form);
        const name = nameOf(label);
        if (label.trim() !== '' && name === '') throw new InvalidError({ label: 'company.problem.name' });
        await addVariable(ctx.scope, { name, label, value }).catch(atLabel);
        saved(ctx);
      },
      (errors) => show(ctx, errors),
    );

  const removal = async (ctx: PageContext): Promise<void> => {
    const one = await ownVariable(ctx.scope, idParam(ctx, 'company_variables'));
    ctx.page('company/removal', { one: { ...one, code: codeOf(one.name) }, uses: await usesOf(ctx.scope, one.name) });
  };
  const remove = async (ctx: PageContext): Promise<void> => {
    const { label } = await removeVariable(ctx.scope, idParam(ctx, 'company_variables'), ctx.form['evenIfUsed'] === 'yes');
    ctx.toast(ctx.t('company.removed', { name: label }));
    ctx.seeOther('/company');
  };

  return [
    { method: 'GET', path: '/company', may: 'administrator', handle: (ctx) => show(ctx) },
    { method: 'POST', path: '/company', may: 'administrator', handle: save },
    { method: 'POST', path: '/company/variables', may: 'administrator', handle: add },
    { method: 'GET', path: '/company/variables/:id/removal', may: 'administrator', handle: removal },
    { method: 'POST', path: '/company/variables/:id/removal', may: 'administrator', handle: remove },
  ];
}

const codeOf = (name: string): string => `{{ company.${name} }}`;

/** "Numer konta" → "numer_konta". */
const nameOf = (label: string): string =>
  fold(label)
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)
    .replace(/_+$/, '');

/** The page makes the name from the label, so what is wrong with it is said there. */
function atLabel(error: unknown): never {
  if (!(error instanceof InvalidError) || !error.fields['name']) throw error;
  const { name, ...others } = error.fields;
  throw new InvalidError({ label: name, ...others });
}

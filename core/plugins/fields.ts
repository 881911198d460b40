import type { Keyring } from '../lib/secrets.ts';
import type { SettingField } from './contract.ts';
import { withStoredPassword } from './secret-url.ts';

type Fields = readonly SettingField[];
type Values = Readonly<Record<string, unknown>>;

const isSecret = (field: SettingField): boolean => field.type === 'secret' || field.type === 'secret-url';

/** Encrypts every secret among the fields for the database; `purpose` binds them to their place. */
export const sealSecrets = (keyring: Keyring, purpose: string, fields: Fields, values: Values): Record<string, unknown> =>
  mapSecrets(fields, values, (secret) => keyring.encrypt(purpose, secret));

export const openSecrets = (keyring: Keyring, purpose: string, fields: Fields, sealed: Values): Record<string, unknown> =>
  mapSecrets(fields, sealed, (secret) => keyring.decrypt(purpose, secret));

function mapSecrets(fields: Fields, values: Values, change: (secret: string) => string): Record<string, unknown> {
  const result: Record<string, unknown> = { ...values };
  for (const { key } of fields.filter(isSecret)) {
    const value = values[key];
    if (typeof value === 'string' && value !== '') result[key] = change(value);
  }
  return result;
}

/**
 * Posted form values as settings: only keys of the fields, switches as booleans. An empty secret keeps the stored one, unless
 * `<key>_remove` was ticked; what no form draws is kept too.
 */
export function valuesFromForm(fields: Fields, form: Values, stored: Values = {}): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const given = field.isInternal ? (form[field.key] ?? stored[field.key]) : form[field.key];
    // A switch posts a hidden "off" before its own value.
    const posted: unknown = Array.isArray(given) ? given.at(-1) : given;
    if (field.type === 'switch') values[field.key] = posted === true || posted === 'true' || posted === 'on' || posted === '1';
    else if (field.type === 'secret' && (posted === undefined || posted === ''))
      values[field.key] = form[`${field.key}_remove`] ? '' : (stored[field.key] ?? '');
    else if (field.type === 'secret-url')
      values[field.key] = withStoredPassword(String(posted ?? '').trim(), String(stored[field.key] ?? ''));
    else values[field.key] = typeof posted === 'string' ? posted.trim() : (posted ?? '');
  }
  return values;
}

/** Defaults of the fields, then `given`. */
export function valuesWithDefaults(fields: Fields, given: Values): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) values[field.key] = given[field.key] ?? field.default ?? '';
  return values;
}

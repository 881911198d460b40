import { z } from 'zod';
import { type Scope, transact } from '../db/scope.ts';
import { InvalidError, NotFoundError } from '../lib/errors.ts';
import type { Keyring } from '../lib/secrets.ts';
import { deleteClient, findClient, putClient } from './client-store.ts';
import type { Client, Service } from './types.ts';

const PURPOSE = 'oauth-client';

/** What an administrator copies from the page of the service. */
export interface ClientInput {
  readonly clientId: string;
  /** Empty = the stored one stays. */
  readonly clientSecret: string;
  /** There is none (any more). */
  readonly isPublic: boolean;
  readonly tenant: string;
  /** YYYY-MM-DD or empty. */
  readonly secretExpiresOn: string;
}

const printable = (max: number, problem: string) =>
  z
    .string(problem)
    .trim()
    .max(max, problem)
    .regex(/^[\x21-\x7e]*$/, problem);

const INPUT = z.object({
  clientId: printable(255, 'oauth.problem.clientId').min(1, 'oauth.problem.clientId'),
  clientSecret: printable(1000, 'oauth.problem.clientSecret'),
  isPublic: z.boolean(),
  // A directory of Microsoft by its number or domain, or all of them.
  tenant: z
    .string()
    .trim()
    .max(255, 'oauth.problem.tenant')
    .regex(/^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?)?$/i, 'oauth.problem.tenant')
    .transform((text) => text || 'common'),
  secretExpiresOn: z
    .string()
    .trim()
    .transform((text, context) => {
      if (text === '') return null;
      if (!/^20\d\d-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text)))
        context.addIssue({ code: 'custom', message: 'oauth.problem.secretExpiresOn' });
      return text;
    }),
});

/** How Centrala is registered at a service, its secret in clear. Never shown. Null: it is not. */
export async function clientOf(scope: Scope, keyring: Keyring, service: Service): Promise<Client | null> {
  const found = await findClient(scope, service);
  return found && { ...found, clientSecret: found.clientSecret && keyring.decrypt(PURPOSE, found.clientSecret) };
}

/** Stores a registration. Throws InvalidError. */
export async function saveClient(scope: Scope, keyring: Keyring, service: Service, input: ClientInput): Promise<void> {
  const parsed = INPUT.safeParse(input);
  if (!parsed.success)
    throw new InvalidError(Object.fromEntries(parsed.error.issues.map(({ path, message }) => [String(path[0]), message])));
  const { clientId, clientSecret, isPublic, tenant, secretExpiresOn } = parsed.data;
  await transact(scope, async (tx) => {
    const kept = clientSecret === '' ? ((await findClient(tx, service))?.clientSecret ?? '') : keyring.encrypt(PURPOSE, clientSecret);
    const secret = isPublic ? '' : kept;
    await putClient(tx, { service, clientId, clientSecret: secret, tenant, secretExpiresOn: secret === '' ? null : secretExpiresOn });
    tx.emit({ type: 'oauth_client.changed', data: { name: service } });
  });
}

/** Mailboxes that log in by it cannot any more. */
export async function removeClient(scope: Scope, service: Service): Promise<void> {
  await transact(scope, async (tx) => {
    if (!(await deleteClient(tx, service))) throw new NotFoundError('Registration');
    tx.emit({ type: 'oauth_client.changed', data: { name: service } });
  });
}

import type { Scope, WriteScope } from '../db/scope.ts';
import { type Client, isService, type Service } from './types.ts';

interface Row {
  service: string;
  client_id: string;
  client_secret: string;
  tenant: string;
  secret_expires_on: string | null;
  warned_days: number | null;
}

/** As stored: its secret is sealed. */
export interface StoredClient extends Client {
  readonly warnedDays: number | null;
}

const fromRow = (row: Row): readonly StoredClient[] =>
  isService(row.service)
    ? [
        {
          service: row.service,
          clientId: row.client_id,
          clientSecret: row.client_secret,
          tenant: row.tenant,
          secretExpiresOn: row.secret_expires_on,
          warnedDays: row.warned_days,
        },
      ]
    : [];

export async function listClients({ db }: Scope): Promise<readonly StoredClient[]> {
  return (await db<Row>('oauth_clients').orderBy('service')).flatMap(fromRow);
}

export async function findClient({ db }: Scope, service: Service): Promise<StoredClient | null> {
  const row = await db<Row>('oauth_clients').where({ service }).first();
  return (row && fromRow(row)[0]) ?? null;
}

/** With a sealed secret. */
export async function putClient({ db, now }: WriteScope, one: Client): Promise<void> {
  const { service, clientId: client_id, clientSecret: client_secret, tenant, secretExpiresOn: secret_expires_on } = one;
  const row = { service, client_id, client_secret, tenant, secret_expires_on, warned_days: null, updated_at: now().toISOString() };
  await db('oauth_clients').insert(row).onConflict('service').merge();
}

export async function deleteClient({ db }: WriteScope, service: Service): Promise<boolean> {
  return (await db('oauth_clients').where({ service }).delete()) > 0;
}

/** False: that was told already. */
export async function noteClientWarning({ db }: WriteScope, service: Service, days: number): Promise<boolean> {
  const untold = db<Row>('oauth_clients')
    .where({ service })
    .where((one) => one.whereNull('warned_days').orWhere('warned_days', '>', days));
  return (await untold.update({ warned_days: days })) > 0;
}

import { createApiKey } from '../../core/api-keys/api-keys.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { PERMISSIONS, writePermissions } from '../../core/lib/permissions.ts';
import { addAgent, logIn } from './accounts.ts';
import { ADMIN } from './app.ts';
import { type Answer, type HttpClient, httpClient } from './http-client.ts';
import type { Office } from './office.ts';

/** Somebody who works in an office, in the browser and by program. */
export interface Person {
  readonly id: AgentId;
  readonly web: HttpClient;
  /** By his own key. */
  api(method: string, path: string, body?: unknown): Promise<Answer>;
}

type Place = Pick<Office, 'scope' | 'base'>;

export async function administratorOf(office: Place): Promise<Person> {
  return personOf(office, (await office.scope.db('agents').where({ email: ADMIN.email }).first('id')).id, ADMIN.email, ADMIN.password);
}

/** A new agent, logged in. */
export async function employ(office: Place, name: string): Promise<Person> {
  return personOf(office, await addAgent(office.scope, name), `${name.toLowerCase()}@firma.example`);
}

export async function permitAll({ scope }: Place, id: AgentId): Promise<void> {
  await scope
    .db('agents')
    .where({ id })
    .update({ permissions: writePermissions(PERMISSIONS) });
}

async function personOf({ scope, base }: Place, id: AgentId, email: string, password?: string): Promise<Person> {
  const web = httpClient(base);
  await logIn(web, email, password);
  await web.get('/profile');
  const { key } = await createApiKey(scope, id, 'test');
  const api: Person['api'] = (method, path, body) => {
    const headers = { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
    return httpClient(base).send(method, `/api/v1${path}`, body === undefined ? null : JSON.stringify(body), headers);
  };
  return { id, web, api };
}

import { z } from 'zod';
import type { Scope } from '../db/scope.ts';
import { type ClientInput, removeClient, saveClient } from '../oauth/client.ts';
import { registrations } from '../oauth/list.ts';
import type { RegistrationDeps } from '../oauth/log-in.ts';
import { SERVICES, type Service } from '../oauth/types.ts';
import { registrationView } from '../oauth/view.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

const service = z.enum(SERVICES);
const day = z.iso.date();

const client = named(
  'OAuthClient',
  z.strictObject({
    service,
    clientId: z.string().nullable().describe('Null = Centrala is not registered there.'),
    hasSecret: z.boolean().describe('The secret itself is never shown.'),
    tenant: z.string().nullable().describe('Of Microsoft: whose accounts log in.'),
    secretExpiresOn: day.nullable(),
    redirectUri: z.string().describe('To be entered at the service.'),
    scopes: z.array(z.string()).describe('To be allowed at the service.'),
    mailboxes: z.array(z.string()).describe('Addresses that log in by it.'),
  }),
);
const clients = named('OAuthClients', z.strictObject({ items: z.array(client) }));

const changes = named(
  'OAuthClientChange',
  z.strictObject({
    service,
    clientId: z.string(),
    clientSecret: z.string().optional().describe('Absent = the stored one stays; "" = there is none.'),
    tenant: z.string().optional(),
    secretExpiresOn: day.nullable().optional(),
  }),
);

export type OAuthClientDeps = Pick<RegistrationDeps, 'keyring' | 'services' | 'publicUrl' | 'scopesOf' | 'accountsOf'>;

/** How Centrala is registered at providers that log in by OAuth 2.0; for keys of administrators. */
export function oauthClientEndpoints({ keyring, services, publicUrl, scopesOf, accountsOf }: OAuthClientDeps): readonly Endpoint[] {
  const all = async (scope: Scope): Promise<z.input<typeof clients>> => {
    const known = await registrations(scope);
    const one = async (name: Service): Promise<z.input<typeof client>> => {
      const { clientId = null, clientSecret = '', tenant = null, secretExpiresOn = null } = known.get(name) ?? {};
      const { redirectUri, scopes } = registrationView(services, name, publicUrl, scopesOf(name));
      const mailboxes = [...(await accountsOf(name))];
      return {
        service: name,
        clientId,
        hasSecret: clientSecret !== '',
        tenant,
        secretExpiresOn,
        redirectUri,
        scopes: [...scopes],
        mailboxes,
      };
    };
    return { items: await Promise.all(SERVICES.map(one)) };
  };

  const inputOf = async (scope: Scope, { service: name, ...given }: z.output<typeof changes>): Promise<ClientInput> => {
    const before = (await registrations(scope)).get(name);
    return {
      clientId: given.clientId,
      clientSecret: given.clientSecret ?? '',
      isPublic: given.clientSecret === '',
      tenant: given.tenant ?? before?.tenant ?? '',
      secretExpiresOn: (given.secretExpiresOn === undefined ? before?.secretExpiresOn : given.secretExpiresOn) ?? '',
    };
  };

  return [
    endpoint({
      method: 'GET',
      path: '/oauth-clients',
      needs: 'administrator',
      summary: 'How Centrala is registered at Google and Microsoft',
      response: clients,
      handle: ({ scope }) => all(scope),
    }),
    endpoint({
      method: 'POST',
      path: '/oauth-clients',
      needs: 'administrator',
      summary: 'Store a registration, in place of the one that was there',
      body: changes,
      response: clients,
      handle: async ({ scope, body }) => {
        await saveClient(scope, keyring, body.service, await inputOf(scope, body));
        return all(scope);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/oauth-clients/removal',
      needs: 'administrator',
      summary: 'Remove a registration; mailboxes that log in by it cannot any more',
      body: z.strictObject({ service }),
      response: clients,
      errors: { 404: '`not_found`: Centrala is not registered there' },
      handle: async ({ scope, body }) => {
        await removeClient(scope, body.service);
        return all(scope);
      },
    }),
  ];
}

import type { Client, Service } from './types.ts';

/** Where a service answers for one client. */
export interface Endpoints {
  readonly authorization: string;
  readonly token: string;
  /** Null: it gives no codes for devices that may read mail. */
  readonly device: string | null;
}

/** What differs between services. Handed in by main, so that tests can put a server of their own in its place. */
export type Services = Readonly<Record<Service, ServiceFacts>>;

export interface ServiceFacts {
  readonly endpoints: (client: Pick<Client, 'tenant'>) => Endpoints;
  /** More of the address where a person agrees. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether this may be registered there as the address to come back to. */
  readonly takes: (url: URL) => boolean;
  /** Come back to when the product's own cannot be: nothing answers there, the person copies the address that the browser shows. */
  readonly nowhere: string;
}

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

export const SERVICES_OF_THE_WORLD: Services = {
  // developers.google.com/identity/protocols/oauth2/web-server; …/limited-input-device: its codes are for a few scopes, mail is none of them.
  google: {
    endpoints: () => ({
      authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
      token: 'https://oauth2.googleapis.com/token',
      device: null,
    }),
    // A refresh token comes only with both.
    parameters: { access_type: 'offline', prompt: 'consent' },
    takes: ({ protocol, hostname }) =>
      LOCAL.includes(hostname) ||
      (protocol === 'https:' && /\.[a-z]{2,}$/i.test(hostname) && !/\.(local|lan|internal|home)$/i.test(hostname)),
    nowhere: 'http://127.0.0.1/oauth/return',
  },
  // learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, …/v2-oauth2-device-code, …/reply-url.
  microsoft: {
    endpoints: ({ tenant }) => {
      const base = `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/oauth2/v2.0`;
      return { authorization: `${base}/authorize`, token: `${base}/token`, device: `${base}/devicecode` };
    },
    parameters: { response_mode: 'query' },
    takes: ({ protocol, hostname }) => protocol === 'https:' || hostname === 'localhost',
    nowhere: 'http://localhost/oauth/return',
  },
};

/** Where a service sends the browser back, and whether that reaches us. */
export function returnOf({ takes, nowhere }: ServiceFacts, publicUrl: string): { readonly uri: string; readonly reachesUs: boolean } {
  const own = new URL('/oauth/return', publicUrl);
  const reachesUs = takes(own);
  return { uri: reachesUs ? own.href : nowhere, reachesUs };
}

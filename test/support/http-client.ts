/** A visitor with his own cookies, as a browser keeps them, but without following redirects. */
export interface HttpClient {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Posts a form with the CSRF token of the last page seen; `_csrf` in `form` overrides it. */
  post(path: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  send(method: string, path: string, body: NonNullable<RequestInit['body']> | null, headers?: Record<string, string>): Promise<Answer>;
  /** The token that the last page carried. */
  csrf(): string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
  readonly location: string | null;
}

export function httpClient(base: string): HttpClient {
  const cookies = new Map<string, string>();
  let token = '';
  const send: HttpClient['send'] = async (method, path, body, headers = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(base + path, { method, body, redirect: 'manual', headers: { ...(cookie ? { cookie } : {}), ...headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? token;
    return { status: response.status, headers: response.headers, text, bytes, location: response.headers.get('location') };
  };
  return {
    cookies,
    send,
    csrf: () => token,
    get: (path, headers) => send('GET', path, null, headers),
    post: (path, form = {}, headers) => send('POST', path, new URLSearchParams({ _csrf: token, ...form }), headers),
  };
}

/** A visitor who has logged in by the form. */
export async function loggedInClient(
  base: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<HttpClient> {
  const client = httpClient(base);
  await client.get('/login');
  const { status } = await client.post('/login', { email, password });
  if (status !== 303) throw new Error(`the log-in of ${email} was answered with ${status}`);
  return client;
}

/** Everything that a person gets to see, put into `seen`. */
export const watching = (client: HttpClient, seen: string[]): HttpClient => {
  const noted = async (answer: Promise<Answer>): Promise<Answer> => {
    const { text } = await answer;
    seen.push(text);
    return answer;
  };
  return { ...client, get: (...args) => noted(client.get(...args)), post: (...args) => noted(client.post(...args)) };
};

/** A form with files, as a browser sends it. */
export const multipart = (fields: Record<string, string>, files: readonly File[] = []): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append('files', file);
  return form;
};

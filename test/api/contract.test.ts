import test from 'ava';
import { apiEndpoints, apiRoutes } from '../../core/api/routes.ts';
import { ADMINISTRATOR, type ApiAnswer, api } from '../support/api.ts';

test('without a valid key every operation answers 401 and says nothing else', async (t) => {
  const { call, deps } = await api(t);
  for (const { operation } of apiEndpoints(deps)) {
    const path = operation.path.replace(':id', '1');
    for (const key of [null, 'no-such-key-at-all-here', 'x']) {
      const { status, json, headers } = await call(operation.method, path, operation.body ? {} : undefined, key);
      t.is(status, 401, `${operation.method} ${path}`);
      t.is(json.code, 'unauthorized');
      t.is(headers.get('www-authenticate'), 'Bearer');
    }
  }
});

test('a key in the address or in another header opens nothing', async (t) => {
  const { base } = await api(t);
  const key = 'key-of-agent-number-two';
  for (const [query, headers] of [
    [`?api_key=${key}`, {}],
    [`?access_token=${key}`, {}],
    ['', { 'X-Api-Key': key }],
    ['', { Authorization: key }],
    ['', { Authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` }],
    ['', { Cookie: `session=${key}` }],
  ] as const)
    t.is((await fetch(`${base}/api/v1/inboxes${query}`, { headers })).status, 401, JSON.stringify([query, headers]));
});

test('a thing that does not exist is 404 under every kind of id', async (t) => {
  const { call, deps } = await api(t);
  const bodies: Record<string, object> = {
    'PATCH /conversations/:id': { status: 'closed' },
    'POST /conversations/:id/messages': { kind: 'note', text: 'x' },
    'PUT /conversations/:id/followers': { following: true },
    'PUT /contacts/:id/labels': { labels: [] },
    'PATCH /labels/:id': { colour: 'red' },
    'PATCH /folders/:id': { name: 'x' },
    'PATCH /teams/:id': { name: 'x' },
    'PATCH /inboxes/:id': { folderId: 1 },
    'PUT /conversations/:id/shares': { agentIds: [] },
    'POST /labels/:id/merger': { intoId: 1 },
    'PATCH /canned-responses/:id': { name: 'x' },
    'PATCH /rules/:id': { name: 'x' },
    'PATCH /saved-views/:id': { name: 'x' },
    'PUT /messages/:id/schedule': { sendAt: null },
    'POST /conversations/:id/merger': { into: 1 },
    'POST /conversations/:id/forwards': { to: ['serwis@naprawa.test'] },
    'POST /messages/:id/transfer': { to: null },
  };
  for (const { operation } of apiEndpoints(deps).filter((one) => one.operation.path.includes(':id'))) {
    const body = bodies[`${operation.method} ${operation.path}`];
    for (const id of ['999', '0', '-1', 'x', '1e3', '99999999999', '%00']) {
      const { status, json } = await call(operation.method, operation.path.replace(':id', id), body, ADMINISTRATOR);
      t.is(status, 404, `${operation.method} ${operation.path} with ${id}`);
      t.is(json.code, 'not_found');
    }
  }
  t.is((await call('GET', '/pigeons')).status, 404);
});

test('a method that a path does not have is 405 and names those it has', async (t) => {
  const { call } = await api(t);
  const { status, json, headers } = await call('DELETE', '/conversations/1');
  t.is(status, 405);
  t.is(json.code, 'method_not_allowed');
  t.is(headers.get('allow'), 'GET, PATCH');
});

test('a query or cursor that is wrong is 422 with the name of the field', async (t) => {
  const { call } = await api(t);
  const forged = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const lists = ['/inboxes', '/conversations', '/deliveries'];
  for (const path of lists) {
    for (const cursor of ['x', forged([]), forged([1, 2, 3]), forged([{}]), forged(['a', 'b', 'c']), forged(null)]) {
      const { status, json } = await call('GET', `${path}?cursor=${cursor}`);
      t.is(status, 422, `${path} ${cursor}`);
      t.deepEqual([json.code, Object.keys(json.fields)], ['invalid', ['cursor']]);
    }
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=many', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['api_key=secret', 'api_key'],
      ['page=2', 'page'],
    ] as const)
      t.deepEqual(Object.keys((await call('GET', `${path}?${query}`)).json.fields), [field], `${path}?${query}`);
  }
  t.deepEqual(Object.keys((await call('GET', '/conversations?status=pending&inbox=x')).json.fields).sort(), ['inbox', 'status']);
});

test('a zero byte in a query, which PostgreSQL does not keep, is no fault of ours', async (t) => {
  const { call, deps } = await api(t);
  for (const { operation } of apiEndpoints(deps))
    for (const name of Object.keys(operation.query?.shape ?? {})) {
      if (operation.method !== 'GET') continue;
      const path = `${operation.path.replace(':id', '1')}?${name}=a%00b`;
      t.true((await call('GET', path, undefined, ADMINISTRATOR)).status < 500, path);
    }
});

test('what is wrong with a field is said in plain words that name the limits', async (t) => {
  const { call } = await api(t);
  const refusals = async (method: string, path: string, body?: object) => (await call(method, path, body, ADMINISTRATOR)).json.fields;
  for (const limit of ['0', '201', '1.5', 'many', '1&limit=2'])
    t.deepEqual(await refusals('GET', `/conversations?limit=${limit}`), { limit: 'must be a whole number from 1 to 200' }, limit);
  t.deepEqual(await refusals('GET', '/conversations?status=shut'), { status: 'must be one of open, snoozed, closed, spam, trash' });
  t.deepEqual(await refusals('POST', '/conversations', { inboxId: '1', to: [], subject: 5, text: 'x', html: null }), {
    inboxId: 'must be a number',
    to: 'must have at least 1 item',
    subject: 'must be a text',
    html: 'must be a text',
  });
  t.deepEqual(await refusals('POST', '/conversations', { to: 5 }), {
    inboxId: 'is required',
    to: 'has a form that is not understood',
    subject: 'is required',
  });
  t.deepEqual(await refusals('POST', '/inboxes', { channel: 'email', name: 'n'.repeat(121), address: 'a@b.pl', settings: [] }), {
    name: 'must have at most 120 characters',
    settings: 'must be an object',
  });
});

test('a body that is not a JSON object is refused by what is wrong with it', async (t) => {
  const { base, call } = await api(t);
  const send = async (type: string, body: string) => {
    const headers = { Authorization: 'Bearer key-of-agent-number-two', 'Content-Type': type };
    const answer = await fetch(`${base}/api/v1/conversations`, { method: 'POST', headers, body });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  t.deepEqual(await send('application/x-www-form-urlencoded', 'subject=x'), [415, 'media_type']);
  t.deepEqual(await send('text/plain', '{}'), [415, 'media_type']);
  t.deepEqual(await send('multipart/form-data; boundary=x', '--x--\r\n'), [415, 'media_type']);
  t.deepEqual(await send('application/json', '{'), [400, 'bad_request']);
  t.deepEqual(await send('application/json', '[]'), [400, 'bad_request']);
  t.deepEqual(await send('application/json', '{}'), [422, 'invalid']);
  const unknown: ApiAnswer = await call('POST', '/conversations', { colour: 'red' });
  t.true(Object.keys(unknown.json.fields).includes('colour'));
});

test('the OpenAPI document needs no key and describes every operation with schemas that exist', async (t) => {
  const { call, deps } = await api(t);
  const { status, text } = await call('GET', '/openapi.json', undefined, null);
  t.is(status, 200);
  const document = JSON.parse(text);
  t.is(document.openapi, '3.1.0');
  const described = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('{id}', ':id')}`),
  );
  const routes = apiRoutes(deps).filter(({ path }) => !path.endsWith('openapi.json'));
  const possible = apiEndpoints(deps).map(({ route }) => `${route.method} ${route.path}`);
  t.deepEqual(described.toSorted(), possible.toSorted());
  t.true(routes.every(({ may }) => may === 'api'));
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) t.truthy(document.components.schemas[String(name)], name);
  const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
  t.is(new Set(ids).size, described.length);
  t.is(document.components.schemas.Conversation.properties.status.enum.length, 3);
});

test('no answer of the API is stored by anybody', async (t) => {
  const { call } = await api(t);
  for (const path of ['/inboxes', '/conversations', '/ledger']) t.is((await call('GET', path)).headers.get('cache-control'), 'no-store');
});

import test from 'ava';
import type { Context } from 'koa';
import type { Route } from '../../core/http/context.ts';
import { assertReachable, routeTable } from '../../core/http/route-table.ts';

test('a route that an earlier one hides stops the start', (t) => {
  const get = (path: string) => ({ method: 'GET' as const, path });
  t.throws(() => assertReachable([get('/things/:id'), get('/things/new')]), { message: /\/things\/:id comes first/ });
  t.throws(() => assertReachable([get('/things/:id'), get('/things/:name')]), { message: /two routes/ });
  t.throws(() => assertReachable([get('/a.b'), get('/a.b')]));
  t.notThrows(() =>
    assertReachable([get('/things/new'), get('/things/:id'), get('/things/:id/parts'), { method: 'POST', path: '/things/new' }]),
  );
  t.notThrows(() => assertReachable([get('/a.b'), get('/axb')]));
});

test('a request finds its route by the first word, in capital letters too, and by a variable one where no other has it', async (t) => {
  const route = (method: 'GET' | 'POST', path: string): Route => ({ method, path, may: 'public', handle: () => {} });
  const routes = [
    route('GET', '/'),
    route('GET', '/things/:id'),
    route('POST', '/things/:id'),
    route('GET', '/:word/parts'),
    route('GET', '/others'),
  ];
  const table = routeTable(routes, async (ctx, found) => {
    ctx.body = `${found.method} ${found.path} ${JSON.stringify(ctx['params'])}`;
  });
  const answer = async (method: string, path: string): Promise<unknown> => {
    const ctx = { method, path, request: {}, body: 'nobody' };
    await table(ctx as unknown as Context, async () => {});
    return ctx.body;
  };
  t.is(await answer('GET', '/'), 'GET / {}');
  t.is(await answer('GET', '/things/7'), 'GET /things/:id {"id":"7"}');
  t.is(await answer('POST', '/things/7'), 'POST /things/:id {"id":"7"}');
  t.is(await answer('HEAD', '/THINGS/7'), 'GET /things/:id {"id":"7"}');
  t.is(await answer('GET', '/things/parts'), 'GET /things/:id {"id":"parts"}');
  t.is(await answer('GET', '/others/parts'), 'GET /:word/parts {"word":"others"}');
  t.is(await answer('GET', '/none/parts'), 'GET /:word/parts {"word":"none"}');
  t.is(await answer('GET', '/none'), 'nobody');
  t.is(await answer('DELETE', '/things/7'), 'nobody');
});

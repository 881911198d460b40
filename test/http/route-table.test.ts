import test from 'ava';
import { assertReachable } from '../../core/http/route-table.ts';

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

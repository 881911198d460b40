import test from 'ava';
import { routeTable } from '../support/route-table.ts';
import { NO_PAGES, SCREENS } from './screens.ts';

test('every page that a person can open is in the picture book, and the picture book has no page that is not there', (t) => {
  const pages = routeTable()
    .filter(({ method, path }) => method === 'GET' && !path.startsWith('/api/'))
    .map(({ path }) => path);
  const known = [...Object.keys(SCREENS), ...Object.keys(NO_PAGES)];
  const missing = pages.filter((path) => !known.includes(path));
  t.deepEqual(missing, [], 'name these in test/pictures/screens.ts');
  t.deepEqual(
    known.filter((path) => !pages.includes(path)),
    [],
  );
});

test('no two screens of the picture book have the same name', (t) => {
  const names = Object.values(SCREENS).flatMap((screens) => screens.map(({ name }) => name));
  t.is(new Set(names).size, names.length);
});

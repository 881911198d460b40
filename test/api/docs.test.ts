import { readFileSync } from 'node:fs';
import test from 'ava';
import { apiEndpoints } from '../../core/api/routes.ts';
import { allCommands, commandOf } from '../../core/cli/commands.ts';
import { DELIVERY_STATUSES } from '../../core/deliveries/types.ts';
import { api } from '../support/api.ts';

const DOCS = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

test('docs/api.md names every operation, every delivery state, every error code and every command', async (t) => {
  const { deps } = await api(t);
  for (const { operation } of apiEndpoints(deps)) {
    const path = operation.path.replace(':id', '{id}');
    t.true(DOCS.includes(`\`${operation.method} ${path}\``), `${operation.method} ${path}`);
    for (const words of Object.values(operation.errors ?? {}))
      for (const [code] of words.matchAll(/`[a-z_]+`/g)) t.true(DOCS.includes(code), `${path} ${code}`);
  }
  for (const status of DELIVERY_STATUSES) t.true(DOCS.includes(`\`${status}\``), status);
  for (const { name } of await allCommands()) t.true(DOCS.includes(`\`centrala ${name}`), name);
});

test('a command is found by the words of its name, whatever follows them', async (t) => {
  for (const command of await allCommands()) t.is(await commandOf([...command.name.split(' '), '--json']), command, command.name);
  t.is(await commandOf(['nothing']), null);
});

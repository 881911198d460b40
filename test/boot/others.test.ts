import test from 'ava';
import { announceOfOthers } from '../../core/boot/others.ts';
import { connect } from '../../core/db/connect.ts';
import { openPeers } from '../../core/db/peers.ts';
import type { DomainEvent } from '../../core/events/catalogue.ts';
import { silentLog } from '../../core/lib/log.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { until } from '../support/until.ts';

test('after a loss of the connection what others did meanwhile is announced, and no plugin is started again for what was long known', async (t) => {
  const target = await databaseTarget(t);
  if (target.url === null) return t.pass('a SQLite file belongs to one process');

  const db = connect(target);
  t.teardown(() => db.destroy());
  const scope = await scopeFor(t, db);
  const happen = (name: string, agoMs: number) =>
    db('events').insert({
      type: 'plugin.changed',
      data: JSON.stringify({ name, process: 1 }),
      actor: JSON.stringify({ kind: 'system', task: 'test' }),
      created_at: new Date(Date.now() - agoMs).toISOString(),
    });
  await happen('long known', 600_000);
  await happen('just before', 1_000);
  const peers = await openPeers(target.url, [], silentLog);
  t.teardown(() => peers.close());
  const heard: DomainEvent['data'][] = [];
  announceOfOthers({ peers, scope, stream: { pokeHere: () => {} } as never, log: silentLog }, (events) => {
    heard.push(...events.map(({ data }) => data));
  });
  await db.raw("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2 and objid = ?", [peers.me]);
  await happen('meanwhile', 0);
  await until('it is together with the others again', () => heard.length > 0);
  t.deepEqual(heard, [
    { name: 'just before', process: 1 },
    { name: 'meanwhile', process: 1 },
  ]);
});

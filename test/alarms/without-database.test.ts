import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { saveAlarms } from '../../core/alarms/settings.ts';
import { watchAlarms } from '../../core/boot/alarms.ts';
import { connect } from '../../core/db/connect.ts';
import type { Readiness } from '../../core/health/readiness.ts';
import { failing, ok } from '../../core/health/readiness.ts';
import { lastKnown } from '../../core/lib/last-known.ts';
import { silentLog } from '../../core/lib/log.ts';
import { databaseTarget, scopeFor } from '../support/db.ts';
import { KEYRING } from '../support/web.ts';

type Watched = Parameters<typeof watchAlarms>;

async function webhook(t: ExecutionContext) {
  const said: string[] = [];
  const server = createServer(async (request, answer) => {
    const { event, troubles } = JSON.parse(await text(request)) as { event: string; troubles: { name: string }[] };
    said.push([event, ...troubles.map(({ name }) => name)].join(' '));
    answer.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { said, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

test('a database that is away is told by the webhook, by the process that had the clock, until it is known again who has it', async (t) => {
  const { said, url } = await webhook(t);
  const db = connect(await databaseTarget(t));
  const clock = { at: Date.now(), isHeld: true };
  const scope = { ...(await scopeFor(t, db)), now: () => new Date(clock.at) };
  await saveAlarms(scope, KEYRING, { isMailOn: true, webhook: url, ping: null, pingMinutes: 5 });
  const tasks: (() => Promise<void>)[] = [];
  const reunions: (() => void)[] = [];
  const foundation = {
    config: { alarmAllow: '127.0.0.0/8', publicUrl: 'http://centrala.test' },
    scope,
    keyring: KEYRING,
    log: silentLog,
    schedule: {
      every: (_when: string, _name: string, task: () => Promise<void>) => tasks.push(async () => (clock.isHeld ? task() : undefined)),
      everywhere: (_when: string, _name: string, task: () => Promise<void>) => tasks.push(task),
    },
    peers: { holds: () => clock.isHeld, onDuty: () => {}, onReunion: (heard: () => void) => reunions.push(heard) },
  } as unknown as Watched[0];
  let isAway = false;
  const readiness = async (): Promise<Readiness> => ({
    status: isAway ? 'not_ready' : 'ready',
    checkedAt: '',
    checks: [isAway ? failing('database', 'it raised an error; see the log') : ok('database')],
  });
  const about = { readiness, backups: { alarm: () => null }, companyName: () => scope.db('settings').first('value') };
  watchAlarms(foundation, {} as Watched[1], about as unknown as Watched[2]);
  const minutes = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i += 1) {
      for (const task of tasks) await task().catch(() => {});
      clock.at += 60_000;
    }
  };
  await minutes(2);
  t.deepEqual(said, []);
  isAway = true;
  clock.isHeld = false;
  await db.destroy();
  await minutes(8);
  t.deepEqual(said, ['alarm database']);
  isAway = false;
  await minutes(1);
  t.deepEqual(said, ['alarm database', 'well']);
  for (const heard of reunions) heard();
  isAway = true;
  await minutes(8);
  t.is(said.length, 2, 'another process has the clock by now');
});

test('what does not answer any more counts as it was, and what never answered is an error', async (t) => {
  let answer: () => Promise<number> = async () => 7;
  const known = lastKnown(() => answer(), 50);
  t.is(await known(), 7);
  answer = async () => 8;
  t.is(await known(), 8);
  answer = () => new Promise(() => {});
  t.is(await known(), 8);
  answer = () => Promise.reject(new Error('away'));
  t.is(await known(), 8);
  const never = lastKnown(() => Promise.reject(new Error('away')), 50);
  await t.throwsAsync(never, { message: 'away' });
});

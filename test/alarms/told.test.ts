import test from 'ava';
import { keptTold } from '../../core/alarms/told.ts';
import type { Trouble } from '../../core/alarms/types.ts';
import { createAlarms } from '../../core/alarms/watch.ts';
import { silentLog } from '../../core/lib/log.ts';
import { scopeFor } from '../support/db.ts';

const DISK: Trouble = { name: 'disk', detail: null };
const MAILBOX: Trouble = { name: 'mailbox', detail: null };

test('an alarm that an earlier run or another process told is not told again, and its end is', async (t) => {
  const scope = await scopeFor(t);
  const did: string[] = [];
  const state = { at: Date.UTC(2026, 10, 27), troubles: [DISK, MAILBOX] as readonly Trouble[] };
  const settings = { isMailOn: true, webhook: 'https://hook.test/', webhookKey: 'k', ping: null, pingMinutes: 5 };
  const run = () =>
    createAlarms({
      now: () => new Date(state.at),
      log: silentLog,
      version: '1',
      settings: async () => settings,
      told: keptTold(scope, silentLog, 5_000),
      troubles: async () => state.troubles,
      call: async ({ body = '' }) => {
        const { event, troubles } = JSON.parse(body);
        did.push([event, ...troubles.map(({ name }: Trouble) => name)].join(' '));
        return { problem: null };
      },
      mail: async (troubles) => void did.push(`mail ${troubles.map(({ name }) => name)}`),
    });
  const minutes = async (alarms: ReturnType<typeof run>, n: number): Promise<readonly string[]> => {
    did.length = 0;
    for (let i = 0; i < n; i++) {
      await alarms.look();
      state.at += 60_000;
    }
    return [...did];
  };
  const first = run();
  t.deepEqual(await minutes(first, 10), ['mail disk,mailbox', 'alarm disk mailbox']);

  const second = run();
  state.troubles = [DISK];
  t.deepEqual(await minutes(second, 3), [], 'a mailbox that was not tried yet is not well');
  state.troubles = [DISK, MAILBOX];
  t.deepEqual(await minutes(second, 20), []);

  state.troubles = [];
  const third = run();
  t.deepEqual(await minutes(third, 10), ['well'], 'what was mended by a restart is told too');

  state.troubles = [DISK];
  t.deepEqual(await minutes(third, 10), ['mail disk', 'alarm disk']);
  state.troubles = [];
  t.deepEqual(await minutes(first, 10), ['well'], 'the clock went back to the first process');
  state.troubles = [DISK];
  t.deepEqual(await minutes(first, 4), []);
  state.at += 3_600_000;
  t.deepEqual(await minutes(first, 4), [], 'what began before a pause of looking did not last through it');
});

test('what was told while the database was away is not lost when it is back', async (t) => {
  const scope = await scopeFor(t);
  const { db } = scope;
  const told = keptTold(scope, silentLog, 5_000);
  const before = { mail: [], webhook: [] };
  t.deepEqual(await told.read(), before);
  await db.schema.renameTable('settings', 'away');
  await told.note({ mail: ['database'], webhook: ['database'] });
  await db.schema.renameTable('away', 'settings');
  t.deepEqual(await told.read(), { mail: ['database'], webhook: ['database'] }, 'and not what the database still says');
  await told.note({ mail: ['database'], webhook: ['database'] });
  t.deepEqual(await keptTold(scope, silentLog, 5_000).read(), { mail: ['database'], webhook: ['database'] });
});

import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Machine, machineOf } from '../../core/backups/machine.ts';
import { openRepository } from '../../core/backups/repository.ts';
import { machineTag, snapshots } from '../../core/backups/restic.ts';
import { readSchedule, saveSchedule } from '../../core/backups/schedule.ts';
import { type Tidied, tidy } from '../../core/backups/tidy.ts';
import { scopeFor } from '../support/db.ts';
import { madeBackup } from '../support/made-backup.ts';
import { tempDir } from '../support/temp-dir.ts';

const DAY_MS = 86_400_000;

test('backups of a clock that was ahead stay, and neither the new one nor a place of the rules goes for them', async (t) => {
  const scope = await scopeFor(t);
  await saveSchedule(scope, { ...(await readSchedule(scope)), keep: { daily: 2, weekly: 0, monthly: 0 } });
  const dir = tempDir(t);
  const repository = await openRepository({ dataDir: dir, dir: join(dir, 'backups'), key: null, path: process.env['PATH'] ?? '' });
  const content = tempDir(t);
  await writeFile(join(content, 'mail'), 'x');
  const noon = new Date();
  noon.setHours(12, 0, 0, 0);
  const day = (n: number): Date => new Date(noon.getTime() + n * DAY_MS);
  // Of a clock that was years, half a day and some minutes ahead.
  for (const n of [-2, -1, 0.01, 0.45, 400, 401, 402]) await madeBackup(repository, content, day(n), 'verified', 'centrala-3');
  const snapshot = await madeBackup(repository, content, noon, 'centrala-3');

  const { snapshot: name } = await tidy(scope, repository, { snapshot, bytes: 1, machine: await machineOf(dir, noon) });
  const left = await snapshots(repository);
  t.deepEqual(
    left.map(({ at }) => Math.round(((at.getTime() - noon.getTime()) / DAY_MS) * 100) / 100),
    [-1, 0, 0.01, 0.45, 400, 401, 402],
  );
  t.like(left[1], { shortId: name, isVerified: true, bytes: 1 });
});

test('two machines over one place: neither lets go what the other makes, both hear of it, and a restored one goes on with the past of the old', async (t) => {
  const scope = await scopeFor(t);
  await saveSchedule(scope, { ...(await readSchedule(scope)), keep: { daily: 2, weekly: 0, monthly: 0 } });
  const [dir, elsewhere, content] = [tempDir(t), tempDir(t), tempDir(t)];
  const repository = await openRepository({ dataDir: dir, dir: join(dir, 'backups'), key: null, path: process.env['PATH'] ?? '' });
  await writeFile(join(content, 'mail'), 'x');
  const start = new Date(Date.now() - 10 * DAY_MS);
  start.setHours(12, 0, 0, 0);
  const at = (day: number): Date => new Date(start.getTime() + day * DAY_MS);
  const [theirs, ours] = [await machineOf(elsewhere, at(0)), await machineOf(dir, at(2.5))];
  t.deepEqual(await machineOf(dir, at(9)), ours);
  await cp(dir, join(elsewhere, 'copy'), { recursive: true });
  t.not((await machineOf(join(elsewhere, 'copy'), at(9))).id, ours.id, 'a copy of the folder is another machine');
  const made = async (day: number, machine: Machine): Promise<Tidied> => {
    const snapshot = await madeBackup(repository, content, at(day), 'centrala-1', machineTag(machine.id));
    return tidy(scope, repository, { snapshot, bytes: 1, machine });
  };
  const left = async (): Promise<readonly number[]> =>
    (await snapshots(repository)).map((one) => Math.round(((one.at.getTime() - start.getTime()) / DAY_MS) * 10) / 10);

  for (const day of [0, 1, 2]) t.is((await made(day, theirs)).other, null);
  // Restored from day 1, so that the one of day 2 is the past as well.
  t.is((await made(3, ours)).other, null);
  t.deepEqual(await left(), [1, 2, 3], 'the first of a machine lets nothing go');
  t.is((await made(4, ours)).other, null);
  t.deepEqual(await left(), [3, 4]);

  // The old one still runs, a little later each night.
  t.like((await made(4.1, theirs)).other, { machine: ours.id });
  t.like((await made(5, ours)).other, { machine: theirs.id });
  t.truthy((await made(5.1, theirs)).other);
  t.truthy((await made(6, ours)).other);
  t.truthy((await made(6.1, theirs)).other);
  t.true((await left()).includes(6), 'the later one of the day does not push ours out');
  t.is((await snapshots(repository)).filter(({ machine }) => machine === ours.id).length, 2);
  // It was stopped.
  t.truthy((await made(7, ours)).other);
  t.is((await made(8, ours)).other, null);
});

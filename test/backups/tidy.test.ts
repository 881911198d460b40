import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openRepository } from '../../core/backups/repository.ts';
import { snapshots } from '../../core/backups/restic.ts';
import { readSchedule, saveSchedule } from '../../core/backups/schedule.ts';
import { tidy } from '../../core/backups/tidy.ts';
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

  const name = await tidy(scope, repository, { snapshot, bytes: 1 });
  const left = await snapshots(repository);
  t.deepEqual(
    left.map(({ at }) => Math.round(((at.getTime() - noon.getTime()) / DAY_MS) * 100) / 100),
    [-1, 0, 0.01, 0.45, 400, 401, 402],
  );
  t.like(left[1], { shortId: name, isVerified: true, bytes: 1 });
});

/* The thread of upgrade.ts. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from './connect.ts';
import { MigrationError, migrate } from './migrate.ts';
import { brokenPages, vacuumInto } from './sqlite-file.ts';
import type { UpgradeMessage, UpgradeOrder } from './upgrade.ts';

const say = (message: UpgradeMessage): void => parentPort?.postMessage(message);

function copyFirst(from: string, to: string): void {
  say({ step: 'copy', done: 0, total: 0 });
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const part = `${to}.part`;
  rmSync(part, { force: true });
  vacuumInto(from, part);
  const [wrong] = brokenPages(part);
  if (wrong !== undefined) throw new Error(`the copy that was made before is damaged: ${wrong}`);
  renameSync(part, to);
}

const { target, migrations, copy }: UpgradeOrder = workerData;
try {
  if (copy !== null) copyFirst(target.file, copy);
  const db = connect(target);
  try {
    say({ ran: await migrate(db, migrations, (done, total) => say({ step: 'migrate', done, total })) });
  } finally {
    await db.destroy();
  }
} catch (error) {
  const failed = error instanceof Error ? error.message : String(error);
  say({ failed, migration: error instanceof MigrationError ? error.migration : null });
}

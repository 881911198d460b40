// @ts-check
// JavaScript, because a thread that loads TypeScript costs 11 MB more memory for as long as it lives.
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const LOOK_MS = 200;
/** As SQLite itself does it, unless told otherwise: 1,000 pages of 4 KB. */
const WORTH_BYTES = 4_096_000;

/** @type {{ file: string }} */
const { file } = workerData;
const db = new Database(file, { fileMustExist: true });
let seen = 0;

function look() {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (!log || log.size < WORTH_BYTES || log.mtimeMs === seen) return;
  seen = log.mtimeMs;
  try {
    // Passive: waits for nobody, and nobody waits for it.
    db.pragma('wal_checkpoint(passive)');
  } catch (error) {
    seen = 0;
    parentPort?.postMessage(error instanceof Error ? error.message : String(error));
  }
}

const timer = setInterval(look, LOOK_MS);
parentPort?.on('message', () => {
  clearInterval(timer);
  db.close();
  parentPort?.close();
});

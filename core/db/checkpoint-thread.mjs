// @ts-check
// JavaScript, because a thread that loads TypeScript costs 11 MB more memory for as long as it lives.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** @type {{ file: string }} */
const { file } = workerData;
const db = new Database(file, { fileMustExist: true, timeout: 0 });

function look() {
  try {
    // Passive: waits for nobody, and nobody waits for it.
    db.pragma('wal_checkpoint(passive)');
  } catch (error) {
    parentPort?.postMessage(error instanceof Error ? error.message : String(error));
  }
}

parentPort?.on('message', (/** @type {'look' | 'stop'} */ order) => {
  if (order === 'look') return look();
  // Unless somebody writes or reads just now: the log begins anew, short, so that it is not taken for one that grows.
  db.pragma('wal_checkpoint(truncate)');
  db.close();
  parentPort?.close();
});

/* The thread of quick-check.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const db = new Database(String(workerData), { readonly: true, fileMustExist: true, timeout: 10_000 });
const found = db.pragma('quick_check(5)') as { quick_check: string }[];
db.close();
parentPort?.postMessage(found.map((row) => row.quick_check).filter((line) => line !== 'ok'));

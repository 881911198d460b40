/* The thread of file-check.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { FileCheck } from './file-check.ts';
import { brokenPages } from './sqlite-file.ts';

const { file, how }: FileCheck = workerData;

function quickly(): readonly string[] {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 });
  const found = db.pragma('quick_check(5)') as { quick_check: string }[];
  db.close();
  return found.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

parentPort?.postMessage(how === 'quick' ? quickly() : brokenPages(file));

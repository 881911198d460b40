import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import test from 'ava';

/** The nice value of each thread of this process that has one (proc(5), `/proc/pid/stat`, field 19), by its id. */
function niceThreads(): ReadonlyMap<string, number> {
  const found = readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'latin1');
    return [id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])] as const;
  });
  return new Map(found.filter(([, nice]) => nice !== 0));
}

for (const name of ['interpret-worker', 'authenticate-worker'])
  test.serial(`the thread of ${name} leaves the processor to the event loop, and only that thread does`, async (t) => {
    const before = niceThreads();
    const worker = new Worker(pathToFileURL(resolve(import.meta.dirname, `../../core/ingest/${name}.ts`)), {
      workerData: { dnsServers: [] },
    });
    await once(worker, 'message');
    const added = [...niceThreads()].filter(([id]) => !before.has(id));
    await worker.terminate();
    t.deepEqual(
      added.map(([, nice]) => nice),
      [5],
    );
    t.false(added.some(([id]) => id === String(process.pid)));
  });

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { AuthenticateJob, Authenticator } from '../../core/ingest/authenticator.ts';
import { clearWatched, watchSender } from '../../core/ingest/watch-sender.ts';
import type { Authentication } from '../../core/lib/authentication.ts';
import { silentLog } from '../../core/lib/log.ts';
import { tempDir } from '../support/temp-dir.ts';

const MODULE = new URL('file:///module.ts');
const FOUND: Authentication = {
  origin: 'own',
  ip: null,
  helo: null,
  fromDomain: null,
  spf: null,
  dkim: [],
  dmarc: null,
  arc: null,
  pretences: [],
};

/** An authenticator that remembers what it was given, the content of a file included. */
function scripted(answer: () => Promise<Authentication> = async () => FOUND) {
  const jobs: (AuthenticateJob & { readonly text: string })[] = [];
  const authenticator: Authenticator = {
    authenticate: (job) => {
      const text = 'file' in job.source ? readFileSync(job.source.file, 'latin1') : Buffer.from(job.source.content).toString('latin1');
      jobs.push({ ...job, text });
      return answer();
    },
    stop: async () => {},
  };
  return { authenticator, jobs };
}

test('a small mail is checked from memory, a large one from a file that goes with the check', async (t) => {
  const dir = join(tempDir(t), 'checking');
  const { authenticator, jobs } = scripted();
  for (const size of [1000, 600_000]) {
    const watch = watchSender({ authenticator, dir, maxBytes: 1_000_000, log: silentLog }, MODULE, { helo: 'x' });
    for (let sent = 0; sent < size; sent += 1000) await watch.add(Buffer.alloc(1000, 'a'));
    t.deepEqual(await watch.result(), FOUND);
    t.is(existsSync(dir) && readdirSync(dir).length === 1, size > 256 * 1024);
    await watch.end();
    t.is(jobs.at(-1)?.text.length, size);
    t.is(jobs.at(-1)?.bytes, size);
  }
  t.deepEqual(readdirSync(dir), []);
});

test('what cannot be checked, in time or at all, is unknown and never an error', async (t) => {
  const dir = join(tempDir(t), 'checking');
  const deps = { dir, maxBytes: 1000, log: silentLog, timeLimitMs: 100 };
  const fails = watchSender({ ...deps, ...scripted(() => Promise.reject(new Error('no thread'))) }, MODULE, {});
  await fails.add(Buffer.from('x'));
  t.is(await fails.result(), null);
  const sleeps = watchSender({ ...deps, ...scripted(() => new Promise(() => {})) }, MODULE, {});
  t.is(await sleeps.result(), null);
  const tooLarge = watchSender({ ...deps, ...scripted() }, MODULE, {});
  await tooLarge.add(Buffer.alloc(2000));
  t.is(await tooLarge.result(), null);
  writeFileSync(dir, 'a file where the folder should be');
  const noDisk = watchSender({ ...deps, maxBytes: 1_000_000, ...scripted() }, MODULE, {});
  await noDisk.add(Buffer.alloc(600_000));
  t.is(await noDisk.result(), null);
  for (const watch of [fails, sleeps, tooLarge, noDisk]) await watch.end();
});

test('what an ended process left behind goes at the next start', async (t) => {
  const dir = join(tempDir(t), 'checking');
  const left = watchSender({ ...scripted(), dir, maxBytes: 1_000_000, log: silentLog }, MODULE, {});
  await left.add(Buffer.alloc(600_000));
  t.is(readdirSync(dir).length, 1);
  await clearWatched(dir);
  t.false(existsSync(dir));
  await left.end();
});

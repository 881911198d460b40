import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgram } from '../../../core/bin/debian-packages.ts';
import { ask } from '../../../core/lib/ask-service.ts';
import type { ServiceHost } from '../../../core/lib/service-host.ts';
import { wordQuestion } from '../client/ask.ts';
import { EICAR } from './letters.ts';

export interface RealClamd {
  readonly path: string;
  readonly host: ServiceHost;
  stop(): Promise<void>;
}

export interface ClamdOptions {
  /** Where its socket is; to come back at the same place. */
  readonly path?: string;
  /** A port of 127.0.0.1 in place of a socket. */
  readonly port?: number;
}

/** What a stream may hold, in bytes: little, so that too much is soon sent. */
export const STREAM_MAX_BYTES = 2 * 1024 * 1024;

/** Debian's clamd with one signature of our own: the same program, ready at once. */
export async function startClamd({ path, port }: ClamdOptions = {}): Promise<RealClamd> {
  const program = findProgram('clamd');
  if (program === null) throw new Error('the tests need the Debian package clamav-daemon');
  const dir = mkdtempSync(join(tmpdir(), 'clamd-test-'));
  chmodSync(dir, 0o755);
  const [database, temporary] = [join(dir, 'database'), join(dir, 'tmp')];
  for (const folder of [database, temporary]) mkdirSync(folder);
  writeFileSync(join(database, 'test.ndb'), `Eicar-Test-Signature:0:*:${Buffer.from(EICAR, 'latin1').toString('hex')}\n`);
  const socket = path ?? join(dir, 'sock');
  const config = [
    'Foreground yes',
    ...(port === undefined ? [`LocalSocket ${socket}`] : ['TCPAddr 127.0.0.1', `TCPSocket ${port}`]),
    `DatabaseDirectory ${database}`,
    `TemporaryDirectory ${temporary}`,
    `StreamMaxLength ${STREAM_MAX_BYTES}`,
    'MaxThreads 4',
    'SelfCheck 0',
    'OfficialDatabaseOnly no',
    '',
  ].join('\n');
  writeFileSync(join(dir, 'clamd.conf'), config);
  const child = spawn(program, [`--config-file=${join(dir, 'clamd.conf')}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2000);
    });
  const host: ServiceHost = port === undefined ? { path: socket } : { host: '127.0.0.1', port };
  const limit = AbortSignal.timeout(30_000);
  while (!('answer' in (await ask(host, wordQuestion('PING'), { connectMs: 1_000, answerMs: 2_000 }, limit)))) {
    if (child.exitCode !== null || limit.aborted) throw new Error(`clamd did not start: ${words}`);
    await wait(30);
  }
  return {
    path: socket,
    host,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

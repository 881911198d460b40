import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BackupError } from './backup-error.ts';
import { complaintOf } from './complaints.ts';
import { withSsh } from './ssh.ts';
import { placeOf, type SftpTarget } from './target.ts';
import type { SshKey } from './target-file.ts';

/** A connection of Debian's `sftp` that stays open: commands go in as in a batch, one after another. */
export interface Sftp {
  /** Answers the lines that they print. Raises BackupError at the first that fails, unless it begins with a dash; the next call connects anew. */
  run(commands: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The last command of each call, by whose answer its end is known. */
const MARK = 'lpwd';
const MARKED = /^Local working directory: /;

export function openSftp(target: SftpTarget, key: SshKey | null, dir: string, path: string): Sftp {
  let session: Promise<Session> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const one = async (commands: readonly string[]): Promise<readonly string[]> => {
    session ??= begin(target, key, dir, path);
    try {
      const { ask } = await session;
      return await ask(commands);
    } catch (error) {
      session = null;
      throw error;
    }
  };
  return {
    run: (commands) => {
      const answer = last.then(() => one(commands));
      last = answer.catch(() => {});
      return answer;
    },
    close: async () => {
      await last;
      const open = await session?.catch(() => null);
      session = null;
      open?.child.stdin?.end();
      await open?.over;
    },
  };
}

/** In double quotes, with what `sftp` would take for a pattern or a quote escaped. */
export const quotedForSftp = (path: string): string => `"${path.replaceAll(/[\\"*?[\]]/g, '\\$&')}"`;

interface Session {
  readonly child: ChildProcess;
  readonly over: Promise<void>;
  readonly ask: (commands: readonly string[]) => Promise<readonly string[]>;
}

async function begin(target: SftpTarget, key: SshKey | null, dir: string, path: string): Promise<Session> {
  const began = Promise.withResolvers<Session>();
  const over = withSsh(dir, target, key, path, async ({ sftp }) => {
    const child = spawn('sftp', [...sftp], { env: { PATH: path }, stdio: ['pipe', 'pipe', 'pipe'] });
    const closed = once(child, 'close');
    began.resolve({ child, over: closed.then(() => {}), ask: asker(child, placeOf(target)) });
    await closed;
  });
  over.catch(began.reject);
  return began.promise;
}

function asker(child: ChildProcess, place: string): Session['ask'] {
  let [complaints, lines]: [string, string[]] = ['', []];
  let current: PromiseWithResolvers<readonly string[]> | null = null;
  child.stdin?.on('error', () => {});
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000);
  });
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (MARKED.test(line)) current?.resolve(lines);
      else if (!line.startsWith('sftp> ')) lines.push(line);
    });
  const ended = (why: string): void => {
    const said = complaints.trim() || why;
    current?.reject(complaintOf(place, said) ?? new BackupError(`${place}: ${said}`));
  };
  child.once('error', (error) => ended(error.message));
  child.once('close', () => ended('The connection ended.'));
  return (commands) => {
    [complaints, lines] = ['', []];
    current = Promise.withResolvers();
    if (child.exitCode !== null || child.signalCode !== null) ended('The connection ended.');
    child.stdin?.write(`${[...commands, MARK].join('\n')}\n`);
    return current.promise;
  };
}

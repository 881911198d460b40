import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endGroup } from '../lib/end-group.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { randomToken } from '../lib/secrets.ts';
import { BackupError } from './backup-error.ts';
import { confirmFailure } from './confirm.ts';
import { type Outcome, readOutcome } from './outcome.ts';
import { adoptKey, type BackupPlace, normalKey } from './repository-key.ts';
import { beginSwap, pendingSwap } from './swap.ts';
import { dropTarget, type Elsewhere, writeSshKey, writeTarget } from './target-file.ts';
import { RESTORE_PROBLEMS, type RestoreProgress } from './types.ts';

/** Where the backups lie and what opens them. */
export interface BackupSource {
  readonly dir: string;
  readonly key: string;
  /** Not what is set on this machine; it is set when a restore begins. */
  readonly elsewhere?: Elsewhere | undefined;
}

/** A snapshot or a file by its name, or everything as it was at a moment. */
export type Wanted = string | Date;

export type RestoreState = { readonly progress: RestoreProgress } | { readonly outcome: Outcome };

/** Restores that are begun in the browser. */
export interface Restorer {
  /** Begins one; answers the ticket of the page that shows how far it is, or null while another one is under way. */
  begin(source: BackupSource, what: Wanted): string | null;
  /** Null: no such ticket. It outlives the restart in the middle. */
  state(ticket: string): RestoreState | null;
  /** What became of the last one. */
  last(): Outcome | null;
  /** Ends it when there is one, and waits for that. */
  stop(): Promise<void>;
}

interface Parts {
  readonly place: BackupPlace;
  readonly now: () => Date;
  /** What makes another process see this installation and these backups. */
  readonly env: (source: BackupSource) => NodeJS.ProcessEnv;
  readonly log: Log;
  /** Stops the server and starts it again, which lets old and new data change places. */
  readonly restart: () => void;
}

const COMMAND = join(import.meta.dirname, '../cli.ts');

/** Fetching and checking is `centrala restore --prepare` beside the server, which goes on working; only then it makes way for a moment. */
export function createRestorer({ place, now, env, log, restart }: Parts): Restorer {
  const { dataDir } = place;
  let current: { ticket: string; child: ChildProcess; progress: RestoreProgress } | null = null;
  let ended: Promise<void> = Promise.resolve();

  const finish = async (source: BackupSource, ticket: string, said: Said): Promise<void> => {
    if (!said.prepared) {
      const problem = RESTORE_PROBLEMS.find((one) => one === said.problem) ?? 'other';
      log.error('restore_failed', { problem, detail: said.detail });
      // Where nothing is set up nothing may point at the backups of another machine.
      if (source.elsewhere) dropTarget(place);
      const error = said.detail ? new BackupError(said.detail, undefined, problem) : null;
      return confirmFailure({ dataDir, now }, { ticket, from: '' }, error);
    }
    // A new machine goes on with the backups of the old one.
    adoptKey({ dataDir }, normalKey(source.key));
    const from = said.prepared;
    await beginSwap(dataDir, { from, before: `before-${from}`, phase: 'ready', schema: null, ticket });
    log.warn('restore_is_ready', { from });
    restart();
  };

  return {
    begin: (source, what) => {
      if (current || pendingSwap(dataDir)) return null;
      const ticket = randomToken(24);
      // What is true if this process is killed before the end.
      const noted = confirmFailure({ dataDir, now }, { ticket, from: '' }, null).catch((error: unknown) =>
        log.error('restore_failed', errorFacts(error)),
      );
      if (source.elsewhere) setElsewhere({ ...place, key: source.key }, source.elsewhere);
      const named = typeof what === 'string' ? [what] : ['latest', '--at', what.toISOString()];
      const child = spawn(process.execPath, [COMMAND, 'restore', ...named, '--prepare'], {
        env: env(source),
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const running = { ticket, child, progress: { step: 'fetch', done: 0, total: 0 } as RestoreProgress };
      current = running;
      let said: Said = {};
      createInterface({ input: child.stdout }).on('line', (line) => {
        const message: Partial<RestoreProgress> & Said = JSON.parse(line);
        if (message.step) running.progress = message as RestoreProgress;
        else said = message;
      });
      let complaint = '';
      child.stderr.on('data', (chunk: Buffer) => {
        complaint = (complaint + chunk.toString()).slice(-1000);
      });
      ended = new Promise<void>((resolve) => {
        child.once('error', (error) => {
          complaint = error.message;
          resolve();
        });
        child.once('close', () => resolve());
      })
        .then(() => noted)
        .then(() => finish(source, ticket, said.prepared || said.problem ? said : { detail: complaint.trim() }))
        .catch((error: unknown) => log.error('restore_failed', errorFacts(error)))
        .finally(() => {
          current = null;
        });
      return ticket;
    },
    state: (ticket) => {
      if (current?.ticket === ticket) return { progress: current.progress };
      if (pendingSwap(dataDir)?.ticket === ticket) return { progress: { step: 'places', done: 0, total: 0 } };
      const outcome = readOutcome(dataDir);
      return outcome?.ticket === ticket ? { outcome } : null;
    },
    last: () => (current ? null : readOutcome(dataDir)),
    stop: async () => {
      if (current) endGroup(current.child);
      await ended;
    },
  };
}

function setElsewhere(place: BackupPlace, { target, sshKey }: Elsewhere): void {
  writeTarget(place, target);
  if (sshKey) writeSshKey(place, sshKey);
}

/** The last line of the command. */
interface Said {
  readonly prepared?: string;
  readonly problem?: string;
  readonly detail?: string;
}

import type { Config } from '../../config/config.ts';
import type { Scope } from '../db/scope.ts';
import { AppError } from '../lib/errors.ts';
import type { Keyring } from '../lib/secrets.ts';
import type { CheckMeans } from '../plugins/contract.ts';

/** Exit codes of sysexits.h that scripts may rely on; 1 = it was tried and did not work. */
export const EXIT = { ok: 0, failed: 1, usage: 64, config: 78 } as const;

/** The command line is wrong: exit code 64 and the usage line. */
export class UsageError extends AppError {
  constructor(message: string) {
    super('usage', 400, message);
  }
}

/** The installation as a command sees it: its own connections, beside a server that may be running. */
export interface Installation {
  readonly scope: Scope;
  readonly keyring: Keyring;
  /** What the check of a channel's inbox may use. */
  readonly means: (channel: string) => CheckMeans;
  close(): Promise<void>;
}

/** What a command gets. Answers for scripts go to `say` (standard output), explanations to `note` (standard error). */
export interface Console {
  readonly config: Config;
  say(line: string): void;
  note(line: string): void;
  /** Standard input to its end, without the last line end. */
  readInput(): Promise<string>;
  /** Opens database and keys, making them where there are none; closed by the caller of the command. Raises AppError when the data is older. */
  open(): Promise<Installation>;
  /** The same of an installation that is there; raises AppError where there is none, of which nothing true could be said. */
  find(): Promise<Installation>;
}

/** One subcommand. `run` answers the exit code; a raised AppError is shown with its help and means 1. */
export interface Command {
  /** One or two words: "doctor", "api-key create". */
  readonly name: string;
  /** What follows the name: "--name NAME --agent EMAIL". */
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[], console: Console): Promise<number>;
}

import { AppError } from '../lib/errors.ts';
import type { RestoreProblem } from './types.ts';

/** Raised when restic failed or is not there; `message` ends with what it said itself. Another one at work (`busy`) is the state of things: 409. */
export class BackupError extends AppError {
  /** What the page says in the reader's language; the sentence itself is for the log and the command line. */
  readonly problem: RestoreProblem;

  constructor(message: string, help?: string, problem: RestoreProblem = 'other') {
    const [code, status] = problem === 'busy' ? (['backup_under_way', 409] as const) : (['backup', 503] as const);
    super(code, status, message, help === undefined ? {} : { help });
    this.problem = problem;
  }
}

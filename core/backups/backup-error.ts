import { AppError } from '../lib/errors.ts';
import type { RestoreProblem } from './types.ts';

/** Raised when restic failed or is not there; `message` ends with what it said itself. */
export class BackupError extends AppError {
  /** What the page says in the reader's language; the sentence itself is for the log and the command line. */
  readonly problem: RestoreProblem;

  constructor(message: string, help?: string, problem: RestoreProblem = 'other') {
    super('backup', 503, message, help === undefined ? {} : { help });
    this.problem = problem;
  }
}

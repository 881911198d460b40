import { AppError } from '../lib/errors.ts';
import type { CheckResult } from './contract.ts';

/** A check that the peer answered with "no": the field at fault holds a key under the plugin's `problems.`. */
export class CheckFailedError extends AppError {
  readonly result: Extract<CheckResult, { ok: false }>;
  /** Name of the plugin whose locales hold the problem. */
  readonly plugin: string;

  constructor(plugin: string, result: Extract<CheckResult, { ok: false }>) {
    const detail = result.detail ? `: ${result.detail}` : '';
    super('check_failed', 422, `The connection was tried and failed (${result.problem})${detail}`, {
      help: 'Correct the settings and try again.',
    });
    this.plugin = plugin;
    this.result = result;
  }
}

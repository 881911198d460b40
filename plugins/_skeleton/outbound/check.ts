import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../../core/plugins/contract.ts';

/** Tries for real what receiving and sending will do: both folders must be there and writable. */
export async function checkFolder(folder: string): Promise<CheckResult> {
  for (const name of ['in', 'out']) {
    try {
      await access(join(folder, name), constants.R_OK | constants.W_OK);
    } catch (error) {
      return { ok: false, field: 'folder', problem: 'folder_missing', detail: error instanceof Error ? error.message : String(error) };
    }
  }
  return { ok: true };
}

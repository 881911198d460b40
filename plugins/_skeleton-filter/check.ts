import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../core/plugins/contract.ts';
import { readWords } from './words.ts';

/** Tries for real what judging and learning will do. */
export async function checkFolder(folder: string): Promise<CheckResult> {
  try {
    await readWords(folder, AbortSignal.timeout(5_000));
    await access(join(folder, 'learned'), constants.R_OK | constants.W_OK);
    return { ok: true };
  } catch (error) {
    return { ok: false, field: 'folder', problem: 'folder_wrong', detail: error instanceof Error ? error.message : String(error) };
  }
}

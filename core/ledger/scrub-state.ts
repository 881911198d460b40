import { z } from 'zod';
import type { Scope, WriteScope } from '../db/scope.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import type { ScrubState } from './types.ts';

const KEY = 'ledger.scrub';
const NEVER: ScrubState = { after: '', startedAt: null, endedAt: null, wholeAt: null, files: 0, bytes: 0, wrong: 0 };
const STATE = z.object({
  after: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  wholeAt: z.string().nullable(),
  files: z.number(),
  bytes: z.number(),
  wrong: z.number(),
});

/** What the last reading of stored files did. */
export async function readScrub(scope: Scope): Promise<ScrubState> {
  const text = await readSetting(scope, KEY);
  return text === null ? NEVER : STATE.parse(JSON.parse(text));
}

export const writeScrub = (tx: WriteScope, state: ScrubState): Promise<void> => writeSetting(tx, KEY, JSON.stringify(state));

import { type Scope, transact } from '../db/scope.ts';
import { errorFacts, type Log } from '../lib/log.ts';
import { within } from '../lib/within.ts';
import { noteSetting, readSetting } from '../settings/settings.ts';

/** Names of the troubles that were told, to whom. */
export interface ToldNames {
  readonly mail: readonly string[];
  readonly webhook: readonly string[];
}

/** What was told outside and is not over, so that whoever looks next tells nothing twice and the end of all of it. */
export interface Told {
  read(): Promise<ToldNames>;
  note(names: ToldNames): Promise<void>;
}

const KEY = 'alarms.told';
const NOBODY: ToldNames = { mail: [], webhook: [] };

/** Kept in the database, and in memory while that is away: what could not be written counts until it is. Never rejects. */
export function keptTold(scope: Scope, log: Log, patienceMs: number): Told {
  let known = NOBODY;
  let isUnwritten = false;
  const late = (): never => {
    throw new Error(`no answer within ${patienceMs / 1000} seconds`);
  };
  const stored = async (): Promise<ToldNames> => JSON.parse((await readSetting(scope, KEY)) ?? 'null') ?? NOBODY;
  return {
    read: async () => {
      if (!isUnwritten) known = await within(patienceMs, stored(), late).catch(() => known);
      return known;
    },
    note: async (names) => {
      if (!isUnwritten && JSON.stringify(names) === JSON.stringify(known)) return;
      known = names;
      isUnwritten = true;
      const write = transact(scope, (tx) => noteSetting(tx, KEY, JSON.stringify(names)));
      await within(patienceMs, write, late).then(
        () => {
          isUnwritten = false;
        },
        (error: unknown) => log.warn('alarm_not_noted', errorFacts(error)),
      );
    },
  };
}

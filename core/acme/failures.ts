import { type Scope, transact } from '../db/scope.ts';
import { noteSetting, readSetting } from '../settings/settings.ts';

const KEY = 'acme.failures';
const HOUR_MS = 3_600_000;
/** Providers count failures: a name that was refused is asked about again only later. */
const AGAIN_MS = 6 * HOUR_MS;
/** A start is mostly a person who mended something, and may try at once; but one that starts again and again must not use up what a provider allows (Let's Encrypt: five in an hour). */
const AN_HOUR = 3;

/** Orders that came to nothing, since the last good one: of whichever process tried, so that the next one waits as well. */
export interface Failures {
  readonly name: string;
  /** In milliseconds, the newest last; none older than is looked at. */
  readonly at: readonly number[];
  readonly problem: string;
}

/** Those of this name; null where none is known. */
export async function readFailures(scope: Scope, name: string): Promise<Failures | null> {
  const known: Failures | null = JSON.parse((await readSetting(scope, KEY)) ?? 'null');
  return known?.name === name ? known : null;
}

/** Adds one, now; with null the order went well and all are forgotten. */
export async function noteFailure(scope: Scope, name: string, problem: string | null): Promise<void> {
  const now = scope.now().getTime();
  const before = (await readFailures(scope, name))?.at.filter((at) => now - at < AGAIN_MS) ?? [];
  const next: Failures | null = problem === null ? null : { name, at: [...before, now], problem };
  await transact(scope, (tx) => noteSetting(tx, KEY, JSON.stringify(next)));
}

/** Whether the provider is to be left alone for now. */
export function isTooSoon({ at }: Failures, now: Date, isStart: boolean): boolean {
  const within = (ms: number): number => at.filter((one) => now.getTime() - one < ms).length;
  return isStart ? within(HOUR_MS) >= AN_HOUR : within(AGAIN_MS) > 0;
}

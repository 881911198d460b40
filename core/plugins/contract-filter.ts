/* A judge of what came in. Part of contract.ts, which plugins import. */
import type { CheckResult, Health, PluginBase, PluginHost, PluginManifest, Reach, ServerValues } from './contract-base.ts';
import type { InterpretInput } from './contract-inbound.ts';

export interface FilterManifest extends PluginManifest {
  readonly kind: 'filter';
  /** Content types it can judge ("message/rfc822"); nothing else is shown to it. */
  readonly contentTypes: readonly string[];
}

/** What a filter gets: the bytes as received and what travelled beside them, as `interpret` does. */
export type FilterInput = InterpretInput;

/** One rule that matched, and what it added to the score. */
export interface FilterSymbol {
  readonly name: string;
  readonly score: number;
  /** In the words of the filter; null when it gave none. */
  readonly description: string | null;
}

/**
 * `skipped`: this thing will never be judged, and that is in order (too large). `unavailable`: the filter could not answer now;
 * core lets the message in unscored and asks again later. Reasons are keys under `problems.` in the plugin's locales.
 */
export type FilterVerdict =
  | { readonly state: 'scored'; readonly score: number; readonly threshold: number; readonly symbols: readonly FilterSymbol[] }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'unavailable'; readonly reason: string; readonly detail: string | null };

/** `unchanged`: it had learned this thing as this kind before. */
export type LearnResult =
  | { readonly state: 'learned' | 'unchanged' }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'unavailable'; readonly reason: string; readonly detail: string | null };

export interface RunningFilter {
  /** Several calls may run at once. Answers before `signal` aborts, or soon after it with `unavailable`. */
  judge(input: FilterInput, signal: AbortSignal): Promise<FilterVerdict>;
  /** Teaches by the example of one thing; teaching the opposite later corrects it. */
  learn(input: FilterInput, as: 'spam' | 'ham', signal: AbortSignal): Promise<LearnResult>;
  health(): Health;
  /** Lets running work end, leaves no handle and no process. May be called twice. */
  stop(): Promise<void>;
}

export interface FilterPlugin<PluginSettings = unknown> extends PluginBase<PluginSettings> {
  readonly manifest: FilterManifest;
  /** Connects for real, needs no running plugin. Called before the plugin-wide form is saved and by the command line. */
  check(settings: PluginSettings, server: ServerValues, signal: AbortSignal): Promise<CheckResult>;
  /** Where it makes connections to with these settings. Absent = nowhere. */
  reaches?(settings: PluginSettings, server: ServerValues): readonly Reach[];
  /** May throw AppError with code `credentials`, `settings` or `unreachable`. */
  start(host: PluginHost<PluginSettings>): Promise<RunningFilter>;
}

/** Identity function: gives the literal its type without `as`. */
export function defineFilter<PluginSettings>(plugin: FilterPlugin<PluginSettings>): FilterPlugin<PluginSettings> {
  return plugin;
}

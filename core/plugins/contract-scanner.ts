/* A plugin that finds viruses. Part of contract.ts, which plugins import. */
import type { Readable } from 'node:stream';
import type { CheckResult, Health, PluginBase, PluginHost, PluginManifest, Reach, ServerValues } from './contract-base.ts';

export interface ScannerManifest extends PluginManifest {
  readonly kind: 'scanner';
}

/** Any bytes: a mail as it was received, or one file. */
export interface ScanInput {
  readonly bytes: number;
  /** A new stream over them. */
  readonly open: () => Readable;
}

/**
 * `skipped`: this thing will never be scanned (too large). `unavailable`: the scanner could not answer now; core goes on without it
 * and asks again later. Reasons are keys under `problems.` in the plugin's locales.
 */
export type ScanResult =
  | { readonly state: 'clean' }
  | { readonly state: 'infected'; readonly virus: string }
  | { readonly state: 'skipped'; readonly reason: string }
  | { readonly state: 'unavailable'; readonly reason: string; readonly detail: string | null };

export interface RunningScanner {
  /** Several calls may run at once. Answers before `signal` aborts, or soon after it with `unavailable`. */
  scan(input: ScanInput, signal: AbortSignal): Promise<ScanResult>;
  health(): Health;
  /** Lets running work end, leaves no handle and no process. May be called twice. */
  stop(): Promise<void>;
}

export interface ScannerPlugin<PluginSettings = unknown> extends PluginBase<PluginSettings> {
  readonly manifest: ScannerManifest;
  /** Connects for real, needs no running plugin. Called before the plugin-wide form is saved and by the command line. */
  check(settings: PluginSettings, server: ServerValues, signal: AbortSignal): Promise<CheckResult>;
  /** Where it makes connections to with these settings. Absent = nowhere. */
  reaches?(settings: PluginSettings, server: ServerValues): readonly Reach[];
  /** May throw AppError with code `credentials`, `settings` or `unreachable`. */
  start(host: PluginHost<PluginSettings>): Promise<RunningScanner>;
}

/** Identity function: gives the literal its type without `as`. */
export function defineScanner<PluginSettings>(plugin: ScannerPlugin<PluginSettings>): ScannerPlugin<PluginSettings> {
  return plugin;
}

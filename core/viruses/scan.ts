import type { VirusVerdict } from '../ingest/verdict.ts';
import type { RunningScanner, ScanInput } from '../plugins/contract.ts';
import type { Plugins } from '../plugins/host.ts';

/** Those that run now. */
export type Scanners = Pick<Plugins, 'scanners'>;

export const UNSCANNED: VirusVerdict = { state: 'unscanned', name: null };

/** Null where no scanner could say anything now. */
export const scanned = (virus: VirusVerdict | null): VirusVerdict | null => (virus?.state === 'unscanned' ? null : virus);

/** Asks every scanner that runs: one that finds something is enough, one that cannot answer leaves it open. Null when none runs. */
export async function scanAll({ scanners }: Scanners, input: ScanInput, signal: AbortSignal): Promise<VirusVerdict | null> {
  const running: readonly RunningScanner[] = scanners();
  if (running.length === 0) return null;
  const results = await Promise.all(running.map((scanner) => scanner.scan(input, signal)));
  for (const result of results) if (result.state === 'infected') return { state: 'infected', name: result.virus };
  if (results.some(({ state }) => state === 'unavailable')) return UNSCANNED;
  return { state: results.some(({ state }) => state === 'clean') ? 'clean' : 'skipped', name: null };
}

import { AppError } from '../lib/errors.ts';
import type { RawInboundRecord } from './types.ts';
import type { VirusVerdict } from './verdict.ts';

/** Has the bytes of a kept thing scanned now; null when there is no scanner. */
export type ScanNow = (record: RawInboundRecord) => Promise<VirusVerdict | null>;

/** Before what nobody could read is given away: it was parked before any scanner was asked. Raises original_infected. */
export async function expectClean(record: RawInboundRecord, scanNow: ScanNow): Promise<void> {
  const known = record.verdict?.virus ?? null;
  const virus = known === null || known.state === 'unscanned' ? await scanNow(record) : known;
  if (virus?.state === 'infected')
    throw new AppError('original_infected', 403, `There is a virus in this message: ${virus.name ?? '?'}`, {
      help: 'Its original stays stored and is given to nobody. Ask the sender to send it without the file.',
    });
}

import type { ExecutionContext } from 'ava';
import { openBlobs } from '../../core/blobs/blobs.ts';
import { UNJUDGED, type Verdict } from '../../core/ingest/verdict.ts';
import { silentLog } from '../../core/lib/log.ts';
import type { ScanResult } from '../../core/plugins/contract.ts';
import { guardUploads } from '../../core/viruses/guard-uploads.ts';
import { rescan } from '../../core/viruses/rescan.ts';
import { rescanFiles } from '../../core/viruses/rescan-files.ts';
import { houseFor } from './house.ts';
import { tempDir } from './temp-dir.ts';

export const AWAY: ScanResult = { state: 'unavailable', reason: 'unreachable', detail: null };
export const EICAR: ScanResult = { state: 'infected', virus: 'Eicar' };
export const UNSCANNED: Verdict = { ...UNJUDGED, virus: { state: 'unscanned', name: null } };

/** A house whose scanners answer as the test says, by the bytes that they are shown. */
export async function wardFor(t: ExecutionContext) {
  const house = await houseFor(t);
  const blobs = openBlobs(tempDir(t));
  const answer: { of: (bytes: string) => ScanResult; more: readonly ScanResult[] } = { of: () => AWAY, more: [] };
  const health = () => ({ state: 'ok', problem: null, detail: null }) as const;
  const scanner = (scan: (bytes: string) => ScanResult) => ({
    scan: async ({ open }: { open: () => AsyncIterable<Uint8Array> }) => scan(String(Buffer.concat(await Array.fromAsync(open())))),
    health,
    stop: async () => {},
  });
  const plugins = { scanners: () => [scanner((bytes) => answer.of(bytes)), ...answer.more.map((one) => scanner(() => one))] };
  const kept = async (bytes: string, verdict: Verdict = UNSCANNED) => {
    await blobs.put(Buffer.from(bytes));
    const taken = await house.mail({}, { bytes, verdict });
    await house.scope.db('raw_inbound').where({ id: taken.record.id }).update({ virus_state: verdict.virus?.state, judged_at: 'x' });
    return taken;
  };
  const position = { last: null };
  const again = () => rescan(house.scope, { plugins, blobs, endpoints: house.endpoints }, silentLog, AbortSignal.timeout(10_000), position);
  const filesAgain = () => rescanFiles(house.scope, { plugins, blobs }, silentLog, AbortSignal.timeout(10_000));
  /** As a person uploads it. */
  const upload = async (bytes: string, filename = 'cennik.txt') => {
    const stored = await guardUploads(blobs, plugins, house.scope).put(Buffer.from(bytes));
    return { filename, contentType: 'text/plain', contentId: null, inline: false, ...stored };
  };
  return { ...house, blobs, plugins, answer, kept, again, filesAgain, upload };
}

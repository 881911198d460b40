import type { FilterInput } from '../../core/plugins/contract.ts';

/** More than this is not looked at. */
const MAX_BYTES = 1024 * 1024;

/** The whole thing in memory; null when it is too large for that. */
export async function readBytes(input: FilterInput, signal: AbortSignal): Promise<Buffer | null> {
  if (input.bytes > MAX_BYTES) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.open()) {
    signal.throwIfAborted();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

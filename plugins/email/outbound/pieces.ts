import { setImmediate as nextTurn } from 'node:timers/promises';

const PIECE_BYTES = 65_536;

/**
 * The same bytes in pieces of at least 64 KB, and after each piece everything else has its turn. The library gives every line end for itself, so
 * a text of many short lines would be handed to the relay in a million writes, and nobody else would be served before the last.
 */
export async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    piece.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(piece, bytes);
    [piece, bytes] = [[], 0];
    await nextTurn();
  }
  if (bytes > 0) yield Buffer.concat(piece, bytes);
}

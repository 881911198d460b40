/**
 * Gives the memory of large bytes that nobody uses any more back now instead of at some later collection, which they would call for. Whoever
 * looks at them again finds none. Small ones, many of which Node keeps in one piece of memory, are left alone.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > 2 * Buffer.poolSize) buffer.transfer(0);
}

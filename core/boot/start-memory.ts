/**
 * Gives back what only the start needed, before the process settles down: collects the whole heap and puts what is left together, some 40 ms
 * (0701). Does nothing where Node was started without `--expose-gc`.
 */
export function giveBackStartMemory(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

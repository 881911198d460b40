/** How long and how often a client may try us. */
export interface Patience {
  /** A whole command within this time, however it trickles (RFC 5321 §4.5.3.2 would give five minutes). */
  readonly commandMs: number;
  readonly handshakeMs: number;
  /** The whole message within this time. */
  readonly dataMs: number;
  /** A message slower than this on average is broken off, but not in its first `slowAfterMs`. */
  readonly minBytesPerSecond: number;
  readonly slowAfterMs: number;
  /** Like Postfix' soft and hard error limits; a delivered message wipes the slate. */
  readonly softMistakes: number;
  readonly mistakeDelayMs: number;
  readonly maxMistakes: number;
  /** Messages of one connection. */
  readonly maxMessages: number;
}

export const PATIENCE: Patience = {
  commandMs: 120_000,
  handshakeMs: 30_000,
  dataMs: 3_600_000,
  minBytesPerSecond: 500,
  slowAfterMs: 30_000,
  softMistakes: 10,
  mistakeDelayMs: 1000,
  maxMistakes: 20,
  maxMessages: 500,
};

/** What a session waits for. `ours`: the client waits for us. `dataBytes` null: no message is coming in. */
export interface Waiting {
  readonly handshake: boolean;
  readonly ours: boolean;
  readonly dataBytes: number | null;
}

/** Which limit the client broke, or null. */
export function lateness(
  patience: Patience,
  waitedMs: number,
  { handshake, ours, dataBytes }: Waiting,
): 'handshake' | 'command' | 'data_slow' | 'data_long' | null {
  if (handshake) return waitedMs > patience.handshakeMs ? 'handshake' : null;
  if (ours) return null;
  if (dataBytes === null) return waitedMs > patience.commandMs ? 'command' : null;
  if (waitedMs > patience.dataMs) return 'data_long';
  const isSlow = waitedMs > patience.slowAfterMs && dataBytes / (waitedMs / 1000) < patience.minBytesPerSecond;
  return isSlow ? 'data_slow' : null;
}

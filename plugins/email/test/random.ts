/** A random number generator that repeats itself, so that a failure can be run again (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Pieces that mean something to a mail reader, put in at random places. */
export const PIECES = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '--',
  '--b\r\n',
  '"',
  '\\',
  '(',
  ')',
  '<',
  '>',
  ';',
  ',',
  ':',
  '=?utf-8?q?',
  '?=',
  '=\r\n',
  '=',
  '@',
  ' ',
  '\t',
  'Content-Type: multipart/mixed; boundary=b\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  '*0*=',
  '%',
  "'",
  '\xff',
  '\xc5',
  '\x1b$B',
];

/** The bytes with up to eight changes: a piece put in, a stretch removed, doubled or moved, a bit turned, the end cut off. */
export function mutated(bytes: Buffer, random: (below: number) => number): Buffer {
  let changed = bytes;
  for (let changes = 1 + random(8); changes > 0; changes -= 1) {
    const at = random(changed.length + 1);
    const end = Math.min(changed.length, at + random(60));
    const [before, stretch, after] = [changed.subarray(0, at), changed.subarray(at, end), changed.subarray(end)];
    switch (random(6)) {
      case 0:
        changed = Buffer.concat([before, Buffer.from(PIECES[random(PIECES.length)] ?? '', 'latin1'), stretch, after]);
        break;
      case 1:
        changed = Buffer.concat([before, after]);
        break;
      case 2:
        changed = Buffer.concat([before, stretch, stretch, after]);
        break;
      case 3:
        changed = Buffer.concat([stretch, before, after]);
        break;
      case 4:
        changed = Buffer.from(changed);
        if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
        break;
      default:
        if (random(4) === 0) changed = before;
    }
  }
  return changed;
}

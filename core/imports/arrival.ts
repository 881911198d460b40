const HEAD_BYTES = 64 * 1024;
/** Clocks of senders lie: what claims to be younger than now, or older than e-mail, is not believed. */
const OLDEST = Date.UTC(1982, 0, 1);

/** When a message arrived by its own head: the time of the last server that took it (RFC 5321 §4.4), else the one its sender gave. */
export function arrivalByHead(body: Buffer, now: Date): Date | null {
  const end = body.subarray(0, HEAD_BYTES).toString('latin1');
  const head = end.slice(0, /\r?\n\r?\n/.exec(end)?.index ?? end.length).replace(/\r?\n[ \t]+/g, ' ');
  const received = /^received:.*;\s*([^;]*)$/im.exec(head)?.[1];
  const date = /^date:\s*(.*)$/im.exec(head)?.[1];
  for (const text of [received, date]) {
    const at = text === undefined ? Number.NaN : Date.parse(text.replace(/\([^)]*\)/g, '').trim());
    if (at > OLDEST && at <= now.getTime()) return new Date(at);
  }
  return null;
}

import { Readable } from 'node:stream';
import type { DeliveryReport, Inbound, InboundMessage } from '../../../core/plugins/contract.ts';
import interpret from '../inbound/interpret.ts';

/** Interprets a mail written with bare line ends, one char = one byte. */
export async function interpreted(text: string, envelope: Readonly<Record<string, string>> = {}): Promise<readonly Inbound[]> {
  const bytes = Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
  const inbox = { address: 'biuro@firma.test', name: 'Biuro' };
  const open = (): Readable => Readable.from([bytes]);
  return interpret({ inbox, contentType: 'message/rfc822', envelope, receivedAt: new Date(0), bytes: bytes.length, open });
}

/** The same for a mail that must come out as one message. */
export async function messageIn(text: string, envelope: Readonly<Record<string, string>> = {}): Promise<InboundMessage> {
  const [item, ...more] = await interpreted(text, envelope);
  if (item?.kind !== 'message' || more.length > 0) throw new Error(`not one message: ${JSON.stringify([item, ...more])}`);
  return item;
}

/** The same for a mail that must come out as reports alone. */
export async function reportsIn(text: string, envelope: Readonly<Record<string, string>> = {}): Promise<readonly DeliveryReport[]> {
  const items = await interpreted(text, envelope);
  return items.map((item) => {
    if (item.kind !== 'report') throw new Error(`not a report: ${JSON.stringify(item)}`);
    return item;
  });
}

/** A multipart body whose parts are given as header and content. */
export function multipart(type: string, ...parts: readonly string[]): string {
  const boundary = `b${parts.join('').length}`;
  return `Content-Type: multipart/${type}; boundary=${boundary}\n\n${parts.map((part) => `--${boundary}\n${part}\n`).join('')}--${boundary}--\n`;
}

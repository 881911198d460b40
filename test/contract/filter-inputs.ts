import { Readable } from 'node:stream';
import type { FilterInput } from '../../core/plugins/contract.ts';

/** Bytes as core would show them to a filter, in small pieces as from a disk. */
export function filterInput(bytes: Buffer, contentType = 'message/rfc822'): FilterInput {
  return {
    inbox: { address: 'biuro@firma.test', name: 'Biuro' },
    contentType,
    envelope: { mailFrom: 'jan@klient.test', rcptTo: 'biuro@firma.test' },
    receivedAt: new Date('2026-11-26T09:00:00Z'),
    bytes: bytes.length,
    open: () => Readable.from(pieces(bytes)),
  };
}

function* pieces(bytes: Buffer, size = 65_536): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

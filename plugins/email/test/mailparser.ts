import { createHash } from 'node:crypto';
import { MailParser } from 'mailparser';
import type { InboundAttachment, InboundMessage } from '../../../core/plugins/contract.ts';
import { readBody } from '../inbound/body.ts';
import { parseMime } from '../inbound/mime.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Digests of the attachments that another reader, mailparser, finds, every text that is no body among them; null where it gives up. */
export function attachmentsByMailparser(bytes: Buffer): Promise<readonly string[] | null> {
  return new Promise((resolve) => {
    const found: string[] = [];
    const parser = new MailParser({
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      ignoreEmbedded: true,
      keepDeliveryStatus: true,
    });
    parser.on('data', (item) => {
      if (item.type !== 'attachment') return;
      const chunks: Uint8Array[] = [];
      item.content.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      item.content.on('end', () => {
        found.push(sha256(Buffer.concat(chunks)));
        item.release?.();
      });
    });
    parser.on('end', () => resolve(found));
    parser.on('error', () => resolve(null));
    parser.end(bytes);
  });
}

/** The attachments that are parts of the mail: neither what was unpacked of one, nor what stood uuencoded in its text, which follows them. */
export const partsAmong = ({ attachments }: InboundMessage, bytes: Buffer): readonly InboundAttachment[] =>
  attachments.filter(({ inside }) => inside === undefined).slice(0, readBody(parseMime(bytes)).attachments.length);

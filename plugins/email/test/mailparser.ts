import { createHash } from 'node:crypto';
import { MailParser } from 'mailparser';

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

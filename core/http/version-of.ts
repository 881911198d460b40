import { createHash } from 'node:crypto';

/** Names what a file is at the moment, in addresses that browsers keep: 30 bits, since a page of the list says it more than a hundred times. */
export const versionOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('base64url').slice(0, 5);

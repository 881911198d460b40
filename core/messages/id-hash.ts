import { sha256 } from '../lib/secrets.ts';

/** How ids of messages are compared: hashed, because senders write some that are longer than an index takes. */
export const hashOf = (externalId: string): string => sha256(externalId.trim());

import { HEADER_BYTES, readHeaders } from './header.ts';
import type { Matter } from './matter-store.ts';

/** The first bytes of a stored mail; null when the file is not there. */
export type ReadHeaders = (sha256: string, bytes: number) => Promise<Uint8Array | null>;

/** The same with the header of its mail, which is empty where there is none or its file is gone. */
export async function withHeaders(matter: Matter, read: ReadHeaders): Promise<Matter> {
  const bytes = matter.sha256 === null ? null : await read(matter.sha256, HEADER_BYTES);
  return { ...matter, facts: { ...matter.facts, headers: bytes ? readHeaders(bytes) : new Map() } };
}

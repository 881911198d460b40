import type { Scope } from '../db/scope.ts';
import { type BlobRow, blobsAfter } from './verify-store.ts';

const PAGE = 500;

/** Every stored file that something refers to, in the order of their names, a page at a time; `since`: a day. */
export async function* storedFiles(scope: Scope, since: string | null = null): AsyncGenerator<readonly BlobRow[]> {
  for (let after = ''; ; ) {
    const page = await blobsAfter(scope, after, PAGE, since);
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.sha256;
  }
}

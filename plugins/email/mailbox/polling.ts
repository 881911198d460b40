import type { ImapFlow, StatusObject } from 'imapflow';
import type { Cursors } from './cursor.ts';
import type { ChosenFolder } from './settings.ts';

/** Every so many looks a folder is opened whatever its numbers say. */
const OPENED_EVERY = 10;
const QUERY = { uidNext: true, uidValidity: true, highestModseq: true } as const;

/**
 * Answers which of these folders have to be opened: those whose numbers (STATUS) say that something came, or do not say that nothing did.
 * Where the server counts changes (CONDSTORE) that number has to stand still as well.
 */
export function createPolling(
  client: ImapFlow,
  cursors: Cursors,
  folders: readonly ChosenFolder[],
): () => Promise<readonly ChosenFolder[]> {
  const changes = new Map<string, bigint>();
  let looks = 0;

  const hasNews = async (path: string, status: StatusObject | null): Promise<boolean> => {
    if (status?.uidNext === undefined || status.uidValidity === undefined) return true;
    const cursor = await cursors.load(path);
    const before = changes.get(path);
    const { highestModseq } = status;
    if (highestModseq !== undefined) changes.set(path, highestModseq);
    const isChanged = before !== undefined && before !== highestModseq;
    return isChanged || cursor?.uidValidity !== String(status.uidValidity) || status.uidNext - 1 > cursor.high;
  };

  return async () => {
    looks += 1;
    if (looks % OPENED_EVERY === 0) return folders;
    const statuses = await statusesOf(client, folders);
    const news: ChosenFolder[] = [];
    for (const folder of folders) if (await hasNews(folder.path, statuses.get(folder.path) ?? null)) news.push(folder);
    return news;
  };
}

/** Many by one command where the server can (LIST-STATUS, RFC 5819; the library adds LSUB). What is absent was not answered. */
async function statusesOf(client: ImapFlow, folders: readonly ChosenFolder[]): Promise<ReadonlyMap<string, StatusObject>> {
  if (folders.length > 2 && client.capabilities.has('LIST-STATUS')) {
    const listed = await client.list({ statusQuery: QUERY });
    return new Map(listed.flatMap(({ path, status }) => (status ? [[path, status] as const] : [])));
  }
  const known = new Map<string, StatusObject>();
  for (const { path } of folders) {
    const status = await client.status(path, QUERY).catch(() => null);
    if (status) known.set(path, status);
  }
  return known;
}

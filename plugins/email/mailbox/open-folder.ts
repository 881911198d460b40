import type { ImapFlow, MailboxObject } from 'imapflow';
import { FolderShutError, isFolderShut, isForAll } from './imap-failure.ts';

/** Opens a folder. Raises FolderShutError when the server has it, refuses it and may open the others all the same. */
export async function openFolder(client: ImapFlow, path: string, options: { readonly readOnly?: boolean } = {}): Promise<MailboxObject> {
  try {
    return await client.mailboxOpen(path, { ...options });
  } catch (error) {
    // Every account has its inbox: where that one stays shut the server is ill.
    if (isRefused(error) && !isFolderShut(error) && path.toUpperCase() !== 'INBOX' && !isForAll(error)) throw new FolderShutError(error);
    throw error;
  }
}

const isRefused = (error: unknown): error is Error => error instanceof Error && 'responseStatus' in error && error.responseStatus === 'NO';

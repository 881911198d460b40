import type { ImapFlow } from 'imapflow';
import { openFolder } from './open-folder.ts';

/** A connection that is replaced when it broke. */
export interface Line {
  /** With this folder open for looking, nothing being marked. */
  inside(path: string): Promise<ImapFlow>;
  close(): void;
}

export function createLine(connect: () => Promise<ImapFlow>): Line {
  let client: ImapFlow | null = null;
  return {
    inside: async (path) => {
      if (!client?.usable) client = await connect();
      if (!client.mailbox || client.mailbox.path !== path) await openFolder(client, path, { readOnly: true });
      return client;
    },
    close: () => client?.close(),
  };
}

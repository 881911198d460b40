import { CONTRACT_VERSION, defineChannel } from '../../core/plugins/contract.ts';
import { takeFromFolder } from './inbound/take.ts';
import { checkFolder } from './outbound/check.ts';
import { sendToFolder } from './outbound/send.ts';
import { readSettings, type Settings } from './settings.ts';

/** A channel over a shared folder: what lies in `in/` comes in, answers are written to `out/`. Replace the transport, keep the shape. */
export default defineChannel<Settings>({
  manifest: {
    name: 'skeleton',
    contract: CONTRACT_VERSION,
    kind: 'channel',
    startsEnabled: false,
    icon: 'plug',
    traits: {
      addressKind: 'opaque',
      body: 'text',
      maxBodyChars: 10_000,
      maxAttachmentBytes: null,
      continues: 'by-contact',
      replyWindowHours: null,
      subject: false,
      confirms: [],
    },
    settings: [{ key: 'folder', type: 'text', required: true }],
  },
  interpreter: new URL('./inbound/interpret.ts', import.meta.url),
  readSettings,
  summary: (settings) => settings.folder,
  canSend: () => true,
  externalId: (_inboxAddress, token) => `skeleton-${token}`,
  check: (inbox) => checkFolder(inbox.settings.folder),
  async start(host) {
    const folders = new Map<number, string>();
    let failure: string | null = null;
    host.every('*/2 * * * * *', async (signal) => {
      failure = null;
      for (const [id, folder] of folders)
        await takeFromFolder(host, id, folder, signal).catch((error: unknown) => {
          failure = String(error);
        });
    });
    return {
      open: async (inbox) => void folders.set(inbox.id, inbox.settings.folder),
      close: async (inboxId) => void folders.delete(inboxId),
      send: (message, inbox) => sendToFolder(message, inbox.settings.folder),
      health: () =>
        failure === null
          ? { state: 'ok', problem: null, detail: null }
          : { state: 'failing', problem: 'folder_unreadable', detail: failure },
      stop: async () => folders.clear(),
    };
  },
});

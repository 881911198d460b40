import { CONTRACT_VERSION, defineChannel } from '../../core/plugins/contract.ts';
import { writeLine } from './inbound/line.ts';
import { sendToVisitors } from './outbound/send.ts';
import { readSettings, type Settings } from './settings.ts';

/** Talks with visitors of the company's website, in the window of the widget. Core has the window; this is what is said in it. */
export default defineChannel<Settings>({
  manifest: {
    name: 'web-chat',
    contract: CONTRACT_VERSION,
    kind: 'channel',
    startsEnabled: false,
    icon: 'message-circle',
    traits: {
      addressKind: 'opaque',
      body: 'text',
      maxBodyChars: 10_000,
      maxAttachmentBytes: null,
      continues: 'by-session',
      replyWindowHours: null,
      subject: false,
      confirms: ['delivered'],
    },
    settings: [
      { key: 'asksData', type: 'switch', required: false, default: true },
      { key: 'needsData', type: 'switch', required: false, default: false },
    ],
  },
  interpreter: new URL('./inbound/interpret.ts', import.meta.url),
  readSettings,
  summary: () => null,
  canSend: () => true,
  visitorTalk: {
    asks: ({ asksData, needsData }) => (asksData ? (needsData ? 'required' : 'optional') : 'nothing'),
    write: writeLine,
  },
  externalId: (_inboxAddress, token) => `chat-${token}`,
  // It connects to nothing: what could be wrong with a switch?
  check: async () => ({ ok: true }),
  start: async (host) => ({
    open: async () => {},
    close: async () => {},
    send: (message, inbox) => sendToVisitors(host.toVisitor, message, inbox),
    health: () => ({ state: 'ok', problem: null, detail: null }),
    stop: async () => {},
  }),
});

import { InvalidError } from '../../core/lib/errors.ts';
import { type ChannelHost, type ChannelPlugin, CONTRACT_VERSION, defineChannel, type SendOutcome } from '../../core/plugins/contract.ts';

export interface DemoPluginSettings {
  readonly limit: number;
  readonly licence: string;
}

export interface DemoSettings {
  readonly token: string;
  readonly answers: boolean;
}

/** What a demo channel did, in order ("start", "open 1", "send 7 to a@x.test", …), and what it should do next. */
export interface Demo {
  readonly plugin: ChannelPlugin<DemoSettings, DemoPluginSettings>;
  readonly did: string[];
  host: ChannelHost | null;
  startError: Error | null;
  outcome: SendOutcome;
}

/** A complete channel of our own for tests of core: takes text, sends nowhere, remembers. A token "wrong" fails its check. */
export function demoChannel(name = 'demo', startsEnabled = true): Demo {
  const did: string[] = [];
  const demo: { host: ChannelHost | null; startError: Error | null; outcome: SendOutcome } = {
    host: null,
    startError: null,
    outcome: { state: 'accepted', reply: 'ok' },
  };
  const plugin = defineChannel<DemoSettings, DemoPluginSettings>({
    manifest: {
      name,
      contract: CONTRACT_VERSION,
      kind: 'channel',
      startsEnabled,
      icon: 'plug',
      traits: {
        addressKind: 'email',
        body: 'html',
        maxBodyChars: null,
        maxAttachmentBytes: 1_000_000,
        continues: 'by-reference',
        replyWindowHours: null,
        subject: true,
        confirms: [],
      },
      settings: [
        { key: 'token', type: 'secret', required: true },
        { key: 'answers', type: 'switch', required: false, default: true },
      ],
      pluginSettings: [
        { key: 'limit', type: 'text', required: true, default: '10' },
        { key: 'licence', type: 'secret', required: false },
      ],
    },
    readPluginSettings: (raw) => {
      if (!/^\d+$/.test(String(raw['limit']))) throw new InvalidError({ limit: 'limit_wrong' });
      return { limit: Number(raw['limit']), licence: String(raw['licence']) };
    },
    interpreter: new URL('./demo-interpret.ts', import.meta.url),
    readSettings: (raw) => {
      if (typeof raw['token'] !== 'string' || raw['token'] === '') throw new InvalidError({ token: 'token_missing' });
      return { token: raw['token'], answers: raw['answers'] !== false };
    },
    summary: () => 'demo',
    canSend: (settings) => settings.answers,
    externalId: (address, token) => `${token}@${address.slice(address.indexOf('@') + 1)}`,
    check: async (inbox) =>
      inbox.settings.token === 'wrong' ? { ok: false, field: 'token', problem: 'refused', detail: 'no such token' } : { ok: true },
    start: async (host) => {
      did.push('start');
      demo.host = host;
      if (demo.startError) throw demo.startError;
      return {
        open: async (inbox) => void did.push(`open ${inbox.id}`),
        close: async (inboxId) => void did.push(`close ${inboxId}`),
        send: async (message) => {
          did.push(`send ${message.messageId} to ${message.recipients.map((recipient) => recipient.address).join()}`);
          return message.recipients.map(({ deliveryId }) => ({ deliveryId, outcome: demo.outcome }));
        },
        health: () => ({ state: 'ok', problem: null, detail: null }),
        stop: async () => void did.push('stop'),
      };
    },
  });
  return Object.assign(demo, { plugin, did });
}

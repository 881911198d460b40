import { domainOf } from '../../core/lib/email-address.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { CONTRACT_VERSION, defineChannel } from '../../core/plugins/contract.ts';
import { startListener } from './inbound/listener.ts';
import { LISTENER_FIELDS, type ListenerSettings, readListenerSettings } from './listener-settings.ts';
import { checkRelay } from './outbound/check.ts';
import { createPools } from './outbound/pools.ts';
import { relayHost } from './outbound/relay.ts';
import { sendMail } from './outbound/send.ts';
import { type EmailSettings, ON_DMARC_FAIL, readEmailSettings, SENDER_NAMES, SPAM_SCORE, TAG_SCORE } from './settings.ts';

/** E-mail: one SMTP listener takes the mail of every inbox; each inbox sends through its own relay. */
export default defineChannel<EmailSettings, ListenerSettings>({
  manifest: {
    name: 'email',
    contract: CONTRACT_VERSION,
    kind: 'channel',
    startsEnabled: true,
    icon: 'mail',
    traits: {
      addressKind: 'email',
      body: 'html',
      maxBodyChars: null,
      maxAttachmentBytes: 25 * 1024 * 1024,
      continues: 'by-reference',
      replyWindowHours: null,
      subject: true,
      confirms: ['delivered', 'read'],
    },
    settings: [
      { key: 'relayUrl', type: 'secret-url', required: false },
      { key: 'senderName', type: 'choice', required: true, choices: SENDER_NAMES, default: 'agent-and-company' },
      { key: 'replyTokens', type: 'switch', required: false, default: true },
      { key: 'returnTokens', type: 'switch', required: false, default: true },
      { key: 'onDmarcFail', type: 'choice', required: true, choices: ON_DMARC_FAIL, default: 'tag' },
      { key: 'spamTagScore', type: 'text', required: true, default: TAG_SCORE },
      { key: 'spamScore', type: 'text', required: true, default: SPAM_SCORE },
    ],
    pluginSettings: LISTENER_FIELDS,
  },
  interpreter: new URL('./inbound/interpret.ts', import.meta.url),
  authenticator: new URL('./authentication/authenticate.ts', import.meta.url),
  readSettings: readEmailSettings,
  readPluginSettings: readListenerSettings,
  summary: (settings) => (settings.relay ? relayHost(settings.relay) : null),
  canSend: (settings) => settings.relay !== null,
  policy: ({ spamTagScore, spamScore, onDmarcFail }) => ({ tagScore: spamTagScore, spamScore, onDmarcFail }),
  externalId: (inboxAddress, token) => `${token}@${domainOf(inboxAddress)}`,
  check: (inbox, signal) => checkRelay(inbox.settings.relay, signal),
  async start(host) {
    const refusing = new Set<InboxId>();
    const listener = await startListener(host, host.settings, refusing);
    const pools = createPools();
    return {
      open: async ({ id, settings }) => {
        if (settings.onDmarcFail === 'refuse') refusing.add(id);
        else refusing.delete(id);
        pools.open(id, settings.relay);
      },
      close: async (id) => {
        refusing.delete(id);
        pools.close(id);
      },
      send: (message, inbox, signal) => sendMail(pools, message, inbox, signal, host),
      health: () => listener.health(),
      stop: async () => {
        await Promise.all([listener.stop(), pools.stop()]);
      },
    };
  },
});

import { domainOf } from '../../core/lib/email-address.ts';
import type { InboxId } from '../../core/lib/ids.ts';
import { CONTRACT_VERSION, defineChannel } from '../../core/plugins/contract.ts';
import { listenElsewhere } from './inbound/elsewhere.ts';
import { startListener } from './inbound/listener.ts';
import { listenerOptions } from './inbound/options.ts';
import type { OpenInbox } from './inbound/recipient.ts';
import { visitorLetter } from './inbound/visitor-letter.ts';
import { LISTENER_FIELDS, type ListenerSettings, readListenerSettings } from './listener-settings.ts';
import { startComparing } from './mailbox/comparing.ts';
import { CONNECTING } from './mailbox/connecting.ts';
import { startAccounts } from './mailbox/running.ts';
import { MAILBOX_FIELDS } from './mailbox/settings.ts';
import { checkRoute } from './outbound/check.ts';
import { sendingMeans } from './outbound/means.ts';
import { reachesOf } from './outbound/reaches.ts';
import { relayHost } from './outbound/relay.ts';
import { sendMail } from './outbound/send.ts';
import { sendsFrom } from './outbound/sends-from.ts';
import { routesOf } from './outbound/through-relay.ts';
import { type EmailSettings, ON_DMARC_FAIL, ON_VIRUS, ROUTES, readEmailSettings, SENDER_NAMES, SPAM_SCORE, TAG_SCORE } from './settings.ts';

const BY_RELAY = { key: 'route', value: 'relay' } as const;
/** Providers send only from the very address of an account, and few take mail for one with a plus. */
const WITH_PLUS = { key: 'route', value: ['relay', 'direct'] } as const;

/** E-mail: one SMTP listener takes the mail of every inbox; each inbox sends by its own route. */
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
      { key: 'route', type: 'choice', required: true, choices: ROUTES, default: 'relay' },
      { key: 'relayUrl', type: 'secret-url', required: false, visibleWhen: BY_RELAY },
      { key: 'secondRelayUrl', type: 'secret-url', required: false, visibleWhen: BY_RELAY },
      { key: 'checkCertificate', type: 'switch', required: false, default: true, visibleWhen: BY_RELAY },
      ...MAILBOX_FIELDS,
      { key: 'senderName', type: 'choice', required: true, choices: SENDER_NAMES, default: 'agent-and-company' },
      { key: 'replyTokens', type: 'switch', required: false, default: true, visibleWhen: WITH_PLUS },
      { key: 'returnTokens', type: 'switch', required: false, default: true, visibleWhen: WITH_PLUS },
      { key: 'onDmarcFail', type: 'choice', required: true, choices: ON_DMARC_FAIL, default: 'tag' },
      { key: 'spamTagScore', type: 'text', required: true, default: TAG_SCORE },
      { key: 'spamScore', type: 'text', required: true, default: SPAM_SCORE },
      { key: 'onVirus', type: 'choice', required: true, choices: ON_VIRUS, default: 'spam' },
    ],
    pluginSettings: LISTENER_FIELDS,
  },
  interpreter: new URL('./inbound/interpret.ts', import.meta.url),
  authenticator: new URL('./authentication/authenticate.ts', import.meta.url),
  readSettings: readEmailSettings,
  readPluginSettings: readListenerSettings,
  summary: ({ route, relay }) => (route === 'direct' ? 'MX' : relay && relayHost(relay)),
  canSend: ({ route, relay }) => route === 'direct' || relay !== null,
  policy: ({ spamTagScore, spamScore, onDmarcFail, onVirus }) => ({ tagScore: spamTagScore, spamScore, onDmarcFail, onVirus }),
  sendsFrom,
  reaches: reachesOf,
  connecting: CONNECTING,
  visitorLetter,
  externalId: (inboxAddress, token) => `${token}@${domainOf(inboxAddress)}`,
  check: checkRoute,
  async start(host) {
    const opened = new Map<InboxId, OpenInbox>();
    const listens = host.server['listens'] !== 'false';
    const listener = listens ? await startListener(host, host.settings, opened) : await listenElsewhere(host);
    const means = sendingMeans(host);
    const fetching = { ...host, maxMessageBytes: listenerOptions(host).maxMessageBytes };
    const accounts = startAccounts(fetching, (id) => comparing.soon(id));
    const comparing = startComparing({ ...fetching, makeRoom: accounts.makeRoom });
    const forgetRoutes = (id: InboxId): void => {
      means.pools.close(routesOf(id));
      means.health.forget(routesOf(id));
    };
    return {
      open: async (inbox) => {
        const { id, settings } = inbox;
        opened.set(id, { address: inbox.address, isStrict: settings.onDmarcFail === 'refuse' });
        // Connections are made when there is something to send.
        forgetRoutes(id);
        await comparing.close(id);
        await accounts.open(inbox);
        comparing.open(inbox);
      },
      close: async (id) => {
        opened.delete(id);
        forgetRoutes(id);
        await comparing.close(id);
        await accounts.close(id);
      },
      inboxHealth: accounts.inboxHealth,
      compare: comparing.compare,
      compared: comparing.compared,
      send: async (message, inbox, signal) => {
        const results = await sendMail(means, message, inbox, signal);
        await accounts.sent(inbox.id, message, results);
        return results;
      },
      health: () => {
        const all = [listener.health(), accounts.health(), means.health.health()];
        return all.find(({ state, problem }) => state !== 'ok' || problem !== null) ?? { state: 'ok', problem: null, detail: null };
      },
      stop: async () => {
        await Promise.all([listener.stop(), comparing.stop(), accounts.stop(), means.pools.stop()]);
      },
    };
  },
});

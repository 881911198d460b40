import { databaseFile } from '../../config/config.ts';
import { acknowledgementRoutes } from '../acknowledgements/routes.ts';
import { admissionRoutes } from '../admissions/routes.ts';
import { listAgents } from '../agents/list-agents.ts';
import { agentRoutes } from '../agents/routes.ts';
import { nameOf } from '../agents/types.ts';
import { type AlarmDeps, alarmRoutes } from '../alarms/routes.ts';
import { apiRoutes } from '../api/routes.ts';
import { apiKeyRoutes } from '../api-keys/routes.ts';
import { auditRoutes } from '../audit/routes.ts';
import { createPasswordAgain } from '../backups/password-again.ts';
import { databaseBytes } from '../backups/size.ts';
import { blockedAddressRoutes } from '../blocked-addresses/routes.ts';
import { blockedSenderRoutes } from '../blocked-senders/routes.ts';
import { beginBulk } from '../bulk-actions/begin.ts';
import { bulkRoutes } from '../bulk-actions/routes.ts';
import { cannedResponseRoutes } from '../canned-responses/routes.ts';
import { commandRoutes } from '../commands/routes.ts';
import { companyRoutes } from '../company/routes.ts';
import { assignRoutes } from '../conversations/assign-routes.ts';
import { conversationRoutes } from '../conversations/routes.ts';
import type { WorkspaceDeps } from '../conversations/screens.ts';
import { shareRoutes } from '../conversations/share-routes.ts';
import type { Scope } from '../db/scope.ts';
import { deliverabilityRoutes } from '../deliverability/routes.ts';
import { deliveryRoutes } from '../deliveries/routes.ts';
import { draftVersionRoutes } from '../draft-versions/routes.ts';
import { choiceRoutes } from '../drafts/choice-routes.ts';
import { draftFileRoutes } from '../drafts/file-routes.ts';
import { draftRoutes } from '../drafts/routes.ts';
import { erasureRoutes } from '../erasures/routes.ts';
import { fileRoutes } from '../files/routes.ts';
import { folderPickerRoutes } from '../folders/picker-routes.ts';
import { folderRoutes } from '../folders/routes.ts';
import { followerRoutes } from '../followers/routes.ts';
import { footerRoutes } from '../footers/routes.ts';
import { type HealthDeps, healthRoutes } from '../health/routes.ts';
import { helpRoutes } from '../help/routes.ts';
import type { Route } from '../http/context.ts';
import type { CookieJar } from '../http/cookies.ts';
import type { Renderer } from '../http/render.ts';
import type { SessionCookie } from '../http/session.ts';
import { importRoutes } from '../imports/routes.ts';
import { silentSince } from '../inboxes/connecting/alarm.ts';
import { allCompared } from '../inboxes/connecting/compared.ts';
import { mailboxListRoutes } from '../inboxes/connecting/list-routes.ts';
import { ownMailboxRoutes } from '../inboxes/connecting/own-routes.ts';
import { mailboxRoutes } from '../inboxes/connecting/routes.ts';
import { COMPANY, OWN } from '../inboxes/connecting/shelf.ts';
import { stepRoutes } from '../inboxes/connecting/step-routes.ts';
import type { Trials } from '../inboxes/connecting/trial.ts';
import { defaultInboxRoutes } from '../inboxes/default-routes.ts';
import { inboxRoutes } from '../inboxes/routes.ts';
import type { Pump } from '../ingest/pump.ts';
import { ownUnreadableRoutes, unreadableRoutes } from '../ingest/routes.ts';
import { unreadableOf } from '../ingest/unreadable.ts';
import { unreadableRow } from '../ingest/view.ts';
import { labelPickerRoutes } from '../labels/picker-routes.ts';
import { labelRoutes } from '../labels/routes.ts';
import { ledgerRoutes } from '../ledger/routes.ts';
import type { InboxId } from '../lib/ids.ts';
import { createAudience } from '../live/audience.ts';
import { liveRoutes } from '../live/routes.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import { heldRoutes } from '../messages/held-routes.ts';
import { messageRoutes } from '../messages/routes.ts';
import { newsRoutes } from '../news/routes.ts';
import { notificationChoiceRoutes } from '../notifications/choice-routes.ts';
import { notificationRoutes } from '../notifications/routes.ts';
import { loginRoutes } from '../oauth/login-routes.ts';
import { registrationRoutes } from '../oauth/routes.ts';
import { outgoingRoutes } from '../outgoing/routes.ts';
import { passwordResetRoutes } from '../password-resets/routes.ts';
import { pictureRoutes } from '../pictures/routes.ts';
import { isChannel } from '../plugins/contract.ts';
import { pluginRoutes } from '../plugins/routes.ts';
import { presenceRoutes } from '../presence/routes.ts';
import { keyRoutes } from '../profile/key-routes.ts';
import { profileRoutes } from '../profile/routes.ts';
import { quotaRoutes } from '../quota/routes.ts';
import { retentionRoutes } from '../retention/routes.ts';
import { ruleActRoutes } from '../rules/act-routes.ts';
import { ruleRoutes } from '../rules/routes.ts';
import { savedViewRoutes } from '../saved-views/routes.ts';
import { sendingDomainRoutes } from '../sending-domains/routes.ts';
import { sessionRoutes } from '../sessions/routes.ts';
import { useSession } from '../sessions/use-session.ts';
import type { CachedGeneral } from '../settings/cached-general.ts';
import { settingsRoutes } from '../settings/routes.ts';
import { setupRoutes } from '../setup/routes.ts';
import { spamRoutes } from '../spam/routes.ts';
import { statisticsRoutes } from '../statistics/routes.ts';
import { queueSystemMail } from '../system-mail/queue.ts';
import { systemSenders } from '../system-mail/send.ts';
import { teamRoutes } from '../teams/routes.ts';
import { transferRoutes } from '../transfers/routes.ts';
import { trashRoutes } from '../trash/routes.ts';
import { trashSettingsRoutes } from '../trash/settings-routes.ts';
import { scanWhileWaited } from '../viruses/scan-judge.ts';
import { widgetRoutes } from '../widget/routes.ts';
import { widgetSettingsRoutes } from '../widget/settings-routes.ts';
import { workingHoursRoutes } from '../working-hours/routes.ts';
import { backupPages } from './backup-routes.ts';
import type { Backups } from './backups.ts';
import type { Channels } from './channels.ts';
import { checkMeans } from './check-means.ts';
import type { Foundation } from './foundation.ts';
import type { Logins } from './oauth.ts';
import { outgoingOf } from './outgoing.ts';
import { headersFrom } from './read-headers.ts';
import { sendersOf } from './senders.ts';
import { widgetParts } from './widget.ts';

export interface RouteParts {
  readonly foundation: Foundation;
  readonly channels: Channels;
  readonly endpoints: Endpoints;
  readonly pump: Pump;
  readonly renderer: Renderer;
  readonly sessionCookie: SessionCookie;
  readonly jar: CookieJar;
  readonly general: CachedGeneral;
  readonly backups: Backups;
  readonly trials: Trials;
  readonly logins: Logins;
  readonly health: HealthDeps;
  readonly alarms: AlarmDeps['alarms'];
  readonly version: string;
}

/** People who can work. */
const activeAgents = async (asked: Scope) =>
  (await listAgents(asked))
    .filter(({ status }) => status === 'active')
    .map((agent) => ({ id: agent.id, name: nameOf(agent) || agent.email }));

/** Every address of the product, each with who may call it. */
export function allRoutes(parts: RouteParts): readonly Route[] {
  const { foundation, channels, endpoints, pump, renderer, sessionCookie, jar, general, backups, trials, logins, health, alarms, version } =
    parts;
  const { config, scope, keyring, blobs, spool, stream, dns, doorkeeper, log } = foundation;
  const { directory, plugins } = channels;
  const { publicUrl } = config;
  const senders = sendersOf({ plugins, directory }, config.plugins);
  const inboxes = { plugins, directory, keyring, means: checkMeans(config, dns, foundation.accessToken) };
  const mailboxDeps = { ...inboxes, trials, emptyInbox, unreadableOf: ownUnreadable, log, logins, wake: logins.devices.wake };
  const unreadable = { blobs, pump, inboxOf: directory.record, scanNow: scanWhileWaited({ plugins, blobs }) };
  const isEmail = (channel: string): boolean => plugins.channel(channel)?.manifest.traits.addressKind === 'email';
  const workspace: WorkspaceDeps = {
    directory,
    endpoints,
    presence: foundation.presence,
    labels: foundation.labels,
    folders: foundation.folders,
    iconOf: (channel) => plugins.channel(channel)?.manifest.icon ?? 'plug-x',
    stateOf: (inbox) => (inbox.status === 'paused' ? 'off' : plugins.running(inbox.channel) && directory.typed(inbox.id) ? 'ok' : 'bad'),
    silentSince: ({ id, channel }) => silentSince(plugins.running(channel)?.inboxHealth?.(id) ?? null, scope.now()),
  };
  const widget = widgetParts(foundation, channels);
  const sendSystemMail = (mail: Parameters<typeof queueSystemMail>[3]): Promise<boolean> =>
    queueSystemMail(scope, keyring, () => systemSenders(channels).length > 0, mail);
  return [
    { method: 'GET', path: '/', may: 'public', handle: (ctx) => ctx.seeOther('/conversations') },
    // Before the conversations, whose /conversations/:id would take /conversations/new and /conversations/merger.
    ...draftRoutes({ ...workspace, maxMessageBytes: config.maxMessageBytes }),
    ...transferRoutes(workspace),
    ...choiceRoutes({ directory, maxMessageBytes: config.maxMessageBytes }),
    ...draftFileRoutes({ maxMessageBytes: config.maxMessageBytes }),
    ...draftVersionRoutes(workspace),
    ...fileRoutes({ blobs }),
    ...conversationRoutes({
      ...workspace,
      poke: stream.poke,
      readings: foundation.readings,
      agents: activeAgents,
    }),
    ...assignRoutes({ ...workspace, agents: activeAgents }),
    ...trashRoutes({ ...workspace, agents: activeAgents }),
    ...bulkRoutes({ labels: foundation.labels, agents: activeAgents, poke: stream.poke }),
    ...savedViewRoutes(),
    ...commandRoutes(workspace),
    ...followerRoutes(),
    ...presenceRoutes(foundation.presence),
    ...labelPickerRoutes(workspace),
    ...folderPickerRoutes(workspace),
    ...shareRoutes({ agents: activeAgents }),
    ...labelRoutes(),
    ...folderRoutes(),
    ...teamRoutes(),
    ...ruleRoutes({ readHeaders: headersFrom(blobs) }),
    ...ruleActRoutes(),
    ...messageRoutes({ blobs }),
    ...heldRoutes(workspace),
    ...deliveryRoutes(workspace),
    ...blockedAddressRoutes(),
    ...notificationRoutes(),
    ...notificationChoiceRoutes({ directory }),
    ...liveRoutes({
      stream,
      audience: createAudience(scope),
      isAlive: async (agentId, sessionId) => (await useSession(scope, sessionId, agentId)) !== null,
    }),
    ...sessionRoutes({ sessionCookie, jar, keyring, log }),
    ...passwordResetRoutes({ renderer, sendSystemMail, publicUrl, log }),
    ...profileRoutes({ sessionCookie, blobs, faces: foundation.faces }),
    ...keyRoutes(),
    ...pictureRoutes({ blobs }),
    ...setupRoutes({ sessionCookie, general, inboxes }),
    ...settingsRoutes({ general, publicUrl, blobs, faces: foundation.faces }),
    ...companyRoutes(),
    ...apiKeyRoutes({ publicUrl }),
    ...widgetSettingsRoutes({ ...widget, publicUrl }),
    ...widgetRoutes({ ...widget, blobs, general, translator: renderer.translator, log }),
    ...helpRoutes({ general, version }),
    ...newsRoutes(foundation.news, foundation.updates),
    ...workingHoursRoutes(),
    ...auditRoutes({ directory }),
    ...statisticsRoutes({ directory, labels: foundation.labels }),
    ...quotaRoutes({
      ...{ directory, guard: foundation.quotas, meter: foundation.disk },
      disk: () => spool.space.state(config.maxMessageBytes),
      database: (asked) => databaseBytes(asked, { url: config.databaseUrl, file: databaseFile(config) }),
    }),
    ...backupPages({ config, backups, general, passwordAgain: createPasswordAgain() }),
    ...healthRoutes(health),
    ...outgoingRoutes({ connections: outgoingOf(foundation, channels) }),
    ...alarmRoutes({ keyring, alarms }),
    ...agentRoutes({ renderer, sendSystemMail, publicUrl, faces: foundation.faces }),
    ...inboxRoutes(inboxes),
    // Before /mailboxes/:id, which would take /mailboxes/new.
    ...[COMPANY, OWN].flatMap((shelf) => stepRoutes(mailboxDeps, shelf)),
    ...defaultInboxRoutes(directory),
    ...mailboxListRoutes(mailboxDeps),
    ...ownMailboxRoutes(mailboxDeps),
    ...[COMPANY, OWN].flatMap((shelf) => mailboxRoutes(mailboxDeps, shelf)),
    // Before /oauth/:service.
    ...loginRoutes(logins),
    ...registrationRoutes(logins),
    ...pluginRoutes({
      plugins,
      keyring,
      server: config.plugins,
      inboxCount: (channel) => directory.all().filter((inbox) => inbox.channel === channel).length,
    }),
    ...sendingDomainRoutes({
      keyring,
      dns,
      addresses: () => senders().map(({ address }) => address),
    }),
    ...cannedResponseRoutes({
      channels: () =>
        plugins
          .list()
          .filter(({ plugin }) => isChannel(plugin))
          .map(({ name }) => name),
    }),
    ...footerRoutes({ directory, endpoints }),
    ...acknowledgementRoutes({ directory, isEmail, general, translator: renderer.translator }),
    ...admissionRoutes({ reload: doorkeeper.reload }),
    ...deliverabilityRoutes({ senders }),
    ...ledgerRoutes({ spool, inboxes: () => directory.all(), compared: (viewer) => allCompared({ plugins, directory }, viewer) }),
    ...trashSettingsRoutes(() => directory.all()),
    ...importRoutes({ dataDir: config.dataDir, directory, takesMail: isEmail }),
    ...erasureRoutes(blobs),
    ...retentionRoutes({ inboxes: () => directory.all() }),
    ...spamRoutes({ plugins, endpoints, inboxes: () => directory.openTo(null) }),
    ...blockedSenderRoutes(),
    ...unreadableRoutes(unreadable),
    ...ownUnreadableRoutes(unreadable),
    ...apiRoutes({
      ...{
        inboxes,
        endpoints,
        blobs,
        spool,
        quotas: foundation.quotas,
        disk: foundation.disk,
        backups: backups.runner,
        ...{ backupPlace: config.backup, logShipping: backups.logShipping },
        senders,
        logins,
        version,
        log,
      },
      readHeaders: headersFrom(blobs),
      t: renderer.translator('en'),
    }),
  ];
}

const ownUnreadable = async (scope: Scope, inboxId: InboxId) =>
  (await unreadableOf(scope, inboxId)).map((record) => unreadableRow(record, null, true));

async function emptyInbox(scope: Scope, inboxId: InboxId): Promise<void> {
  await beginBulk(scope, { kind: 'trash' }, { list: { inboxId } });
}

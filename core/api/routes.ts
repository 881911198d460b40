import type { BackupPlace } from '../backups/repository-key.ts';
import type { BackupRunner } from '../backups/runner.ts';
import type { Sender } from '../deliverability/facts.ts';
import type { Route, Translate } from '../http/context.ts';
import type { InboxDeps } from '../inboxes/change.ts';
import { AppError, InvalidError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Endpoints } from '../messages/endpoint.ts';
import type { Plugins } from '../plugins/host.ts';
import type { DiskMeter } from '../quota/disk-use.ts';
import type { QuotaGuard } from '../quota/guard.ts';
import type { ReadHeaders } from '../rules/complete.ts';
import type { Spool } from '../spool/types.ts';
import type { ByteStore } from './attachments.ts';
import { auditEndpoints } from './audit.ts';
import { type BackupLogParts, backupLogEndpoints } from './backup-log.ts';
import { backupTargetEndpoints } from './backup-target.ts';
import { backupEndpoints } from './backups.ts';
import { blockedAddressEndpoints } from './blocked-addresses.ts';
import { bulkActionEndpoints } from './bulk-actions.ts';
import { cannedResponseEndpoints } from './canned-responses.ts';
import { companyEndpoints } from './company.ts';
import { comparisonEndpoints } from './comparisons.ts';
import { contactEndpoints } from './contacts.ts';
import { conversationEndpoints } from './conversations.ts';
import { deliverabilityEndpoints } from './deliverability.ts';
import { deliveryEndpoints } from './deliveries.ts';
import type { Endpoint } from './endpoint.ts';
import { folderEndpoints } from './folders.ts';
import { followerEndpoints } from './followers.ts';
import { inboxEndpoints } from './inboxes.ts';
import { labelEndpoints } from './labels.ts';
import { ledgerEndpoints } from './ledger.ts';
import { messageEndpoints, type StoredBytes } from './messages.ts';
import { notificationChoiceEndpoints } from './notification-choices.ts';
import { notificationEndpoints } from './notifications.ts';
import { type OAuthClientDeps, oauthClientEndpoints } from './oauth-clients.ts';
import { openApiRoute } from './openapi.ts';
import { profileEndpoints } from './profile.ts';
import { ruleEndpoints } from './rules.ts';
import { savedViewEndpoints } from './saved-views.ts';
import { settingsEndpoints } from './settings.ts';
import { statisticsEndpoints } from './statistics.ts';
import { storageEndpoints } from './storage.ts';
import { teamEndpoints } from './teams.ts';
import { transferEndpoints } from './transfers.ts';
import { writingEndpoints } from './writing.ts';

export interface ApiDeps {
  readonly inboxes: InboxDeps & { readonly plugins: Pick<Plugins, 'running'> };
  readonly endpoints: Endpoints;
  readonly blobs: StoredBytes & ByteStore;
  readonly spool: Pick<Spool, 'count'>;
  readonly backups: Pick<BackupRunner, 'begin' | 'progress'>;
  readonly backupPlace: BackupPlace;
  readonly logShipping: BackupLogParts;
  readonly quotas: Pick<QuotaGuard, 'forget'>;
  readonly disk: Pick<DiskMeter, 'last'>;
  /** The beginning of stored mails, for rules that ask for a header. */
  readonly readHeaders: ReadHeaders;
  readonly senders: () => readonly Sender[];
  readonly logins: OAuthClientDeps;
  readonly log: Log;
  /** English: the API speaks to programmers. */
  readonly t: Translate;
  /** Of package.json, for the OpenAPI document. */
  readonly version: string;
}

/** Every operation of REST v1, one list for the routes and for their description. */
export function apiEndpoints(deps: ApiDeps): readonly Endpoint[] {
  return [
    ...inboxEndpoints(deps.inboxes, deps.t),
    ...comparisonEndpoints(deps.inboxes, deps.log),
    ...oauthClientEndpoints(deps.logins),
    ...conversationEndpoints(),
    ...writingEndpoints({ endpoints: deps.endpoints, directory: deps.inboxes.directory, blobs: deps.blobs }),
    ...messageEndpoints(deps.blobs),
    ...transferEndpoints(deps.endpoints),
    ...deliveryEndpoints(),
    ...labelEndpoints(),
    ...contactEndpoints(),
    ...folderEndpoints(),
    ...teamEndpoints(),
    ...bulkActionEndpoints(),
    ...savedViewEndpoints(),
    ...ruleEndpoints(deps.readHeaders),
    ...cannedResponseEndpoints(),
    ...companyEndpoints(),
    ...settingsEndpoints(),
    ...blockedAddressEndpoints(),
    ...followerEndpoints(),
    ...notificationEndpoints(),
    ...notificationChoiceEndpoints(),
    ...deliverabilityEndpoints(deps.senders, deps.t),
    ...ledgerEndpoints(deps.spool),
    ...profileEndpoints(),
    ...statisticsEndpoints(),
    ...storageEndpoints({ ...deps, isInbox: (id) => deps.inboxes.directory.record(id) !== null }),
    ...auditEndpoints(),
    ...backupEndpoints(deps.backups),
    ...backupTargetEndpoints(deps.backupPlace),
    ...backupLogEndpoints(deps.logShipping),
  ];
}

/** The routes of REST v1 and of its OpenAPI document. */
export function apiRoutes(deps: ApiDeps): readonly Route[] {
  const endpoints = apiEndpoints(deps);
  const routes = [...endpoints.map(({ route }) => inEnglish(route, deps.t)), openApiRoute(endpoints, deps.version)];
  return [...routes, ...refusals(routes)];
}

const LOCALE_KEY = /^[a-z][\w-]*(\.[\w-]+)+$/;

/** What is wrong with a field is a locale key where a page would show it; here it is said. */
function inEnglish(route: Route, t: Translate): Route {
  const handle: Route['handle'] = async (ctx) => {
    try {
      await route.handle(ctx);
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      const said = (text: string): string => (LOCALE_KEY.test(text) ? t(text) : text);
      throw new InvalidError(Object.fromEntries(Object.entries(error.fields).map(([name, text]) => [name, said(text)])));
    }
  };
  return { ...route, handle };
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** On a path that exists, every other method is answered with 405 and what is allowed (RFC 9110 §15.5.6). */
function refusals(routes: readonly Route[]): readonly Route[] {
  return [...Map.groupBy(routes, ({ path }) => path)].flatMap(([path, known]) => {
    const allowed = METHODS.filter((method) => known.some((route) => route.method === method));
    return METHODS.filter((method) => !allowed.includes(method)).map((method) => refusal(method, path, allowed.join(', ')));
  });
}

const refusal = (method: Route['method'], path: string, allowed: string): Route => ({
  method,
  path,
  may: 'api',
  handle: (ctx) => {
    ctx.set('Allow', allowed);
    throw new AppError('method_not_allowed', 405, `${method} is not possible here`, { help: `Possible: ${allowed}.` });
  },
});

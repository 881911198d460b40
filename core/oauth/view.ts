import type { Translate } from '../http/context.ts';
import { daysTo, endOfDay } from './ends.ts';
import { returnOf, type Services } from './services.ts';
import type { Client, Grant, Login, Service } from './types.ts';

/** How near an end is: `bad` = over or within a week, `wait` = within a month. */
export function endView(at: Date | null, now: Date) {
  if (at === null) return null;
  const days = daysTo(at, now);
  return { at, days, isOver: days <= 0, tone: days <= 7 ? ('bad' as const) : days <= 30 ? ('wait' as const) : ('ok' as const) };
}

/** A moment that is on this day in every time zone of ours. */
const noonOf = (day: string): Date => new Date(`${day}T12:00:00Z`);

/** A service in the list: whether Centrala is registered there, and until when. */
export const serviceView = (service: Service, client: Client | null, now: Date) => ({
  service,
  icon: service === 'google' ? 'brand-google' : 'brand-windows',
  clientId: client?.clientId ?? null,
  isPublic: client !== null && client.clientSecret === '',
  secretEnds: client?.secretExpiresOn ? { ...endView(endOfDay(client.secretExpiresOn), now), day: noonOf(client.secretExpiresOn) } : null,
});

/** What the form of a registration shows beside its fields. Never the secret. */
export const registrationView = (services: Services, service: Service, publicUrl: string, scopes: readonly string[]) => {
  const { uri, reachesUs } = returnOf(services[service], publicUrl);
  return { service, redirectUri: uri, reachesUs, scopes, hasTenant: service === 'microsoft', hasDevice: service === 'microsoft' };
};

/** Problems that the registration at the service is to be looked at for. */
const OF_THE_CLIENT = ['client', 'secret', 'secret_expired', 'redirect', 'public_client', 'consent'];

/** One attempt to log in, as its page shows it. */
export function loginView(
  t: Translate,
  login: Login,
  grant: Pick<Grant, 'service' | 'account'>,
  services: Services,
  publicUrl: string,
  now: Date,
) {
  const isLate = login.state !== 'done' && login.state !== 'failed' && login.expiresAt < now;
  const problem = isLate ? 'expired' : login.state === 'failed' ? (login.problem ?? 'other') : null;
  const { reachesUs } = returnOf(services[grant.service], publicUrl);
  return {
    id: login.id,
    way: login.way,
    service: grant.service,
    title: t(`oauth.service.${grant.service}`),
    account: grant.account,
    address: login.address,
    userCode: login.userCode,
    expiresAt: login.expiresAt,
    back: login.back,
    reachesUs,
    hasDevice: grant.service === 'microsoft',
    isWaiting: problem === null,
    problem: problem && t(`oauth.login.problem.${problem}`, { account: grant.account }),
    detail: problem === null || isLate ? null : login.detail,
    isOfClient: OF_THE_CLIENT.includes(problem ?? ''),
  };
}

import { errorFacts, type Log } from '../lib/log.ts';
import type { Call, Called } from './call.ts';
import { signatureOf } from './signature.ts';
import type { Told } from './told.ts';
import type { AlarmSettings, Trouble } from './types.ts';

export interface AlarmParts {
  readonly now: () => Date;
  readonly log: Log;
  readonly settings: () => Promise<AlarmSettings>;
  readonly told: Told;
  /** What does not work at this moment. */
  readonly troubles: () => Promise<readonly Trouble[]>;
  readonly call: (call: Call) => Promise<Called>;
  /** Tells administrators by mail of what began. */
  readonly mail: (troubles: readonly Trouble[]) => Promise<void>;
  readonly version: string;
}

export interface Alarms {
  /** Looks once; meant for every minute. */
  look(): Promise<void>;
  /** Calls both addresses now, to see whether they take it; null where nobody is to be called. */
  tryOut(): Promise<{ readonly webhook: Called | null; readonly ping: Called | null }>;
}

/** What is over within this time is no alarm: a plugin that starts again, a relay that pauses. */
const LASTING_MS = 5 * 60_000;

/**
 * Tells of what has not worked for five minutes, once, and that it works again; while nothing is wrong the dead man's switch is held down. What an
 * earlier run or another process told counts as told here; whoever begins to look looks for five minutes before he calls it over.
 */
export function createAlarms(parts: AlarmParts): Alarms {
  const { now, log } = parts;
  const since = new Map<string, number>();
  let beganAt = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let pingedAt = Number.NEGATIVE_INFINITY;

  /** After a pause, in which another process had the clock, all begins anew. */
  const begin = (): void => {
    const at = now().getTime();
    if (at - lookedAt >= LASTING_MS) {
      since.clear();
      beganAt = at;
    }
    lookedAt = at;
  };
  const mayEnd = (): boolean => lookedAt - beganAt >= LASTING_MS;

  const lasting = (troubles: readonly Trouble[], told: readonly string[]): readonly Trouble[] => {
    for (const name of [...since.keys()]) if (!troubles.some((one) => one.name === name)) since.delete(name);
    for (const { name } of troubles) if (!since.has(name)) since.set(name, told.includes(name) ? Number.NEGATIVE_INFINITY : lookedAt);
    return troubles.filter(({ name }) => lookedAt - (since.get(name) ?? lookedAt) >= LASTING_MS);
  };

  const post = (url: string, key: string | null, event: string, troubles: readonly Trouble[]): Promise<Called> => {
    const at = now();
    const named = troubles.map(({ name, detail }) => ({ name, detail }));
    const body = JSON.stringify({ event, at: at.toISOString(), version: parts.version, troubles: named });
    const signature = key === null ? {} : { 'X-Centrala-Signature': signatureOf(key, body, at) };
    return parts.call({ url, method: 'POST', body, headers: { 'Content-Type': 'application/json', ...signature } });
  };

  /** What the webhook has been told; as before where its call was not taken, so that it is called again. */
  const tellWebhook = async ({ webhook, webhookKey }: AlarmSettings, troubles: readonly Trouble[], heard: readonly string[]) => {
    const names = troubles.map(({ name }) => name);
    const isOver = heard.some((name) => !names.includes(name));
    if (webhook === null || names.join() === heard.join() || (isOver && !mayEnd())) return heard;
    const called = await post(webhook, webhookKey, troubles.length > 0 ? 'alarm' : 'well', troubles);
    if (called.problem === null) return names;
    log.warn('alarm_webhook_failed', called);
    return heard;
  };

  const hold = async ({ ping, pingMinutes }: AlarmSettings): Promise<void> => {
    if (ping === null || now().getTime() - pingedAt < pingMinutes * 60_000 - 1_000) return;
    const called = await parts.call({ url: ping, method: 'GET' });
    if (called.problem === null) pingedAt = now().getTime();
    else log.warn('alarm_ping_failed', called);
  };

  return {
    look: async () => {
      const [settings, troubles, before] = await Promise.all([parts.settings(), parts.troubles(), parts.told.read()]);
      begin();
      const wrong = lasting(troubles, before.mail);
      const fresh = wrong.filter(({ name }) => !before.mail.includes(name));
      if (fresh.length > 0) {
        log.error('alarm', { troubles: fresh });
        // It lies in the database until it is sent, which may be what is away: the webhook does not wait for it.
        if (settings.isMailOn) parts.mail(fresh).catch((error: unknown) => log.warn('alarm_mail_failed', errorFacts(error)));
      }
      const still = mayEnd() ? [] : before.mail;
      const mail = [...new Set([...still, ...wrong.map(({ name }) => name)])];
      await parts.told.note({ mail, webhook: await tellWebhook(settings, wrong, before.webhook) });
      if (troubles.length === 0) await hold(settings);
    },
    tryOut: async () => {
      const { webhook, webhookKey, ping } = await parts.settings();
      return {
        webhook: webhook === null ? null : await post(webhook, webhookKey, 'trial', []),
        ping: ping === null ? null : await parts.call({ url: ping, method: 'GET' }),
      };
    },
  };
}

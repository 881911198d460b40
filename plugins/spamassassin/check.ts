import type { CheckResult, ServerValues } from '../../core/plugins/contract.ts';
import { pingAll } from './client/judge.ts';
import { findSpamd } from './embedded/spamd.ts';
import type { SpamAssassinSettings } from './settings.ts';
import { hostsOf } from './source.ts';

/** Every named spamd must answer a PING; our own must at least be installed. */
export async function checkSpamd(settings: SpamAssassinSettings, server: ServerValues, signal: AbortSignal): Promise<CheckResult> {
  const wrong = (problem: string, detail: string | null = null): CheckResult => ({ ok: false, field: 'hosts', problem, detail });
  const hosts = hostsOf(settings, server);
  if (hosts === 'embedded') return findSpamd() === null ? wrong('not_installed') : { ok: true };
  if (hosts.length === 0) return wrong('no_host');
  const refused = await pingAll(hosts, signal);
  return refused ? wrong(refused.reason, refused.detail) : { ok: true };
}

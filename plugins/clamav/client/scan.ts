import { type Asked, type AskLimits, ask, askAny } from '../../../core/lib/ask-service.ts';
import type { ServiceHost } from '../../../core/lib/service-host.ts';
import type { ScanInput, ScanResult } from '../../../core/plugins/contract.ts';
import type { ClamavSettings } from '../settings.ts';
import { readAnswer, signaturesMadeAt } from './answer.ts';
import { streamQuestion, wordQuestion } from './ask.ts';

const CONNECT_MS = 3_000;
const PING_LIMITS: AskLimits = { connectMs: CONNECT_MS, answerMs: CONNECT_MS };

type Unavailable = Extract<ScanResult, { state: 'unavailable' }>;

/** Whether there is a virus in it (command INSTREAM). Ends with `signal`; never rejects. */
export async function scan(
  hosts: readonly ServiceHost[],
  { maxBytes, timeoutMs }: ClamavSettings,
  input: ScanInput,
  signal: AbortSignal,
): Promise<ScanResult> {
  if (input.bytes > maxBytes) return { state: 'skipped', reason: 'too_large' };
  const limits = { connectMs: Math.min(CONNECT_MS, timeoutMs), answerMs: timeoutMs };
  const asked = await askAny(hosts, streamQuestion(input, readAnswer), limits, signal);
  if (!('answer' in asked)) return unavailable(asked);
  return asked.answer.state === 'too_large' ? { state: 'skipped', reason: 'too_large' } : asked.answer;
}

/** Null when all hosts are well; else which one is not and why. */
export async function pingAll(hosts: readonly ServiceHost[], signal: AbortSignal): Promise<Unavailable | null> {
  for (const host of hosts) {
    const asked = await ask(host, wordQuestion('PING'), PING_LIMITS, signal);
    if (!('answer' in asked)) return unavailable(asked);
    if (asked.answer !== 'PONG')
      return { state: 'unavailable', reason: 'bad_answer', detail: `${asked.host}: ${asked.answer.slice(0, 80)}` };
  }
  return null;
}

/** The oldest signatures among the hosts; null when none says how old its are. */
export async function oldestSignatures(hosts: readonly ServiceHost[], signal: AbortSignal): Promise<Date | null> {
  const dates = await Promise.all(
    hosts.map(async (host) => {
      const asked = await ask(host, wordQuestion('VERSION'), PING_LIMITS, signal);
      return 'answer' in asked ? signaturesMadeAt(asked.answer) : null;
    }),
  );
  return dates.filter((at) => at !== null).sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

const unavailable = ({ trouble, detail }: Exclude<Asked<never>, { answer: never }>): Unavailable => ({
  state: 'unavailable',
  reason: trouble,
  detail,
});

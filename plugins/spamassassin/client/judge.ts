import { type Asked, type AskLimits, askAny } from '../../../core/lib/ask-service.ts';
import type { ServiceHost } from '../../../core/lib/service-host.ts';
import type { FilterInput, FilterVerdict, LearnResult } from '../../../core/plugins/contract.ts';
import type { SpamAssassinSettings } from '../settings.ts';
import { type SpamdRequest, spamdQuestion } from './ask.ts';
import { symbolsOf } from './report.ts';
import { type SpamdResponse, scoreOf } from './response.ts';

export const CONNECT_MS = 3_000;
const EX_OK = 0;
/** What spamd answers to TELL when it was started without --allow-tell (EX_UNAVAILABLE). */
const EX_UNAVAILABLE = 69;

type Unavailable = Extract<FilterVerdict, { state: 'unavailable' }>;

const limitsOf = ({ timeoutMs }: SpamAssassinSettings): AskLimits => ({ connectMs: Math.min(CONNECT_MS, timeoutMs), answerMs: timeoutMs });
const userHeader = ({ user }: SpamAssassinSettings): readonly string[] => (user === '' ? [] : [`User: ${user}`]);

/** Score and rules of one mail (command REPORT). */
export async function judge(
  hosts: readonly ServiceHost[],
  settings: SpamAssassinSettings,
  input: FilterInput,
  signal: AbortSignal,
): Promise<FilterVerdict> {
  const message = measured(settings, input);
  if (!message) return { state: 'skipped', reason: 'too_large' };
  const question = spamdQuestion({ command: 'REPORT', headers: userHeader(settings), message });
  const asked = await askAny(hosts, { ...question, read: (bytes) => judgement(question.read(bytes)) }, limitsOf(settings), signal);
  return 'answer' in asked ? asked.answer : { state: 'unavailable', reason: asked.trouble, detail: asked.detail };
}

/** Null for what is no score, so that the next host is asked: one that has too much to do, or no database of preferences, says so in an answer. */
function judgement(answer: SpamdResponse | null): FilterVerdict | null {
  const score = answer?.code === EX_OK ? scoreOf(answer) : null;
  return answer && score && { state: 'scored', ...score, symbols: symbolsOf(answer.body) };
}

/** Teaches the Bayes database of the local site (command TELL); nothing is reported to anybody outside. */
export async function learn(
  hosts: readonly ServiceHost[],
  settings: SpamAssassinSettings,
  input: FilterInput,
  as: 'spam' | 'ham',
  signal: AbortSignal,
): Promise<LearnResult> {
  const message = measured(settings, input);
  if (!message) return { state: 'skipped', reason: 'too_large' };
  const headers = [...userHeader(settings), `Message-class: ${as}`, 'Set: local'];
  const request: SpamdRequest = { command: 'TELL', headers, message };
  const asked = await askAny(hosts, spamdQuestion(request), limitsOf(settings), signal);
  if ('answer' in asked && asked.answer.code === EX_UNAVAILABLE)
    return { state: 'unavailable', reason: 'tell_refused', detail: asked.answer.word };
  const refused = unavailable(asked);
  if (refused || !('answer' in asked)) return refused ?? badAnswer('');
  return { state: /\blocal\b/.test(asked.answer.headers.get('didset') ?? '') ? 'learned' : 'unchanged' };
}

/** Null when all hosts are well; else which one is not and why. */
export async function pingAll(hosts: readonly ServiceHost[], signal: AbortSignal): Promise<Unavailable | null> {
  const request = spamdQuestion({ command: 'PING', headers: [], message: null });
  const limits = { connectMs: CONNECT_MS, answerMs: CONNECT_MS };
  for (const host of hosts) {
    const refused = unavailable(await askAny([host], request, limits, signal));
    if (refused) return refused;
  }
  return null;
}

function unavailable(asked: Asked<SpamdResponse>): Unavailable | null {
  if (!('answer' in asked)) return { state: 'unavailable', reason: asked.trouble, detail: asked.detail };
  const { code, word } = asked.answer;
  return code === EX_OK ? null : badAnswer(`${asked.host}: ${code} ${word}`);
}

const badAnswer = (detail: string): Unavailable => ({ state: 'unavailable', reason: 'bad_answer', detail });

function measured({ maxBytes, oversize }: SpamAssassinSettings, { bytes, open }: FilterInput): SpamdRequest['message'] {
  if (bytes > maxBytes && oversize === 'skip') return null;
  return { bytes: Math.min(bytes, maxBytes), open };
}

import { workingSeconds } from '../working-hours/calendar.ts';
import type { WorkingHours } from '../working-hours/types.ts';
import { bucketOf } from './buckets.ts';
import type { Clock } from './clock.ts';
import type { AgentNumber, Counted, Fact, Measure, Story } from './types.ts';

export interface Rules {
  readonly hours: WorkingHours;
  readonly clock: Clock;
  /** An answer within so many working seconds is on time. */
  readonly targetSeconds: number;
}

const NOBODY: AgentNumber = 0;

/** What a conversation has to say for the counts: the same story always gives the same facts. */
export function count(story: Story, rules: Rules): Counted {
  const facts = new Map<string, Fact>();
  const add = (at: Date | string, agent: AgentNumber, measure: Measure, bucket = 0): void => {
    const day = typeof at === 'string' ? at : rules.clock(at).day;
    const key = `${day} ${agent} ${measure} ${bucket}`;
    facts.set(key, [day, agent, measure, bucket, (facts.get(key)?.[4] ?? 0) + 1]);
  };
  if (!story.isSpam) {
    countTalk(story, rules, add);
    for (const { day, agentId } of story.reads) add(day, agentId, 'reads');
  }
  return { folderId: story.folderId, inboxId: story.inboxId, labelIds: story.labelIds, facts: [...facts.values()] };
}

type Add = (at: Date | string, agent: AgentNumber, measure: Measure, bucket?: number) => void;

/** A customer waits from his first message without an answer; closing or ignoring the conversation ends that too. */
function countTalk({ messages, endings, createdAt, isClosed }: Story, { hours, clock, targetSeconds }: Rules, add: Add): void {
  let since: Date | null = null;
  let isFirst = true;
  let next = 0;
  const endUntil = (at: Date | null): void => {
    for (let one = endings[next]; one && (at === null || one.at < at); one = endings[next]) {
      since = null;
      next += 1;
    }
  };
  for (const [index, { authorId, at }] of messages.entries()) {
    endUntil(at);
    if (authorId === null) {
      add(at, NOBODY, 'received');
      add(at, NOBODY, 'hour', clock(at).hour);
      if (index === 0) add(at, NOBODY, 'opened');
      since ??= at;
      continue;
    }
    add(at, authorId, 'sent');
    if (since !== null) {
      const seconds = workingSeconds(hours, since, at);
      add(at, authorId, 'answers');
      if (seconds <= targetSeconds) add(at, authorId, 'onTime');
      add(at, authorId, 'answer', bucketOf(seconds));
      if (isFirst) add(at, authorId, 'first', bucketOf(seconds));
      isFirst = false;
    }
    since = null;
  }
  const closings = endings.filter(({ kind }) => kind === 'closed');
  for (const { agentId, at } of closings) add(at, agentId, 'closed');
  const last = closings.at(-1);
  if (isClosed && last) add(last.at, last.agentId, 'resolution', bucketOf(workingSeconds(hours, createdAt, last.at)));
}

/** The counts that change when `after` takes the place of `before` (null = nothing was counted), by key; what stays the same is left out. */
export function difference(before: Counted | null, after: Counted | null): ReadonlyMap<string, number> {
  const changes = new Map<string, number>();
  const put = (counted: Counted | null, sign: 1 | -1): void => {
    for (const [day, agent, measure, bucket, n] of counted?.facts ?? [])
      for (const label of [0, ...(counted?.labelIds ?? [])]) {
        const key = [label, measure, day, bucket, counted?.folderId, counted?.inboxId, agent].join(' ');
        changes.set(key, (changes.get(key) ?? 0) + sign * n);
      }
  };
  put(before, -1);
  put(after, 1);
  for (const [key, n] of changes) if (n === 0) changes.delete(key);
  return changes;
}

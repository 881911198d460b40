import { workingSeconds } from '../working-hours/calendar.ts';
import type { WorkingHours } from '../working-hours/types.ts';
import { bucketOf } from './buckets.ts';
import type { Clock } from './clock.ts';
import type { AgentNumber, Counted, Fact, Measure, Story } from './types.ts';
import { createWaits } from './waits.ts';

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
function countTalk({ id, messages, endings, others, joins, createdAt, isClosed }: Story, rules: Rules, add: Add): void {
  const { hours, clock, targetSeconds } = rules;
  const waits = createWaits(joins);
  const ends = [...endings.map(({ at }) => ({ origin: id, at })), ...others].toSorted((a, b) => a.at.getTime() - b.at.getTime());
  let isFirst = true;
  let next = 0;
  for (const [index, { authorId, at, origin = id }] of messages.entries()) {
    for (let one = ends[next]; one && one.at < at; one = ends[next]) {
      waits.end(one.origin, one.at);
      next += 1;
    }
    if (authorId === null) {
      add(at, NOBODY, 'received');
      add(at, NOBODY, 'hour', clock(at).hour);
      if (index === 0) add(at, NOBODY, 'opened');
      waits.begin(origin, at);
      continue;
    }
    add(at, authorId, 'sent');
    const since = waits.end(origin, at);
    if (since !== null) {
      const seconds = workingSeconds(hours, since, at);
      add(at, authorId, 'answers');
      if (seconds <= targetSeconds) add(at, authorId, 'onTime');
      add(at, authorId, 'answer', bucketOf(seconds));
      if (isFirst) add(at, authorId, 'first', bucketOf(seconds));
      isFirst = false;
    }
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

import cron from 'node-cron';
import { errorFacts, type Log } from '../lib/log.ts';

export interface ScheduledTask {
  /** Aborts the signal of a run that is under way and waits for its end. */
  stop(): Promise<void>;
}

export interface Schedule {
  /** Runs `task` at each time that the cron expression names; a run that is still going is not started twice. */
  every(expression: string, name: string, task: (signal: AbortSignal) => Promise<void>): ScheduledTask;
  /** The same in every process of the installation, not only in the one whose duty the clock is: for what a process keeps in memory. */
  everywhere(expression: string, name: string, task: (signal: AbortSignal) => Promise<void>): ScheduledTask;
  stop(): Promise<void>;
}

/** Calls `then` after `ms`, unless what it answers is called before. */
export type Later = (ms: number, then: () => void) => () => void;

/** A clock that somebody set is noticed within this time. */
const LOOK_MS = 30_000;
/** Later than this its time has passed: the machine slept, or the clock was set. It comes again at its next time. */
const LATE_MS = 60_000;

const byTimer: Later = (ms, then) => {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
};

/**
 * What runs in every hour is computed in UTC: in the hour that comes twice in autumn the library takes each time of the clock for the second one,
 * and everything would stand still for an hour. Other times are the server's; those between 2 and 3 are missing on one day in spring.
 */
const zoneOf = (expression: string): { readonly timezone?: string } =>
  expression.trim().split(/\s+/).at(-4) === '*' ? { timezone: 'Etc/UTC' } : {};

/**
 * Cron jobs of core and plugins, in the server's time zone. A failing run is logged and the next one comes all the same. The library only
 * reads the expressions: its own runner goes through every time between two beats, minutes of work when a clock jumps by months, and sleeps
 * until the time it computed when a clock goes back. `isOurs`: whether this process is the one of several that runs what is due.
 */
export function createSchedule(log: Log, later: Later = byTimer, isOurs: () => boolean = () => true): Schedule {
  const tasks = new Set<ScheduledTask>();
  const begun =
    (mayRun: () => boolean): Schedule['every'] =>
    (expression, name, task) => {
      const stopping = new AbortController();
      const times = cron.createTask(expression, () => {}, { name, ...zoneOf(expression) });
      let running: Promise<void> | null = null;
      let dueAt = 0;
      let callOff = (): void => {};
      const begin = async (): Promise<void> => {
        await task(stopping.signal).catch((error: unknown) => log.error('scheduled_task_failed', { name, ...errorFacts(error) }));
        running = null;
      };
      const beat = (): void => {
        const lateMs = Date.now() - dueAt;
        if (lateMs >= 0 && lateMs < LATE_MS && mayRun()) running ??= begin();
        wait();
      };
      const wait = (): void => {
        dueAt = times.getNextRuns(1)[0]?.getTime() ?? Number.POSITIVE_INFINITY;
        callOff = later(Math.max(0, Math.min(LOOK_MS, dueAt - Date.now())), beat);
      };
      wait();
      const entry: ScheduledTask = {
        stop: async () => {
          tasks.delete(entry);
          callOff();
          stopping.abort();
          await times.destroy();
          await running;
        },
      };
      tasks.add(entry);
      return entry;
    };
  return {
    every: begun(isOurs),
    everywhere: begun(() => true),
    stop: async () => {
      for (const task of [...tasks]) await task.stop();
    },
  };
}

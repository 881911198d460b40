import cron from 'node-cron';
import { errorFacts, type Log } from '../lib/log.ts';

export interface ScheduledTask {
  /** Aborts the signal of a run that is under way and waits for its end. */
  stop(): Promise<void>;
}

export interface Schedule {
  /** Runs `task` at each time that the cron expression names; a run that is still going is not started twice. */
  every(expression: string, name: string, task: (signal: AbortSignal) => Promise<void>): ScheduledTask;
  stop(): Promise<void>;
}

/** Cron jobs of core and plugins, in the server's time zone. A failing run is logged and the next one comes all the same. */
export function createSchedule(log: Log): Schedule {
  const tasks = new Set<ScheduledTask>();
  return {
    every: (expression, name, task) => {
      const stopping = new AbortController();
      let running: Promise<void> = Promise.resolve();
      const begin = async (): Promise<void> => {
        running = task(stopping.signal).catch((error: unknown) => log.error('scheduled_task_failed', { name, ...errorFacts(error) }));
        await running;
      };
      const scheduled = cron.schedule(expression, begin, { name, noOverlap: true });
      const entry: ScheduledTask = {
        stop: async () => {
          tasks.delete(entry);
          stopping.abort();
          await scheduled.destroy();
          await running;
        },
      };
      tasks.add(entry);
      return entry;
    },
    stop: async () => {
      for (const task of [...tasks]) await task.stop();
    },
  };
}

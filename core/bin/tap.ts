/** What a test run came to. A skipped, planned or hanging test is one that failed: nobody saw it pass. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export interface TapReader {
  readonly feed: (chunk: string) => void;
  /** `exitCode` null: the run was killed. A run that ended badly without naming a failed test counts one. */
  readonly end: (exitCode: number | null) => Tally;
}

/**
 * Reads what `ava --tap` prints (TAP 13). Calls `onFailure` with the title of a test that failed, then with each line of its details,
 * and with whatever the tests themselves print; passes stay silent.
 */
export function readTap(onFailure: (line: string) => void): TapReader {
  let rest = '';
  let passed = 0;
  let failed = 0;
  let failing = false;
  /** What ava itself counted: it also knows tests that never began because their file died. */
  let counted = 0;
  const line = (text: string): void => {
    const result = /^(not )?ok \d+ - (.*)$/.exec(text);
    if (!result) {
      counted += Number(/^# (?:fail|skip) (\d+)$/.exec(text)?.[1] ?? 0);
      if (failing && /^\s/.test(text)) onFailure(text);
      else if (!/^(\s|#|TAP version|\d+\.\.\d+|$)/.test(text)) onFailure(text);
      return;
    }
    const title = result[2] ?? '';
    failing = result[1] !== undefined || /# (SKIP|TODO)\b/.test(title);
    if (failing) failed += 1;
    else passed += 1;
    if (failing) onFailure(`FAILED ${title}`);
  };
  return {
    feed(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) line(text.replace(/\r$/, ''));
    },
    end(exitCode) {
      if (rest !== '') line(rest);
      rest = '';
      failed = Math.max(failed, counted, exitCode === 0 ? 0 : 1);
      return { passed, failed };
    },
  };
}

/** How many messages of one folder are asked for at a time, so that the one that a server cannot hand over is found and stops no other. */
export interface Stretch {
  readonly width: number;
  /** All that were asked for were had. */
  had(): void;
  /** Something of it was had, then it broke: no sign that any message is to blame. */
  partly(): void;
  /** Nothing of it was had. True: it was one message, asked for long enough; it is passed over. */
  failed(): boolean;
}

const MOST = 500;
const NARROWER = 8;
const WIDER = 2;

/** What it takes to pass a message over: failures of it alone, and milliseconds since the first of all in a row. */
export interface StretchPatience {
  readonly failures: number;
  readonly ms: number;
}

export function createStretch(now: () => Date, patience: StretchPatience): Stretch {
  let width = MOST;
  let alone = 0;
  let since: number | null = null;
  const calm = (): void => {
    alone = 0;
    since = null;
  };
  return {
    get width() {
      return width;
    },
    had: () => {
      calm();
      width = Math.min(MOST, width * WIDER);
    },
    partly: calm,
    failed: () => {
      since ??= now().getTime();
      if (width > 1) {
        width = Math.ceil(width / NARROWER);
        return false;
      }
      alone += 1;
      if (alone < patience.failures || now().getTime() - since < patience.ms) return false;
      calm();
      return true;
    },
  };
}

/** A system call that has returned, in the order in which it did. */
export interface TracedCall {
  readonly name: string;
  /** Its arguments as strace prints them with -y: numbers with the path of the open file. */
  readonly text: string;
  readonly result: string;
}

/** Reads the output of `strace -f -y -o`: calls that another thread interrupted are put together where they returned. */
export function parseTrace(output: string): readonly TracedCall[] {
  const calls: TracedCall[] = [];
  const begun = new Map<string, { name: string; text: string }>();
  for (const line of output.split('\n')) {
    const [, thread = '', name = '', text = '', isCut, rest = ''] =
      /^(\d+) +(\w+)\((.*?)( <unfinished \.\.\.>|\) += (.*))$/.exec(line) ?? [];
    if (isCut?.startsWith(' <')) begun.set(thread, { name, text });
    else if (name) calls.push({ name, text, result: rest });
    const [, resumed = '', more = '', result = ''] = /^(\d+) +<\.\.\. \w+ resumed>(.*)\) += (.*)$/.exec(line) ?? [];
    const call = begun.get(resumed);
    if (call) calls.push({ name: call.name, text: call.text + more, result });
  }
  return calls;
}

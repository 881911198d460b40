import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Whole header lines: "Subject: Hello". */
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Paths of files to attach. */
  readonly attach?: readonly string[];
  /** Further options, such as `--tls`. */
  readonly options?: readonly string[];
}

/** Sends one mail with Debian's swaks and answers the transcript; throws when the server did not take it. */
export async function swaks({
  from,
  to,
  port,
  headers = [],
  body = 'Dzień dobry',
  attach = [],
  options: more = [],
}: Letter): Promise<string> {
  const options = [
    ...['--server', `127.0.0.1:${port}`, '--from', from, '--to', to, '--body', body, '--helo', 'klient.test'],
    ...headers.flatMap((header) => ['--header', header]),
    ...attach.flatMap((path) => ['--attach', `@${path}`]),
    ...more,
  ];
  const child = spawn('swaks', options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void said.push(text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`swaks ended with ${code}:\n${said.join('')}`);
  return said.join('');
}

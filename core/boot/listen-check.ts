import { createServer } from 'node:net';
import type { Config } from '../../config/config.ts';
import { AppError, SettingError } from '../lib/errors.ts';

/** As in the names of the settings. */
type Kind = 'HTTP' | 'HTTPS' | 'SMTP' | 'SMTPS';

interface Place {
  readonly kind: Kind;
  readonly host: string;
  readonly port: number;
}

/**
 * Makes sure that this machine lets us listen where the settings say, before anything else starts. Throws SettingError for an address that is
 * not ours or a port not allowed to this user, AppError `port_taken` for a taken web port; a taken mail port is the plugin's to wait for.
 */
export async function checkListening({ http, smtp, roles }: Config): Promise<void> {
  const places = [
    ...(roles.has('web') ? placesOf(http, 'HTTP', 'HTTPS') : []),
    ...(roles.has('smtp') ? placesOf(smtp, 'SMTP', 'SMTPS') : []),
  ];
  for (const place of places) {
    const code = await tryListening(place);
    const { kind } = place;
    if (code === 'EADDRINUSE' && kind.startsWith('HTTP'))
      throw new AppError('port_taken', 500, `The port ${nameOf(place)} is taken by another program.`, {
        help: `Stop that one or choose another CENTRALA_${kind}_PORT.`,
      });
    if (code !== null && code !== 'EADDRINUSE') throw notAllowed(place, code);
  }
}

interface Listening {
  readonly host: string;
  readonly port: number;
  readonly securePort: number | null;
}

const placesOf = ({ host, port, securePort }: Listening, plain: Kind, secure: Kind): readonly Place[] => [
  { kind: plain, host, port },
  ...(securePort === null ? [] : [{ kind: secure, host, port: securePort }]),
];

const nameOf = ({ host, port }: Place): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Null when it works, else the system's code. */
function tryListening({ host, port }: Place): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer();
  server.once('error', (error) => resolve('code' in error ? String(error.code) : 'unknown'));
  server.listen(port, host, () => server.close(() => resolve(null)));
  return promise;
}

function notAllowed({ kind, host, port }: Place, code: string): SettingError {
  if (code === 'EACCES')
    return new SettingError(
      `This user may not listen on port ${port}.`,
      `Choose a CENTRALA_${kind}_PORT of 1024 or more and forward ${port} to it.`,
    );
  return new SettingError(
    `CENTRALA_${kind.slice(0, 4)}_HOST ${host} is no address of this machine (${code}).`,
    'Use 127.0.0.1 for this machine alone, 0.0.0.0 for every network.',
  );
}

import { createServer } from 'node:net';
import type { Config } from '../../config/config.ts';
import { AppError, SettingError } from '../lib/errors.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Makes sure that this machine lets us listen where the settings say, before anything else starts. Throws SettingError for an address that is
 * not ours or a port not allowed to this user, AppError `port_taken` for a taken web port; a taken mail port is the plugin's to wait for.
 */
export async function checkListening({ http, smtp, roles }: Config): Promise<void> {
  const web = roles.has('web') ? await tryListening(http) : null;
  if (web === 'EADDRINUSE')
    throw new AppError('port_taken', 500, `The port ${nameOf(http)} is taken by another program.`, {
      help: 'Stop that one or choose another CENTRALA_HTTP_PORT.',
    });
  if (web) throw notAllowed('HTTP', http, web);
  const mail = roles.has('smtp') ? await tryListening(smtp) : null;
  if (mail && mail !== 'EADDRINUSE') throw notAllowed('SMTP', smtp, mail);
}

const nameOf = ({ host, port }: Place): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Null when it works, else the system's code. */
function tryListening({ host, port }: Place): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const server = createServer();
  server.once('error', (error) => resolve('code' in error ? String(error.code) : 'unknown'));
  server.listen(port, host, () => server.close(() => resolve(null)));
  return promise;
}

function notAllowed(what: 'HTTP' | 'SMTP', place: Place, code: string): SettingError {
  if (code === 'EACCES')
    return new SettingError(
      `This user may not listen on port ${place.port}.`,
      `Choose a CENTRALA_${what}_PORT of 1024 or more and forward ${place.port} to it.`,
    );
  return new SettingError(
    `CENTRALA_${what}_HOST ${place.host} is no address of this machine (${code}).`,
    'Use 127.0.0.1 for this machine alone, 0.0.0.0 for every network.',
  );
}

import type { ExecutionContext } from 'ava';
import { startSpamd } from '../../plugins/spamassassin/test/spamd.ts';
import { BIURO, type Office, officeFor } from './office.ts';
import { deliver } from './smtp-client.ts';

/** An office whose mail a real spamd scores. `send` hands a mail over as it is. */
export async function spamOfficeFor(t: ExecutionContext): Promise<{ office: Office; send(message: Buffer): Promise<string> }> {
  const spamd = await startSpamd();
  t.teardown(() => spamd.stop());
  const office = await officeFor(t, { env: { CENTRALA_SPAMD: spamd.path } });
  return {
    office,
    send: (message) => deliver(t, office.smtpPort, { from: 'jan@klient.test', to: [BIURO], message: message.toString() }),
  };
}

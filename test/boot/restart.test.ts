import test, { type ExecutionContext } from 'ava';
import { SMTPServer } from 'smtp-server';
import { connect } from '../../core/db/connect.ts';
import { startApp } from '../support/app.ts';
import { databaseTarget } from '../support/db.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** A relay that puts everybody off until told otherwise. */
async function moodyRelay(t: ExecutionContext<unknown>) {
  const relay = { url: '', isWilling: false };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onRcptTo: (_address, _session, done) =>
      done(relay.isWilling ? null : Object.assign(new Error('4.2.0 come again'), { responseCode: 450 })),
    onData: (stream, _session, done) => void stream.resume().on('end', () => done()),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  relay.url = `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return relay;
}

test('what is due when the product starts is sent at once, not put off because its plugin starts too', async (t) => {
  const dir = tempDir(t);
  const target = await databaseTarget(t, dir);
  const env = { CENTRALA_DATA_DIR: dir, ...(target.url ? { CENTRALA_DATABASE_URL: target.url } : {}) };
  const relay = await moodyRelay(t);
  const first = await startApp(t, { env });
  const inbox = { channel: 'email', name: 'Biuro', address: 'biuro@firma.test', relay: relay.url };
  const { json: made } = await first.api('POST', '/inboxes', inbox);
  const mail = { inboxId: (made as { id: number }).id, to: ['jan@klient.test'], subject: 'Oferta', text: 'Dzień dobry' };
  await first.api('POST', '/conversations', mail);
  await until('the relay has put the mail off', async () => (await first.scope.db('deliveries').first('status')).status === 'deferred');
  await first.stop();

  const db = connect(target);
  await db('deliveries').update({ next_attempt_at: new Date(Date.now() - 1000).toISOString() });
  await db.destroy();
  relay.isWilling = true;
  const second = await startApp(t, { env });
  const delivery = await until('something becomes of it', async () => {
    const row = await second.scope.db('deliveries').first('status', 'attempts', 'reason');
    return row.status === 'sending' || row.attempts === 1 ? null : row;
  });
  t.like(delivery, { status: 'sent', attempts: 2 });
});

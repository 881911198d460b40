import test from 'ava';
import { complaintOf, maybeNoRoom } from '../../core/backups/complaints.ts';
import { TARGET } from '../../core/backups/target.ts';
import { tryTarget } from '../../core/backups/try-target.ts';
import { S3_KEY, startS3 } from '../support/s3-server.ts';
import { tempDir } from '../support/temp-dir.ts';

const PLACE = 's3:https://s3.example.com/kopie/centrala';
const unable = (why: string): string =>
  `Fatal: unable to open config file: Stat: ${why} Is there a repository at the following location? ${PLACE}`;

test('what restic says of a place is taken for empty only where it says that nothing is there', (t) => {
  for (const why of [
    'The specified key does not exist.',
    'The specified bucket does not exist',
    'file does not exist',
    'no such file or directory',
  ])
    t.is(complaintOf(PLACE, unable(why))?.problem, 'no_backups', why);
  for (const why of [
    'Please reduce your request rate.',
    'We encountered an internal error, please try again.',
    '503 Service Unavailable',
    'x509: certificate has expired or is not yet valid',
    'The difference between the request time and the current time is too large.',
  ])
    t.not(complaintOf(PLACE, unable(why))?.problem, 'no_backups', why);
  t.is(complaintOf(PLACE, unable('dial tcp 192.0.2.1:443: i/o timeout'))?.problem, 'unreachable');
});

test('a connection that broke off is a server that does not answer', (t) => {
  const said =
    'Save(<data/7a38527fed>) returned error, retrying after 552.330144ms: Write: connection lost subprocess ssh: client_loop: send disconnect: Broken pipe';
  t.is(complaintOf(PLACE, said)?.problem, 'unreachable');
});

test('SFTP has no word for a full disk: what its server refuses without a reason may be for want of room', (t) => {
  const said = 'Save(<data/191b8de3f9>) returned error, retrying after 552.330144ms: Write: sftp: "Failure" (SSH_FX_FAILURE)';
  const found = complaintOf('sftp:kopie@nas.example.com:centrala', said);
  t.is(found?.problem, 'not_written');
  t.regex(found?.help ?? '', /how much room/);
  t.true(maybeNoRoom(found));
  t.false(maybeNoRoom(complaintOf(PLACE, 'open /kopie/data: permission denied')));
});

test('a bucket that answers each request with an error is neither empty nor gone, and has its backups again afterwards', async (t) => {
  const s3 = await startS3(t);
  const dir = tempDir(t);
  const target = TARGET.parse({ kind: 's3', endpoint: s3.endpoint, bucket: 'kopie', path: 'centrala', ...S3_KEY });
  const place = { dataDir: dir, dir: '', key: 'ABCDE-ABCDE', path: process.env['PATH'] ?? '' };
  t.is((await tryTarget(place, target)).failed, null);
  s3.down(true);
  const { failed } = await tryTarget(place, target);
  t.is(failed?.stage, 'open');
  t.notRegex(failed?.detail ?? '', /there are none|no backups/);
  t.regex(failed?.detail ?? '', /reduce your request rate/);
  t.false(['gone', 'no_backups'].includes(failed?.problem ?? ''));
  s3.down(false);
  t.is((await tryTarget(place, target)).failed, null);
});

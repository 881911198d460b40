import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { type Blobs, openBlobs } from '../blobs/blobs.ts';
import { type Bucket, openBucket } from '../blobs/bucket.ts';
import { compareWithBucket } from '../blobs/compare.ts';
import { startUploads, type Uploads } from '../blobs/uploads.ts';
import type { Log } from '../lib/log.ts';
import type { Foundation } from './foundation.ts';
import type { Shutdown } from './shutdown.ts';

/** The second place of stored files, and what is on its way there. */
export interface FilesElsewhere {
  readonly bucket: Bucket;
  readonly uploads: Uploads;
}

/** Stored files lie in the data folder, and with CENTRALA_BLOBS in a bucket as well. */
export function openFiles(
  config: Config,
  log: Log,
  shutdown: Shutdown,
): { readonly blobs: Blobs; readonly elsewhere: FilesElsewhere | null } {
  const dir = join(config.dataDir, 'blobs');
  if (config.bucket === null) return { blobs: openBlobs(dir), elsewhere: null };
  const bucket = openBucket(config.bucket);
  const blobs = openBlobs(dir, { stored: (sha256) => uploads.add(sha256), get: bucket.get });
  const uploads = startUploads(bucket, blobs.path, log);
  shutdown.add('uploads', () => uploads.stop());
  return { blobs, elsewhere: { bucket, uploads } };
}

/** Each minute whether the bucket answers; at night bucket and folder are compared. */
export function watchBucket({ elsewhere, blobs, scope, schedule, log }: Foundation): void {
  if (elsewhere === null) return;
  const { bucket, uploads } = elsewhere;
  schedule.everywhere('7 * * * * *', 'bucket', () => uploads.look());
  schedule.every(
    '5 4 * * *',
    'bucket compared',
    async (signal) => void (await compareWithBucket(scope, { bucket, blobs, uploads, log }, signal)),
  );
}

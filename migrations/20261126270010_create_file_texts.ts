import type { Knex } from 'knex';

const NAMES = ['pdf', 'docx', 'docm', 'dotx', 'xlsx', 'xlsm', 'pptx', 'odt', 'ods', 'odp', 'ott', 'txt', 'csv', 'md', 'html', 'htm', 'xml'];
const KINDS: Readonly<Record<string, string>> = {
  pdf: 'pdf',
  txt: 'text',
  csv: 'text',
  md: 'text',
  html: 'markup',
  htm: 'markup',
  xml: 'markup',
};
const MAX_BYTES = 30 * 1024 * 1024;

/** Words of files by their content, so that one that comes again is read once. Files from before wait to be read, too. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('file_texts', (t) => {
    t.increments('id');
    t.string('sha256', 64).notNullable().unique().references('blobs.sha256');
    t.string('kind').notNullable().checkIn(['pdf', 'office', 'text', 'markup', 'reading'], 'file_texts_kind_known');
    t.string('state').notNullable().checkIn(['waiting', 'read', 'failed'], 'file_texts_state_known');
    t.integer('attempts').notNullable().defaultTo(0);
    t.text('words');
  });
  await knex.raw("create index file_texts_waiting on file_texts (id) where state = 'waiting'");
  for (const name of NAMES)
    await knex.raw(
      `insert into file_texts (sha256, kind, state) select distinct a.blob_sha256, ?, 'waiting' from attachments as a
       where lower(a.filename) like ? and a.bytes between 1 and ? on conflict do nothing`,
      [KINDS[name] ?? 'office', `%.${name}`, MAX_BYTES],
    );
  await knex.raw(
    `insert into file_texts (sha256, kind, state) select distinct a.blob_sha256, 'reading', 'waiting' from attachments as a
     join attachment_readings as r on r.attachment_id = a.id where r.kind = 'message' on conflict do nothing`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('file_texts');
}

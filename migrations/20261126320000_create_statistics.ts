import type { Knex } from 'knex';

/**
 * Figures for superiors. `statistics_counts` is what pages add up; `statistics_conversations` remembers what each conversation has put into
 * it, so that counting it again replaces that; `statistics_dirty` are those to be counted again. Agent 0 = nobody, label 0 = whatever its labels.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('statistics_counts', (t) => {
    t.integer('label_id').notNullable();
    t.string('measure', 12).notNullable();
    t.string('day', 10).notNullable();
    t.integer('bucket').notNullable();
    t.integer('folder_id').notNullable();
    t.integer('inbox_id').notNullable();
    t.integer('agent_id').notNullable();
    t.integer('n').notNullable();
    t.primary(['label_id', 'measure', 'day', 'bucket', 'folder_id', 'inbox_id', 'agent_id']);
  });
  await knex.schema.createTable('statistics_conversations', (t) => {
    t.integer('conversation_id').primary();
    t.text('counted').notNullable();
  });
  await knex.schema.createTable('statistics_dirty', (t) => {
    t.integer('conversation_id').primary();
  });
  await knex.schema.createTable('statistics_reads', (t) => {
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.integer('agent_id').notNullable();
    t.string('day', 10).notNullable();
    t.primary(['conversation_id', 'agent_id', 'day']);
  });
  await knex.schema.createTable('statistics_endings', (t) => {
    t.increments('id');
    t.integer('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE');
    t.string('kind').notNullable().checkIn(['closed', 'ignored'], 'statistics_endings_kind_known');
    t.integer('agent_id').notNullable();
    t.string('ended_at').notNullable();
    t.index(['conversation_id']);
  });
  // Everything that is there already is counted in the background: see core/statistics/fold.ts.
  await knex.schema.createTable('statistics_state', (t) => {
    t.integer('id').primary();
    t.integer('counted_to');
  });
  await knex('statistics_state').insert({ id: 1, counted_to: 0 });
  const [conversation, agent] =
    knex.client.config.client === 'pg'
      ? [`(e.data::json->>'conversationId')::int`, `case when e.actor::json->>'kind' = 'agent' then (e.actor::json->>'id')::int else 0 end`]
      : [
          `json_extract(e.data, '$.conversationId')`,
          `case when json_extract(e.actor, '$.kind') = 'agent' then json_extract(e.actor, '$.id') else 0 end`,
        ];
  await knex.raw(
    `insert into statistics_endings (conversation_id, kind, agent_id, ended_at)
     select c.id, case e.type when 'conversation.closed' then 'closed' else 'ignored' end, ${agent}, e.created_at
     from events as e join conversations as c on c.id = ${conversation}
     where e.type in ('conversation.closed', 'conversation.ignored') order by e.id`,
  );
}

export async function down(knex: Knex): Promise<void> {
  for (const name of ['state', 'endings', 'reads', 'dirty', 'conversations', 'counts']) await knex.schema.dropTable(`statistics_${name}`);
}

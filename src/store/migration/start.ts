import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';

const text = 'text' as const;

/** Columns of each table: `?` may be null, `#` is a whole number (instants in ms), `%` a number; the first is the key. */
const TABLES: Readonly<Record<string, string>> = {
  account: 'id name display_name password_hash role created_at# disabled_at#?',
  session: 'id account_id secret_hash created_at# expires_at# last_seen_at#',
  token: 'id name role scopes secret_hash created_by created_at# expires_at#? last_used_at#? revoked_at#?',
  signal: 'id source received_at# idempotency_key? events body',
  heartbeat: 'id title every# grace# labels state last_seen_at#?',
  observation: 'id at# agent text function_name? city? in_trip# incident_id?',
  quarantine: 'id kind received_at# reason body',
  alert:
    'id fingerprint source name labels annotations severity state starts_at# fired_at#? resolved_at#? expires_at#? last_seen_at# value%? generator_url? count# incident_id? silenced_by? maintenance_by? cause_id?',
  silence: 'id matchers starts_at# ends_at# created_by comment',
  maintenance: 'id title matchers starts_at# ends_at# created_by announced#',
  incident:
    'id number# title summary severity state phase started_at# opened_at# accepted_at#? accepted_by? resolved_at#? components functions cities cause merged_into? pinned version#',
  duty_override: 'id person starts_at# ends_at# reason created_by cancelled_at#?',
  chain_run: 'id incident_id chain snapshot state started_at# next_step# round# next_action_at#?',
  page: 'id key incident_id chain_run_id? person channel address reason state created_at# handed_over_at#? attempts# last_error? receipt? accept_hash accepted_at#?',
  member_notice: 'id incident_id phase severity title body agent_word functions cities published_at# published_by',
  partner_contact:
    'id key incident_id partner address subject body state created_at# handed_over_at#? attempts# last_error?',
  playbook_run: 'id incident_id playbook started_by started_at# state step# results finished_at#? deadline#?',
  ticket:
    'id number# title body kind priority# state owner? incident_id? function_name? city? opened_by opened_at# updated_at# closed_at#? due_at#? version#',
  retro: 'id incident_id title state facts summary root_cause went_well went_badly created_at# updated_at# version#',
  improvement:
    'id number# title body state retro_id? incident_id? owner? due_at#? change proof created_by created_at# updated_at# version#',
  journal:
    'id at# recorded_at# actor_kind actor_id actor_name fact subject_kind subject_id incident_id? cause_id? summary reason? data sequence#? hash?',
  work: 'id kind key due_at# priority# payload cause_id? attempt# fence# lease_owner? lease_until#? requeue_at#? requeue_payload? error?',
  counter: 'name value#',
  setting: 'name value',
};

const INDEXES: readonly string[] = [
  'CREATE UNIQUE INDEX account_name ON account (name)',
  'CREATE UNIQUE INDEX session_secret ON session (secret_hash)',
  'CREATE INDEX session_account ON session (account_id)',
  'CREATE UNIQUE INDEX token_secret ON token (secret_hash)',
  'CREATE UNIQUE INDEX signal_key ON signal (source, idempotency_key) WHERE idempotency_key IS NOT NULL',
  'CREATE INDEX signal_received ON signal (received_at)',
  'CREATE INDEX observation_incident ON observation (incident_id)',
  'CREATE INDEX observation_at ON observation (at)',
  "CREATE UNIQUE INDEX alert_open ON alert (fingerprint) WHERE state <> 'resolved'",
  'CREATE INDEX alert_state ON alert (state, id)',
  'CREATE INDEX alert_incident ON alert (incident_id, id)',
  'CREATE INDEX alert_incident_state ON alert (incident_id, state, id)',
  "CREATE INDEX alert_expiry ON alert (expires_at) WHERE state = 'firing'",
  'CREATE INDEX alert_last_seen ON alert (last_seen_at)',
  'CREATE INDEX silence_end ON silence (ends_at)',
  'CREATE INDEX maintenance_end ON maintenance (ends_at)',
  'CREATE UNIQUE INDEX incident_number ON incident (number)',
  'CREATE INDEX incident_state ON incident (state, id)',
  'CREATE INDEX incident_opened ON incident (opened_at)',
  'CREATE INDEX duty_override_end ON duty_override (ends_at)',
  'CREATE INDEX chain_run_incident ON chain_run (incident_id)',
  'CREATE UNIQUE INDEX page_key ON page (key)',
  'CREATE UNIQUE INDEX page_accept ON page (accept_hash)',
  'CREATE INDEX page_incident ON page (incident_id)',
  'CREATE INDEX member_notice_incident ON member_notice (incident_id)',
  'CREATE INDEX member_notice_published ON member_notice (published_at)',
  'CREATE UNIQUE INDEX partner_contact_key ON partner_contact (key)',
  'CREATE INDEX partner_contact_incident ON partner_contact (incident_id)',
  'CREATE INDEX playbook_run_incident ON playbook_run (incident_id)',
  'CREATE UNIQUE INDEX ticket_number ON ticket (number)',
  'CREATE INDEX ticket_incident ON ticket (incident_id)',
  'CREATE INDEX ticket_state ON ticket (state, id)',
  'CREATE UNIQUE INDEX retro_incident ON retro (incident_id)',
  'CREATE UNIQUE INDEX improvement_number ON improvement (number)',
  'CREATE INDEX journal_incident ON journal (incident_id, at)',
  'CREATE INDEX journal_subject ON journal (subject_kind, subject_id, at)',
  'CREATE UNIQUE INDEX journal_sequence ON journal (sequence) WHERE sequence IS NOT NULL',
  'CREATE INDEX journal_unsealed ON journal (id) WHERE sequence IS NULL',
  'CREATE UNIQUE INDEX work_key ON work (kind, key)',
  'CREATE INDEX work_due ON work (due_at)',
  'CREATE INDEX work_order ON work (priority, due_at)',
];

/** The first schema: a table for each noun of each stage. */
export async function start(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    let builder = db.schema.createTable(table);
    columns.split(' ').forEach((column, index) => {
      const name = column.replace(/[#%?]+$/, '');
      const type = column.includes('#') ? dialect.wholeNumber : column.includes('%') ? dialect.number : text;
      builder = builder.addColumn(name, type, (definition) => {
        const given = index === 0 ? definition.primaryKey() : definition;
        return column.endsWith('?') ? given : given.notNull();
      });
    });
    await builder.execute();
  }
  await db.schema
    .createTable('incident_link')
    .addColumn('incident_id', text, (column) => column.notNull())
    .addColumn('member_kind', text, (column) => column.notNull())
    .addColumn('member_id', text, (column) => column.notNull())
    .addColumn('linked_at', dialect.wholeNumber, (column) => column.notNull())
    .addColumn('linked_by', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('incident_link_key', ['incident_id', 'member_kind', 'member_id'])
    .execute();
  for (const index of INDEXES) await sql.raw(index).execute(db);
  for (const trigger of dialect.appendOnlyJournal) await sql.raw(trigger).execute(db);
}

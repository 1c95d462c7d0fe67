-- What other rooms' SQL may read of the journal.

CREATE VIEW journal.act WITH (security_invoker = true) AS
SELECT id AS act_id, recorded_at, officer_id, reason, act, subject, details, count, root
FROM journal_entry;

CREATE VIEW journal.job WITH (security_invoker = true) AS
SELECT r.name, r.key, r.state, r.attempts, r.started_at, r.updated_at, r.ended_at,
       s.name AS step, s.done, s.total, s.ended_at AS step_ended_at
FROM journal_jobrun r LEFT JOIN journal_jobstep s ON s.run_id = r.id;

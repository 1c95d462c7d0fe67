-- What other rooms' SQL may read of deduplication.

CREATE SCHEMA IF NOT EXISTS deduplication;

-- Who stands for whom. Merged records only: LEFT JOIN and coalesce(canonical_person_id, person_id).
CREATE OR REPLACE VIEW deduplication.canonical_person WITH (security_invoker = true) AS
SELECT c.person_id, c.canonical_person_id
FROM deduplication_canonicalperson c;

-- Pairs that wait for a person: queued, and not one person already through other merges.
CREATE OR REPLACE VIEW deduplication.queue WITH (security_invoker = true) AS
SELECT p.id AS pair_id, p.person_a_id, p.person_b_id, p.weight, p.probability, p.strong, p.state, p.found_at,
       p.area_a, p.area_b
FROM deduplication_matchedpair p
LEFT JOIN deduplication_canonicalperson a ON a.person_id = p.person_a_id
LEFT JOIN deduplication_canonicalperson b ON b.person_id = p.person_b_id
WHERE p.state IN ('queued', 'proposed', 'cannot_tell', 'fraud')
  AND coalesce(a.canonical_person_id, p.person_a_id) <> coalesce(b.canonical_person_id, p.person_b_id);

-- People for whom money should wait: in a pair that weighs much and is not decided yet, or in one found to be fraud.
-- One row for each end of each pair. A pair nobody could tell apart holds nobody up.
CREATE OR REPLACE VIEW deduplication.open_pair WITH (security_invoker = true) AS
SELECT q.person_a_id AS person_id, q.pair_id, q.person_b_id AS other_person_id, q.weight, q.state
FROM deduplication.queue q
WHERE q.strong AND q.state IN ('queued', 'proposed') OR q.state = 'fraud'
UNION ALL
SELECT q.person_b_id, q.pair_id, q.person_a_id, q.weight, q.state
FROM deduplication.queue q
WHERE q.strong AND q.state IN ('queued', 'proposed') OR q.state = 'fraud';

-- Every pair with where it stands, without names.
CREATE OR REPLACE VIEW deduplication.pair WITH (security_invoker = true) AS
SELECT p.id AS pair_id, p.person_a_id, p.person_b_id, p.weight, p.probability, p.strong, p.state, p.found_at, p.decided_at,
       p.area_a, p.area_b
FROM deduplication_matchedpair p;

-- Merges that stand now.
CREATE OR REPLACE VIEW deduplication.merge_now WITH (security_invoker = true) AS
SELECT m.id AS merge_id, m.canonical_person_id, m.merged_person_id, m.merged_at
FROM deduplication_merge m
WHERE m.undone_at IS NULL;

-- Records that stand for one person and are members of two households.
CREATE OR REPLACE VIEW deduplication.in_two_households WITH (security_invoker = true) AS
SELECT c.canonical_person_id, kept.household_id AS canonical_household_id, c.person_id, own.household_id
FROM deduplication_canonicalperson c
JOIN registration.person_now own ON own.person_id = c.person_id
JOIN registration.person_now kept ON kept.person_id = c.canonical_person_id
WHERE own.household_id <> kept.household_id;

-- Who heads a household that is headed by a record merged into another one of the same household: the record that stands
-- for the person, in the family of the one that headed. (Where the other one lives elsewhere, see in_two_households.)
CREATE OR REPLACE VIEW deduplication.head_by_merge WITH (security_invoker = true) AS
SELECT own.household_id, own.family_id, c.canonical_person_id AS person_id
FROM deduplication_canonicalperson c
JOIN registration.person_now own ON own.person_id = c.person_id AND own.relationship = 'head'
JOIN registration.person_now kept ON kept.person_id = c.canonical_person_id AND kept.household_id = own.household_id;

-- Records that are merged into another one of the same household: whoever counts people leaves them out.
CREATE OR REPLACE VIEW deduplication.twice_at_home WITH (security_invoker = true) AS
SELECT c.person_id, own.household_id
FROM deduplication_canonicalperson c
JOIN registration.person_now own ON own.person_id = c.person_id
JOIN registration.person_now kept ON kept.person_id = c.canonical_person_id AND kept.household_id = own.household_id;

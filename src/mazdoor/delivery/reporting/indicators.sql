-- Every counted indicator of one run, in one statement: one statement sees one state of the database, so the figures
-- of a run agree with each other. Reads views only. Parameters: run (bigint), at (date).
--
-- A worker is a living person whose primary employment has not ended. Informal means: in agriculture everybody, the
-- same as the estimate it is held against; outside it what was recorded or, where nobody answered that, no social
-- security from the work (the ILO's test of informal employment).
INSERT INTO reporting_indicator
  (run_id, measure, breakdown, area_code, sex, sector, category, programme, value, basis, source)
-- A record that was merged into another stands for nobody: what it holds counts for its canonical person.
WITH merged AS (
  SELECT person_id, canonical_person_id
  FROM deduplication.canonical_person
  WHERE canonical_person_id <> person_id
),
employment AS (
  SELECT DISTINCT ON (coalesce(m.canonical_person_id, e.person_id))
    coalesce(m.canonical_person_id, e.person_id) AS person_id,
    e.sector,
    e.category,
    e.sector = 'agriculture' OR coalesce(e.informal, NOT coalesce(e.social_security, false)) AS informal
  FROM registration.employment_now e
  LEFT JOIN merged m USING (person_id)
  WHERE e.is_primary AND e.started_on <= %(at)s AND (e.ended_on IS NULL OR e.ended_on > %(at)s)
  ORDER BY coalesce(m.canonical_person_id, e.person_id), m.person_id IS NOT NULL, e.employment_id
),
insured AS (
  SELECT DISTINCT coalesce(m.canonical_person_id, s.person_id) AS person_id
  FROM contributions.statement s
  LEFT JOIN merged m USING (person_id)
  WHERE s.insured_months > 0
),
banked AS (
  SELECT DISTINCT coalesce(m.canonical_person_id, a.person_id) AS person_id
  FROM accounts.live_account a
  LEFT JOIN merged m USING (person_id)
),
live_enrolment AS (
  SELECT person_id, canonical_person_id, unit_kind, unit_id, programme_code
  FROM enrolment.enrolment_now
  WHERE from_date <= %(at)s AND (to_date IS NULL OR to_date > %(at)s)
),
-- A family's or household's programme covers everybody in it.
in_programme AS (
  SELECT canonical_person_id AS person_id FROM live_enrolment
  UNION
  SELECT p.person_id FROM registration.person_now p
  JOIN live_enrolment e ON e.unit_kind = 'family' AND e.unit_id = p.family_id
  UNION
  SELECT p.person_id FROM registration.person_now p
  JOIN live_enrolment e ON e.unit_kind = 'household' AND e.unit_id = p.household_id
),
underpaid AS (
  SELECT coalesce(m.canonical_person_id, s.person_id) AS person_id, sum(s.shortfall_amount)::bigint AS shortfall_amount
  FROM wages.shortfall_now s
  LEFT JOIN merged m USING (person_id)
  WHERE s.shortfall_amount > 0 AND s.month <= %(at)s AND s.month > (%(at)s::date - interval '12 months')
  GROUP BY 1
),
person AS (
  SELECT
    p.person_id,
    p.province_code,
    coalesce(place.district_now_code, '') AS district_code,
    p.sex,
    e.sector,
    e.category,
    e.person_id IS NOT NULL AS is_worker,
    coalesce(e.informal, false) AS is_informal,
    i.person_id IS NOT NULL AS is_insured,
    a.person_id IS NOT NULL AS has_account,
    b.person_id IS NOT NULL AS has_programme,
    u.shortfall_amount
  FROM registration.person_now p
  LEFT JOIN reference.area place ON place.code = p.area_code
  LEFT JOIN employment e USING (person_id)
  LEFT JOIN insured i USING (person_id)
  LEFT JOIN banked a USING (person_id)
  LEFT JOIN in_programme b USING (person_id)
  LEFT JOIN underpaid u USING (person_id)
  WHERE p.registered_on <= %(at)s
    AND (p.died_on IS NULL OR p.died_on > %(at)s)
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.person_id = p.person_id)
),
cell AS (
  SELECT
    CASE
      WHEN GROUPING(district_code) = 0 AND GROUPING(sex) = 0 THEN 'district_sex'
      WHEN GROUPING(province_code) = 0 AND GROUPING(sex) = 0 THEN 'province_sex'
      WHEN GROUPING(province_code) = 0 AND GROUPING(sector) = 0 THEN 'province_sector'
      WHEN GROUPING(sex) = 0 AND GROUPING(sector) = 0 THEN 'sex_sector'
      WHEN GROUPING(district_code) = 0 THEN 'district'
      WHEN GROUPING(province_code) = 0 THEN 'province'
      WHEN GROUPING(sex) = 0 THEN 'sex'
      WHEN GROUPING(sector) = 0 THEN 'sector'
      WHEN GROUPING(category) = 0 THEN 'category'
      ELSE 'total'
    END AS breakdown,
    coalesce(district_code, province_code, '') AS area_code,
    coalesce(sex, '') AS sex,
    coalesce(sector, '') AS sector,
    coalesce(category, '') AS category,
    count(*) AS persons,
    count(*) FILTER (WHERE is_worker) AS workers,
    count(*) FILTER (WHERE is_informal) AS informal,
    count(*) FILTER (WHERE is_informal AND NOT is_insured) AS uninsured,
    count(*) FILTER (WHERE is_informal AND NOT has_programme) AS without_programme,
    count(*) FILTER (WHERE is_informal AND NOT has_account) AS without_account,
    count(*) FILTER (WHERE is_informal AND NOT is_insured AND NOT has_account AND NOT has_programme) AS uncovered,
    count(*) FILTER (WHERE is_worker AND shortfall_amount > 0) AS underpaid,
    coalesce(sum(shortfall_amount) FILTER (WHERE is_worker), 0)::bigint AS shortfall_amount
  FROM person
  GROUP BY GROUPING SETS (
    (), (province_code), (district_code), (sex), (sector), (category),
    (province_code, sex), (district_code, sex), (province_code, sector), (sex, sector)
  )
),
beneficiary AS (
  SELECT programme_code, count(*) AS enrolments
  FROM live_enrolment
  GROUP BY programme_code
),
-- The terms of the conservation sum, each counted on its own.
money AS (
  SELECT
    programme_code,
    count(DISTINCT canonical_person_id) FILTER (WHERE state = 'settled') AS persons_paid,
    sum(amount)::bigint AS entitled_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'not_yet_instructed'), 0)::bigint AS not_yet_instructed_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'in_flight'), 0)::bigint AS in_flight_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'settled'), 0)::bigint AS settled_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'returned'), 0)::bigint AS returned_amount,
    coalesce(sum(amount) FILTER (WHERE state = 'cancelled'), 0)::bigint AS cancelled_amount
  FROM payments.entitlement_now
  WHERE period_from <= %(at)s
  GROUP BY programme_code
)
SELECT %(run)s, figure.measure, cell.breakdown, cell.area_code, cell.sex, cell.sector, cell.category, '',
       figure.value, 'counted', ''
FROM cell
CROSS JOIN LATERAL (
  VALUES
    ('registered_persons', cell.persons),
    ('registered_workers', cell.workers),
    ('registered_informal_workers', cell.informal),
    ('uninsured', cell.uninsured),
    ('without_account', cell.without_account),
    ('without_programme', cell.without_programme),
    ('uncovered', cell.uncovered),
    ('underpaid_workers', cell.underpaid),
    ('wage_shortfall_amount', cell.shortfall_amount)
) AS figure (measure, value)
-- A cell without an area, sector or category is a person without one: counted in the totals, not a row of its own.
WHERE (cell.breakdown NOT LIKE 'district%%' OR cell.area_code <> '')
  AND (cell.breakdown NOT LIKE '%%sector' OR cell.sector <> '')
  AND (cell.breakdown <> 'category' OR cell.category <> '')
  AND (figure.value > 0 OR cell.breakdown = 'total')
UNION ALL
SELECT %(run)s, 'enrolments', 'programme', '', '', '', '', programme_code, enrolments, 'counted', ''
FROM beneficiary
UNION ALL
SELECT %(run)s, figure.measure, 'programme', '', '', '', '', money.programme_code, figure.value, 'counted', ''
FROM money
CROSS JOIN LATERAL (
  VALUES
    ('persons_paid', money.persons_paid),
    ('entitled_amount', money.entitled_amount),
    ('not_yet_instructed_amount', money.not_yet_instructed_amount),
    ('in_flight_amount', money.in_flight_amount),
    ('settled_amount', money.settled_amount),
    ('returned_amount', money.returned_amount),
    ('cancelled_amount', money.cancelled_amount)
) AS figure (measure, value)

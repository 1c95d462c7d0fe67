-- What other rooms' SQL may read of reporting: figures about groups, never about a person.
CREATE OR REPLACE VIEW reporting.indicator WITH (security_invoker = true) AS
SELECT
  i.run_id, r.at, r.snapshot, r.figures_hash, r.computed_at,
  i.measure, i.breakdown, i.area_code, i.sex, i.sector, i.category, i.programme, i.value, i.basis, i.source
FROM reporting_indicator i
JOIN reporting_reportrun r ON r.id = i.run_id;

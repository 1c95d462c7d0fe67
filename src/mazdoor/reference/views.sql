-- What other rooms' SQL may read of the reference room. The code tree is cut here once, so nobody else cuts strings.
CREATE OR REPLACE VIEW reference.area WITH (security_invoker = true) AS
SELECT
  code,
  parent_id AS parent_code,
  level,
  name_en,
  name_ur,
  CASE WHEN level <> 'country' THEN substr(code, 1, 3) END AS province_code,
  CASE WHEN level = 'division' THEN code ELSE division_id END AS division_code,
  CASE WHEN level IN ('district', 'tehsil') THEN substr(code, 1, 5) END AS district_code,
  -- The district that holds it today: codes keep the district of the day they were given.
  CASE WHEN level IN ('district', 'tehsil') THEN coalesce(now_in_id, substr(code, 1, 5)) END AS district_now_code,
  latitude,
  longitude,
  population_2023,
  households_2023,
  coalesce(population_2023, population_2017) AS population,
  CASE WHEN population_2023 IS NOT NULL THEN 2023 WHEN population_2017 IS NOT NULL THEN 2017 END AS population_year,
  valid_from,
  valid_to,
  drawn_with_id AS drawn_with_code
FROM reference_area;

CREATE OR REPLACE VIEW reference.area_boundary WITH (security_invoker = true) AS
SELECT area_id AS area_code, polygons, west, south, east, north, source, imported_at
FROM reference_areaboundary;

CREATE OR REPLACE VIEW reference.occupation WITH (security_invoker = true) AS
SELECT code, parent_id AS parent_code, substr(code, 1, 1) AS major_code, title_en, title_ur
FROM reference_occupation;

CREATE OR REPLACE VIEW reference.industry WITH (security_invoker = true) AS
SELECT
  code,
  parent_id AS parent_code,
  section_code,
  CASE
    WHEN section_code = 'A' THEN 'agriculture'
    WHEN section_code IN ('B', 'C', 'D', 'E', 'F') THEN 'industry'
    ELSE 'services'
  END AS sector,
  title_en,
  title_ur
FROM reference_industry;

CREATE OR REPLACE VIEW reference.bank WITH (security_invoker = true) AS
SELECT
  code,
  name_en,
  kind,
  coalesce(merged_into_id, alias_of_id, code) AS answers_for_code,
  alias_of_id AS alias_of_code,
  merged_into_id AS merged_into_code
FROM reference_bank;

CREATE OR REPLACE VIEW reference.mobile_prefix WITH (security_invoker = true) AS
SELECT prefix, network
FROM reference_mobileprefix;

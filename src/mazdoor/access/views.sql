-- What other rooms' SQL may read of officers: never the password.

CREATE VIEW access.officer WITH (security_invoker = true) AS
SELECT id AS officer_id, username, full_name, full_name_ur, desk, areas, language, is_active
FROM access_officer;

-- What other rooms' SQL may read of notices: that somebody was told something, never the words.
CREATE OR REPLACE VIEW notices.notice WITH (security_invoker = true) AS
SELECT id AS notice_id, person_id, area_code, template, channel, language, about, segments, state, queued_at, closed_at
FROM notices_notice;

drop table audit_log;
drop table moderation_decisions;
drop table change_requests;

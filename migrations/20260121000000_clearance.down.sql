drop trigger export_decisions_are_kept on export_decisions;
drop trigger export_decision_chained on export_decisions;
drop function export_decisions_are_kept();
drop function export_decision_chained();
drop function export_decision_hash(export_decisions);
drop table export_decisions;
drop table export_edition;
drop table export_tables;
drop table export_rules;

drop table bank_statement_lines, bank_statements, sandbox_refunds, sandbox_payments, payment_cursors, payment_alerts,
    webhook_inbox, payment_events, refunds, payment_splits, payments;
drop function payment_sums_agree();

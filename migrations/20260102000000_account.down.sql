drop table rate_limits;
drop table addresses;
drop table passkey_ceremonies;
drop table passkeys;
drop table person_tokens;
drop table memberships;
drop table sessions;
drop table people;

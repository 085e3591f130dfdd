-- Months paid in vain, as far as the reader sees their villages (vain_months_known.sql).
create view programme.vain_months as select * from programme.vain_months_known()

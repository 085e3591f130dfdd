-- The dated legal terms of jamsos/data/legal_terms.csv, for whatever decides in SQL; a test compares the two.
create view programme.legal_terms with (security_invoker = true) as
select term, value, valid_from from (values {terms}) as terms (term, value, valid_from)

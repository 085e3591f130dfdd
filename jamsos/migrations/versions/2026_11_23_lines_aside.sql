alter table programme.donation_matches drop constraint donation_matches_outcome_check, add CONSTRAINT donation_matches_outcome_check CHECK (outcome in ('exact', 'partial', 'over', 'unknown', 'duplicate', 'refunded', 'outgoing', 'settled', 'assigned', 'returning'))
-- next
alter table programme.donation_matches drop constraint donation_matches_bank_line_id_key, add replaces_id BIGINT, add reason_sealed BYTEA, add CONSTRAINT donation_matches_replaces_id_key UNIQUE (replaces_id), add CONSTRAINT donation_matches_replaces_id_fkey FOREIGN KEY(replaces_id) REFERENCES programme.donation_matches (id)
-- next
CREATE UNIQUE INDEX donation_matches_bank_line_id_key ON programme.donation_matches (bank_line_id) WHERE replaces_id is null
-- next
CREATE INDEX donation_matches_bank_line_id_idx ON programme.donation_matches (bank_line_id)

alter table programme.complaints add is_own BOOLEAN DEFAULT 'false' NOT NULL

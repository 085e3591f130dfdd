alter table programme.run_approvals add proof TEXT COLLATE "C", add CONSTRAINT run_approvals_run_id_proof_key UNIQUE (run_id, proof)

-- Insert one transaction and its postings in one statement. Triggers link and balance them.
with t as (
    insert into programme.journal_transactions
        (fund_id, number, day, kind, reference, document_id, reverses_id, memo, postings_sha256, hash)
    values (:fund_id, 0, :day, :kind, :reference, :document_id, :reverses_id, :memo, :sha256, '')
    returning id
)
insert into programme.postings (transaction_id, fund_id, field, account, amount)
select t.id, :fund_id, p.field, p.account, p.amount
  from t, unnest(:fields, :accounts, :amounts) as p (field, account, amount)
returning transaction_id

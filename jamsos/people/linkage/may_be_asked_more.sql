-- Return whether a matching may raise more reviews of a likely row. That is so where the officer did not review every
-- candidate. It is also so where another likely row of the same person became a new person and was never compared with
-- this row.
select count(*) filter (where v.row_id = :row_id) >= :most
                   or bool_or(v.row_id <> :row_id and coalesce(p.merged_into_id, p.id) = :person_id
                              and s.person_id <> :person_id and d.verdict = 'different'
                              and not exists (select from programme.match_reviews x
                                               where x.row_id = :row_id and x.person_id = s.person_id))
            from programme.match_reviews v
            join programme.people p on p.id = v.person_id
            left join programme.match_decisions d on d.review_id = v.id
            left join programme.person_rows s on s.row_id = v.row_id
            where v.kind = 'likely' and (v.row_id = :row_id or v.person_id in
                (select id from programme.people where id = :person_id or merged_into_id = :person_id))

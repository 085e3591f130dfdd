-- Defects of a load by village, each with its treatment. A row counts once for each of its defects. The view has line
-- numbers but no personal data.
create view programme.registry_defects with (security_invoker = true) as
select d.load_id, d.village_code, d.defect,
       case when d.is_aside then '{quarantined}' when d.defect in ({defects_cleaned}) then '{cleaned}'
            else '{warned}' end as treatment,
       count(*)::int as row_count, (array_agg(d.line order by d.line))[1:5] as sample_lines
from (select r.load_id, coalesce(r.village_code, '') as village_code, w.defect collate "C" as defect, r.line,
             false as is_aside
        from programme.registry_rows r cross join lateral unnest(r.warnings) w (defect)
      union all
      select load_id, coalesce(village_code, ''), reason, line, true from programme.registry_rejects) d
group by d.load_id, d.village_code, d.defect, d.is_aside

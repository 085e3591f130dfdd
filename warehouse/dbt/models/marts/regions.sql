with villages as (
    select * from {{ ref('stg_jamsos__villages') }}
),

districts as (
    select * from {{ ref('stg_jamsos__districts') }}
),

regencies as (
    select * from {{ ref('stg_jamsos__regencies') }}
),

provinces as (
    select * from {{ ref('stg_jamsos__provinces') }}
)

select
    villages.village_code,
    villages.village_name,
    villages.village_kind,
    districts.district_code,
    districts.district_name,
    regencies.regency_code,
    regencies.regency_name,
    provinces.province_code,
    provinces.province_name
from villages
join districts on districts.district_code = villages.district_code
join regencies on regencies.regency_code = districts.regency_code
join provinces on provinces.province_code = regencies.province_code

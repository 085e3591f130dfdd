{#- The programme's groups and the column each has in `people`; a test compares them with jamsos.people.rules.Group. -#}
{% macro groups() %}
    {{ return({
        'single_mother': 'is_single_mother',
        'disability': 'has_disability',
        'farmer': 'is_farmer',
        'fisher': 'is_fisher',
        'driver': 'is_driver',
        'trader': 'is_trader',
        'day_labourer': 'is_day_labourer',
        'domestic_worker': 'is_domestic_worker',
        'artisan': 'is_artisan',
        'boat_crew': 'is_boat_crew',
        'religious_worker': 'is_religious_worker',
        'other_worker': 'is_other_worker',
    }) }}
{% endmacro %}

{#-
    The schemas are `staging`, `intermediate` and `marts`, whoever builds. The command builds apart and publishes afterwards, so it says in
    `schemas` where each of them lies meanwhile.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set name = (custom_schema_name or target.schema) | trim -%}
    {{ var('schemas', {}).get(name, name) }}
{%- endmacro %}

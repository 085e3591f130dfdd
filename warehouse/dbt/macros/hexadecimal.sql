{#- Bytes as lower-case hexadecimal text. -#}
{% macro hexadecimal(column) %}{{ return(adapter.dispatch('hexadecimal')(column)) }}{% endmacro %}

{% macro default__hexadecimal(column) %}lower(hex({{ column }})){% endmacro %}

{% macro postgres__hexadecimal(column) %}encode({{ column }}, 'hex'){% endmacro %}

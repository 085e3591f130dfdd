{#- Tells the planner what a fresh mart holds; other engines find out by themselves. -#}
{% macro analyze(relation) %}{{ return(adapter.dispatch('analyze')(relation)) }}{% endmacro %}

{% macro default__analyze(relation) %}{% endmacro %}

{% macro postgres__analyze(relation) %}analyze {{ relation }}{% endmacro %}

"""What is said and understood: YAML files in `content/<language>/`, read into one immutable library."""

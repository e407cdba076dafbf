"""How good the tables are, measured against labels that people made by reading letters."""

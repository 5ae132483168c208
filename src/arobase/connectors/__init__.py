"""How each service is asked, and what its errors mean. Knows no table and no clock of its own."""

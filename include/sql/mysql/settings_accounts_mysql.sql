-- Verifiers hold any bytes, which only their hexadecimal form brings over whole.
SET SESSION print_identified_with_as_hex = ON

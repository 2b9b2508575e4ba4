-- It may stay a superuser: some objects can belong to no other, and nobody can become it.
ALTER ROLE {name} NOLOGIN PASSWORD NULL

"""Our own database and blobs: engines, sessions, base repository, migrations. Domain tables live in their rooms."""

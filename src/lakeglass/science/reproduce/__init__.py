"""A script and a notebook that fit the leaderboard again without this product."""

"""Programs for developers: the environment, the lock file, screenshots. Nothing of the site imports them."""
